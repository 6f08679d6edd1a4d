import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many bytes a second through, in pieces of about a tenth of a second. */
class Throttle extends Transform {
  #bytesPerS;
  #piece;

  constructor({ bytesPerS, ...options }) {
    super(options);
    this.#bytesPerS = bytesPerS;
    this.#piece = Math.min(Math.max(Math.floor(bytesPerS / 10), 16), 16384);
  }

  async _transform(chunk, encoding, callback) {
    for (let at = 0; at < chunk.length; at += this.#piece) {
      const part = chunk.subarray(at, at + this.#piece);
      await sleep((1000 * part.length) / this.#bytesPerS);
      this.push(part);
    }
    callback();
  }
}
