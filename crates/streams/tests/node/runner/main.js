// Performs lists of operations on Node's own streams and prints what happened, line by line.
// In: JSON on stdin, an array of { stages, ops }. Out: one line per event, answer and state, a
// line `--` after each list. Implementations answer only where an operation says so; there are no
// timers. Each theme of operations has a file: an object from the operation's name to what it does.
'use strict';

const { makeStage, stateOf } = require('./stages');

const verbs = {
  ...require('./basic'), ...require('./compose'), ...require('./iterate'), ...require('./listen'),
};

/** Prints an event of the stage at index `at`. After an error that nobody hears, nothing counts. */
function logger(stages, at, print, note) {
  return (name, arg) => {
    if (name === 'pipe' || name === 'unpipe') {
      print(`${stages.findIndex((other) => other.made === arg)} ${name} ${at}`);
    } else {
      print(arg === undefined ? `${at} ${name}` : `${at} ${name} ${arg}`);
    }
    if (name === 'error' && !stages[at].made.errorHeard) note(new Error('unheard'));
  };
}

/** Performs one list. An error that nobody listens to ends it, as it would end the process. */
async function run({ stages: specs, ops }, print) {
  const stages = [];
  let uncaught = null;
  const note = (error) => { uncaught ??= error; };
  process.on('uncaughtException', note);
  await performAll(stages, specs, ops, (line) => { if (!uncaught) print(line); }, note);
  process.off('uncaughtException', note);
  if (uncaught) print('uncaught');
  print('--');
}

/** Performs operations as callbacks of the event loop: what they leave to the next tick is done before
 * what waits for a promise. */
function performAll(stages, specs, ops, print, note) {
  for (const [at, spec] of specs.entries()) {
    stages.push(makeStage(spec, logger(stages, at, print, note)));
  }
  const rest = [...ops];
  return new Promise((resolve) => {
    const goOn = () => {
      while (rest.length > 0) {
        const op = rest.shift();
        print(`> ${JSON.stringify(op)}`);
        if (op[0] === 'tick') return void setImmediate(printState);
        perform(stages, op, print, note);
        print(`.${stages.map(stateOf).join('')}`);
      }
      return void setImmediate(resolve);
    };
    const printState = () => {
      print(`.${stages.map(stateOf).join('')}`);
      goOn();
    };
    setImmediate(goOn);
  });
}

function perform(stages, [verb, at, ...args], print, note) {
  if (!(verb in verbs)) throw new Error(`no operation ${verb}`);
  try {
    verbs[verb]({ ...stages[at], at, stages, print }, ...args);
  } catch (error) {
    note(error);
  }
}

async function main() {
  let input = '';
  for await (const part of process.stdin) input += part;
  const lines = [];
  for (const list of JSON.parse(input)) await run(list, (line) => lines.push(line));
  process.stdout.write(`${lines.join('\n')}\n`);
}

main();
