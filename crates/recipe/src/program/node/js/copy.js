import { once } from 'node:events';

/** Writes what it reads, as fast as that is taken, and ends what it writes to after the last chunk. */
async function copy(from, to) {
  for await (const chunk of from) {
    if (!to.write(chunk)) await once(to, 'drain');
  }
  to.end();
}
