// Performs lists of operations on Node's own streams and prints what happened, line by line.
// In: JSON on stdin, an array of { stages, ops }. Out: one line per event, answer and state, a
// line `--` after each list. `_read`, `_write`, `_transform`, `_flush` and `_final` answer only
// where an operation says so; there are no timers.
'use strict';

const { Readable, Writable, Transform } = require('node:stream');

const SHOWN = new Set(['data', 'end', 'drain', 'finish', 'pause', 'pipe', 'unpipe', 'error', 'close']);

/** Makes one stage; `waiting` holds the callbacks that operations answer. */
function make(stage, log) {
  const waiting = { write: null, flush: null, final: null };
  let made;
  if (stage.kind === 'readable') {
    made = new Readable({ highWaterMark: stage.readMark, read() {} });
  } else if (stage.kind === 'writable') {
    made = new Writable({
      highWaterMark: stage.writeMark,
      write(chunk, _encoding, done) { waiting.write = done; },
      final(done) { waiting.final = done; },
    });
  } else {
    made = new Transform({
      readableHighWaterMark: stage.readMark,
      writableHighWaterMark: stage.writeMark,
      transform(chunk, _encoding, done) { waiting.write = done; },
      flush(done) { waiting.flush = done; },
    });
  }
  made.on('error', () => {});
  const { emit, write } = made;
  made.emit = function (name, ...args) {
    if (SHOWN.has(name)) log(name, args[0]);
    return emit.call(this, name, ...args);
  };
  if (write) {
    made.write = function (chunk) {
      const accepts = !this.writableEnded && !this.destroyed;
      const answer = write.call(this, chunk);
      if (accepts) log('write', `${chunk.length} ${answer}`);
      return answer;
    };
  }
  return { made, waiting };
}

function stateOf({ made }) {
  let text = '';
  if (made._readableState) text += ` r:${made.readableEnded ? "ended" : made.readableFlowing},${made.readableLength}`;
  if (made._writableState) text += ` w:${made.writableLength},${made._writableState.needDrain}`;
  return text;
}

function perform(stages, [verb, at, arg], print) {
  const { made, waiting } = stages[at];
  const take = (name) => {
    const done = waiting[name];
    waiting[name] = null;
    return done;
  };
  switch (verb) {
    case 'push': return print(`= ${made.push(Buffer.alloc(arg))}`);
    case 'eof': return void made.push(null);
    case 'read': {
      const chunk = arg === null ? made.read() : made.read(arg);
      return print(`= ${chunk ? chunk.length : null}`);
    }
    case 'pipe': return void made.pipe(stages[arg].made);
    case 'unpipe': return void (arg === null ? made.unpipe() : made.unpipe(stages[arg].made));
    case 'pause': return void made.pause();
    case 'resume': return void made.resume();
    case 'end': return void made.end();
    case 'cork': return void made.cork();
    case 'uncork': return void made.uncork();
    case 'destroy': return void made.destroy(arg ? new Error(arg) : undefined);
    case 'written': return void take('write')?.();
    case 'failed': return void take('write')?.(new Error('failed'));
    case 'transformed': {
      const done = take('write');
      if (!done) return undefined;
      for (const size of arg) made.push(Buffer.alloc(size));
      return void done();
    }
    case 'flushed': {
      const done = take('flush');
      if (!done) return undefined;
      for (const size of arg) made.push(Buffer.alloc(size));
      return void done();
    }
    case 'finalized': return void take('final')?.();
    default: throw new Error(`no operation ${verb}`);
  }
}

const immediate = () => new Promise((resolve) => setImmediate(resolve));

async function run({ stages: specs, ops }, print) {
  const stages = [];
  for (const [at, spec] of specs.entries()) {
    stages.push(make(spec, (name, arg) => {
      if (name === 'data') print(`${at} data ${arg.length}`);
      else if (name === 'write') print(`${at} write ${arg}`);
      else if (name === 'pipe' || name === 'unpipe') {
        print(`${stages.findIndex((other) => other.made === arg)} ${name} ${at}`);
      } else print(`${at} ${name}`);
    }));
  }
  for (const op of ops) {
    print(`> ${JSON.stringify(op)}`);
    if (op[0] === 'tick') await immediate();
    else perform(stages, op, print);
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
