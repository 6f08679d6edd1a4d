// The async iterator of a Readable.
'use strict';

const { once } = require('node:events');

const { errorText } = require('./stages');

/** Prints what a call of the iterator that was made last is answered. */
function call({ made, iterators, at, print }, method, arg) {
  const size = (chunk) => (made.readableObjectMode ? 1 : chunk.length);
  iterators.at(-1)?.[method](arg).then(
    ({ done, value }) => print(`${at} next ${done ? 'done' : size(value)}`),
    (error) => print(`${at} next threw ${errorText(error)}`),
  );
}

/** Copies with a loop; what is thrown into it is caught. Its rounds are told as those of `next()`. */
async function copy({ made, at, stages, print }, to) {
  const size = (chunk) => (made.readableObjectMode ? 1 : chunk.length);
  const dest = stages[to].made;
  let waiting = false;
  try {
    for await (const chunk of made) {
      print(`${at} next ${size(chunk)}`);
      if (!dest.write(chunk)) {
        waiting = true;
        await once(dest, 'drain');
        waiting = false;
      }
    }
    print(`${at} next done`);
    dest.end();
    print(`${at} loop ok`);
  } catch (error) {
    print(waiting ? `${at} next done` : `${at} next threw ${errorText(error)}`);
    print(`${at} loop ${errorText(error)}`);
  }
}

module.exports = {
  copy: (stage, to) => { copy(stage, to); },
  iterate: ({ made, iterators }, options) => { iterators.push(made.iterator(options)); },
  next: (stage) => call(stage, 'next'),
  return: (stage) => call(stage, 'return'),
  throw: (stage) => call(stage, 'throw', new Error('thrown')),
};
