import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Passes everything on, and says the SHA-256 of it at the end. */
class Sha256 extends Transform {
  #hash = createHash('sha256');

  _transform(chunk, encoding, callback) {
    this.#hash.update(chunk);
    callback(null, chunk);
  }

  _flush(callback) {
    console.error(`SHA-256: ${this.#hash.digest('hex')}`);
    callback();
  }
}
