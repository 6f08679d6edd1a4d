import { Writable } from 'node:stream';

/** Takes everything and keeps nothing. */
function discard(options) {
  return new Writable({ ...options, write: (chunk, encoding, callback) => callback() });
}
