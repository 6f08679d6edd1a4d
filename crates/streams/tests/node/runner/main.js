// Performs lists of operations on Node's own streams and prints what happened, line by line.
// In: JSON on stdin, an array of { stages, ops }. Out: one line per event, answer and state, a
// line `--` after each list. Implementations answer only where an operation says so; there are no
// timers. Each theme of operations has a file: an object from the operation's name to what it does.
'use strict';

const { makeStage, stateOf } = require('./stages');

const verbs = { ...require('./basic'), ...require('./compose') };

const immediate = () => new Promise((resolve) => setImmediate(resolve));

/** Prints an event of the stage at index `at`. */
function logger(stages, at, print) {
  return (name, arg) => {
    if (name === 'pipe' || name === 'unpipe') {
      print(`${stages.findIndex((other) => other.made === arg)} ${name} ${at}`);
    } else {
      print(arg === undefined ? `${at} ${name}` : `${at} ${name} ${arg}`);
    }
  };
}

async function run({ stages: specs, ops }, print) {
  const stages = [];
  for (const [at, spec] of specs.entries()) {
    stages.push(makeStage(spec, logger(stages, at, print)));
  }
  for (const op of ops) {
    print(`> ${JSON.stringify(op)}`);
    const [verb, at, ...args] = op;
    if (verb === 'tick') await immediate();
    else verbs[verb]({ ...stages[at], at, stages, print }, ...args);
    print(`.${stages.map(stateOf).join('')}`);
  }
  print('--');
}

async function main() {
  let input = '';
  for await (const part of process.stdin) input += part;
  const lines = [];
  for (const list of JSON.parse(input)) await run(list, (line) => lines.push(line));
  process.stdout.write(`${lines.join('\n')}\n`);
}

main();
