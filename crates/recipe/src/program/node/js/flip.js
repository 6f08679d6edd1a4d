import { Transform } from 'node:stream';

/** Changes one bit on the way. */
class Flip extends Transform {
  #left;
  #mask;

  constructor({ atByte, bit = 0, ...options }) {
    super(options);
    this.#left = atByte;
    this.#mask = 1 << bit;
  }

  _transform(chunk, encoding, callback) {
    const at = this.#left;
    this.#left -= chunk.length;
    if (at < 0 || at >= chunk.length) {
      callback(null, chunk);
      return;
    }
    const changed = Buffer.from(chunk);
    changed[at] ^= this.#mask;
    callback(null, changed);
  }
}
