import { Readable } from 'node:stream';

/** Cities that Spillway makes from a seed while they are fetched. */
async function sample(path, options) {
  const response = await fetch(new URL(path, spillway)).catch((cause) => {
    throw new Error(`no Spillway answers at ${spillway}; name its address`, { cause });
  });
  if (!response.ok) throw new Error(`${response.url}: ${await response.text()}`);
  return Readable.fromWeb(response.body, options);
}
