// Listeners that a program adds. A stage keeps them, so that they can be removed.
'use strict';

/** Writes each chunk to another stage; with `waits` as one should, else not looking at the answer. */
function forwarder(src, dest, waits) {
  let waiting = false;
  const onDrain = () => {
    waiting = false;
    src.resume();
  };
  return {
    onData(chunk) {
      if (dest.write(chunk) || !waits) return;
      if (!waiting) {
        waiting = true;
        dest.once('drain', onDrain);
      }
      src.pause();
    },
    onEnd: () => dest.end(),
    onDrain,
  };
}

/** The listeners of one kind that a stage has. */
function kept(stage, kind) {
  stage.asked.listeners ??= {};
  stage.asked.listeners[kind] ??= [];
  return stage.asked.listeners[kind];
}

const READABLE = {
  wait: () => () => {},
  all: (made) => () => { while (made.read() !== null); },
  some: (made, n) => () => { made.read(n); },
};

module.exports = {
  'on data'(stage) {
    const listener = () => {};
    kept(stage, 'data').push(listener);
    stage.made.on('data', listener);
  },
  'off data'(stage) {
    const listener = kept(stage, 'data').shift();
    if (listener) stage.made.off('data', listener);
  },
  forward(stage, to, waits) {
    const dest = stage.stages[to].made;
    const made = forwarder(stage.made, dest, waits);
    kept(stage, `forward ${to}`).push(made);
    stage.made.once('end', made.onEnd);
    stage.made.on('data', made.onData);
  },
  'stop forwarding'(stage, to) {
    const made = kept(stage, `forward ${to}`).shift();
    if (!made) return;
    stage.made.off('data', made.onData);
    stage.made.off('end', made.onEnd);
    stage.stages[to].made.off('drain', made.onDrain);
  },
  'on readable'(stage, does, n) {
    const listener = READABLE[does](stage.made, n);
    kept(stage, 'readable').push(listener);
    stage.made.on('readable', listener);
  },
  'off readable'(stage) {
    const listener = kept(stage, 'readable').shift();
    if (listener) stage.made.off('readable', listener);
  },
  'on error'({ made }) {
    made.errorHeard = true;
    made.on('error', () => {});
  },
};
