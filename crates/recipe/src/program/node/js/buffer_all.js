import { Transform } from 'node:stream';

/** Keeps everything in memory, and gives it when its input has ended. */
class BufferAll extends Transform {
  #chunks = [];

  _transform(chunk, encoding, callback) {
    this.#chunks.push(chunk);
    callback();
  }

  _flush(callback) {
    callback(null, Buffer.concat(this.#chunks));
  }
}
