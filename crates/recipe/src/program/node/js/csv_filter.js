import { Transform } from 'node:stream';

// A field of a row, in quotes or not, and the comma behind it. Each letter is a byte. Some programs
// put a byte order mark before the first.
const FIELD = /((?:\xef\xbb\xbf)?"[^"]*(?:""[^"]*)*"|[^",]*)(,|$)/y;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** A row of a table with a header. */
class Row {
  constructor(line, columns) {
    this.text = line.replace(/\r?\n?$/, '');
    this.lineEnd = line.slice(this.text.length);
    this.columns = columns;
    this.fields = [];
    FIELD.lastIndex = 0;
    let found;
    do {
      found = FIELD.exec(this.text);
      if (!found) throw new Error(`broken quotes in the row ${this.text}`);
      this.fields.push(found[1]);
    } while (found[2] === ',');
  }

  /** A field as it stands there. */
  field(column) {
    const at = this.columns.indexOf(column);
    if (at < 0) throw new Error(`there is no column '${column}'; there are ${this.columns}`);
    return this.fields[at];
  }

  /** Compares a field with a value: as numbers when both are, else as text. */
  holds(column, operator, value) {
    const field = textOf(this.field(column));
    const numbers = NUMBER.test(field.trim()) && NUMBER.test(value);
    const [a, b] = numbers ? [Number(field), Number(value)] : [field, value];
    if (operator === '=') return a === b;
    if (operator === '!=') return a !== b;
    if (!numbers) return false;
    if (operator === '<') return a < b;
    if (operator === '<=') return a <= b;
    if (operator === '>') return a > b;
    return a >= b;
  }
}

/** What a field says, without its quotes. */
function textOf(field) {
  const plain = field.replace(/^\xef\xbb\xbf/, '');
  const text = plain.startsWith('"') ? plain.slice(1, -1).replaceAll('""', '"') : plain;
  return UTF_8.decode(Buffer.from(text, 'latin1'));
}

/** Keeps the header and, byte for byte, the rows for which `keeps` is true. */
class CsvFilter extends Transform {
  #keeps;
  #select;
  #skipRagged;
  #columns = null;
  #begun = '';

  constructor({ keeps = () => true, select = null, skipRagged = false, ...options }) {
    super(options);
    this.#keeps = keeps;
    this.#select = select;
    this.#skipRagged = skipRagged;
  }

  _transform(chunk, encoding, callback) {
    let kept = '';
    let text = this.#begun + chunk.toString('latin1');
    try {
      for (let end = endOfRow(text); end >= 0; end = endOfRow(text)) {
        kept += this.#row(text.slice(0, end + 1));
        text = text.slice(end + 1);
      }
      this.#begun = text;
      if (text.length > 1024 * 1024) throw new Error('a row is longer than 1 MiB');
      callback(null, Buffer.from(kept, 'latin1'));
    } catch (error) {
      callback(error);
    }
  }

  _flush(callback) {
    try {
      callback(null, Buffer.from(this.#row(this.#begun), 'latin1'));
    } catch (error) {
      callback(error);
    }
  }

  /** What is given for this line: nothing, all of it, or some of its columns. */
  #row(line) {
    const row = new Row(line, this.#columns);
    if (row.text === '') return '';
    if (this.#columns === null) {
      this.#columns = row.columns = row.fields.map(textOf);
    } else if (row.fields.length !== this.#columns.length) {
      if (this.#skipRagged) return '';
      throw new Error(`a ragged row: ${row.text}`);
    } else if (!this.#keeps(row)) {
      return '';
    }
    if (this.#select === null) return line;
    return this.#select.map((column) => row.field(column)).join(',') + row.lineEnd;
  }
}

/** Where the first line feed is that stands in no quotes; -1 when there is none. */
function endOfRow(text) {
  let quotes = 0;
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    quotes += text.slice(from, end).split('"').length - 1;
    if (quotes % 2 === 0) return end;
    from = end + 1;
  }
  return -1;
}
