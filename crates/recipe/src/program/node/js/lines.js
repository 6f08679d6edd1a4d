import { Transform } from 'node:stream';

/** Gives one chunk per line, its line feed included. */
class Lines extends Transform {
  #begun = Buffer.alloc(0);

  _transform(chunk, encoding, callback) {
    let text = Buffer.concat([this.#begun, chunk]);
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
      this.push(text.subarray(0, end + 1));
      text = text.subarray(end + 1);
    }
    this.#begun = text;
    const tooLong = text.length > 1024 * 1024;
    callback(tooLong ? new Error('a line is longer than 1 MiB') : null);
  }

  _flush(callback) {
    callback(null, this.#begun);
  }
}
