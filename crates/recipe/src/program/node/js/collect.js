import { writeFile } from 'node:fs';
import { Writable } from 'node:stream';

/** Keeps everything in memory, to a bound, and writes it into a file when all of it has come. */
class Collect extends Writable {
  #file;
  #maxBytes;
  #chunks = [];
  #bytes = 0;

  constructor({ file, maxBytes, ...options }) {
    super(options);
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  _write(chunk, encoding, callback) {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    const full = this.#bytes > this.#maxBytes;
    callback(full ? new Error(`more than ${this.#maxBytes} bytes came`) : null);
  }

  _final(callback) {
    writeFile(this.#file, Buffer.concat(this.#chunks), callback);
  }
}
