// The methods of streams, and the answers of implementations.
'use strict';

/** The callback of what was asked, once. */
function take(asked, name) {
  const was = asked[name];
  asked[name] = null;
  return name === 'write' ? was?.done : was;
}

/** Pushes chunks of these sizes and calls back, if it was asked. */
function give({ made, asked }, name, sizes) {
  const done = take(asked, name);
  if (!done) return;
  for (const size of sizes) made.push(Buffer.alloc(size));
  done();
}

module.exports = {
  push: ({ made, print }, size) => print(`= ${made.push(Buffer.alloc(size))}`),
  unshift: ({ made, print }, size) => print(`= ${made.unshift(Buffer.alloc(size))}`),
  eof: ({ made }) => { made.push(null); },
  read({ made, print }, size) {
    const chunk = size === null ? made.read() : made.read(size);
    print(`= ${chunk ? chunk.length : null}`);
  },
  pipe: ({ made, stages }, to) => { made.pipe(stages[to].made); },
  unpipe: ({ made, stages }, to) => { made.unpipe(to === null ? undefined : stages[to].made); },
  pause: ({ made }) => { made.pause(); },
  resume: ({ made }) => { made.resume(); },
  write: ({ made, print }, size) => print(`= ${made.write(Buffer.alloc(size))}`),
  end: ({ made }) => { made.end(); },
  'end with': ({ made }, size) => { made.end(Buffer.alloc(size)); },
  cork: ({ made }) => { made.cork(); },
  uncork: ({ made }) => { made.uncork(); },
  destroy: ({ made }, error) => { made.destroy(error ? new Error(error) : undefined); },
  written: ({ asked }) => { take(asked, 'write')?.(); },
  failed: ({ asked }) => { take(asked, 'write')?.(new Error('failed')); },
  transformed: (stage, sizes) => give(stage, 'write', sizes),
  flushed: (stage, sizes) => give(stage, 'flush', sizes),
  finalized: ({ asked }) => { take(asked, 'final')?.(); },
};
