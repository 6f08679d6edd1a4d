import { Transform } from 'node:stream';

/** Passes everything on, and then fails: after so many bytes, or when a chunk comes. */
class Fault extends Transform {
  #atByte;
  #atChunk;
  #bytes = 0;
  #chunks = 0;

  constructor({ atByte = Infinity, atChunk = Infinity, ...options }) {
    super(options);
    this.#atByte = atByte;
    this.#atChunk = atChunk;
  }

  _transform(chunk, encoding, callback) {
    this.#chunks += 1;
    if (this.#chunks === this.#atChunk) {
      callback(new Error('failed on purpose'));
      return;
    }
    const passes = chunk.subarray(0, this.#atByte - this.#bytes);
    this.#bytes += passes.length;
    if (passes.length > 0) this.push(passes);
    callback(passes.length < chunk.length ? new Error('failed on purpose') : null);
  }
}
