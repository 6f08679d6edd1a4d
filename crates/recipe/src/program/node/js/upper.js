import { Transform } from 'node:stream';

/** Makes UTF-8 text upper case. A character that two chunks share waits for its second half. */
class Upper extends Transform {
  #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  _transform(chunk, encoding, callback) {
    this.#push(callback, () => this.#decoder.decode(chunk, { stream: true }));
  }

  _flush(callback) {
    this.#push(callback, () => this.#decoder.decode());
  }

  #push(callback, decode) {
    try {
      callback(null, decode().toUpperCase());
    } catch {
      callback(new Error('this is not UTF-8 text'));
    }
  }
}
