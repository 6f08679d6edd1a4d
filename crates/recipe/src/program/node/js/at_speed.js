import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a Readable gives, so many bytes a second. */
function atSpeed(bytesPerS, readable, options) {
  const piece = Math.min(Math.max(Math.floor(bytesPerS / 10), 16), 16384);
  async function* pieces() {
    for await (const chunk of readable) {
      for (let at = 0; at < chunk.length; at += piece) {
        const part = chunk.subarray(at, at + piece);
        await sleep((1000 * part.length) / bytesPerS);
        yield part;
      }
    }
  }
  return Readable.from(pieces(), { objectMode: false, ...options });
}
