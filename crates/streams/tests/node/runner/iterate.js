// The async iterator of a Readable.
'use strict';

const { errorText } = require('./stages');

/** Prints what a call of the iterator that was made last is answered. */
function call({ made, iterators, at, print }, method, arg) {
  const size = (chunk) => (made.readableObjectMode ? 1 : chunk.length);
  iterators.at(-1)?.[method](arg).then(
    ({ done, value }) => print(`${at} next ${done ? 'done' : size(value)}`),
    (error) => print(`${at} next threw ${errorText(error)}`),
  );
}

module.exports = {
  iterate: ({ made, iterators }, options) => { iterators.push(made.iterator(options)); },
  next: (stage) => call(stage, 'next'),
  return: (stage) => call(stage, 'return'),
  throw: (stage) => call(stage, 'throw', new Error('thrown')),
};
