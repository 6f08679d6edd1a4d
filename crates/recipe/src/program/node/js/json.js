import { Transform } from 'node:stream';

/** Takes JSON apart: the elements of JSON lines, or of one large array, a line for each. */
class JsonElements extends Transform {
  #place = 'top'; // or: 'element', 'array' (behind [), 'behind' an element, 'comma' (behind it)
  #inArray = false;
  #element = '';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #lines = '';
  #utf8 = new TextDecoder('utf-8', { fatal: true });

  _transform(chunk, encoding, callback) {
    this.#give(callback, () => {
      for (const letter of chunk.toString('latin1')) this.#step(letter);
    });
  }

  _flush(callback) {
    this.#give(callback, () => {
      const isWord = this.#place === 'element' && !/^["[{]/.test(this.#element);
      if (isWord && !this.#inArray) this.#end();
      if (this.#place !== 'top') throw new Error('the input ends inside a value or an array');
    });
  }

  #give(callback, read) {
    try {
      read();
      callback(null, Buffer.from(this.#lines, 'latin1'));
      this.#lines = '';
    } catch (error) {
      callback(error);
    }
  }

  #step(letter) {
    if (this.#place === 'element') {
      this.#inside(letter);
    } else if (/[ \t\r\n]/.test(letter)) {
      // Spaces between elements say nothing.
    } else if (this.#place === 'top' && letter === '[') {
      this.#place = 'array';
    } else if (letter === ']' && ['array', 'behind'].includes(this.#place)) {
      this.#place = 'top';
    } else if (this.#place === 'behind') {
      if (letter !== ',') throw new Error('expected , or ] behind an element of an array');
      this.#place = 'comma';
    } else {
      this.#inArray = this.#place !== 'top';
      this.#place = 'element';
      this.#inside(letter);
    }
  }

  /** Takes a letter of an element; in quotes, brackets mean nothing. */
  #inside(letter) {
    const first = this.#element[0] ?? letter;
    if (!/["[{]/.test(first) && /[\s,[\]{}"]/.test(letter)) {
      // A number or a word ends before what follows it.
      this.#end();
      this.#step(letter);
      return;
    }
    this.#element += letter;
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString && letter === '\\') this.#escaped = true;
    else if (letter === '"') this.#inString = !this.#inString;
    else if (!this.#inString && /[[{]/.test(letter)) this.#depth += 1;
    else if (!this.#inString && /[\]}]/.test(letter)) this.#depth -= 1;
    const closed = /["[{]/.test(first) && this.#depth === 0 && !this.#inString;
    if (closed) this.#end();
  }

  /** The element is whole: JSON has the last word on whether it is one. */
  #end() {
    JSON.parse(this.#utf8.decode(Buffer.from(this.#element, 'latin1')));
    this.#lines += `${this.#element.replace(/[\r\n]\s*/g, '')}\n`;
    this.#element = '';
    this.#place = this.#inArray ? 'behind' : 'top';
  }
}
