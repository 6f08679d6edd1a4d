// Makes the stages of a list, and prints their state.
'use strict';

const { Readable, Writable, Transform, Duplex, PassThrough } = require('node:stream');

const SHOWN = new Set([
  'data', 'end', 'drain', 'finish', 'pause', 'pipe', 'unpipe', 'readable', 'error', 'close',
]);

/** What a chunk counts: its bytes, or one in object mode. */
const sizeOf = (chunk, objectMode) => (objectMode ? 1 : chunk.length);

/** The methods that only note that they were called; operations answer. */
function implementation(spec, asked) {
  const methods = {
    read() { asked.reads += 1; },
    write(chunk, _encoding, done) {
      asked.write = { done, sizes: [sizeOf(chunk, this.writableObjectMode)] };
    },
    final(done) { asked.final = done; },
  };
  if (spec.final === false) delete methods.final;
  if (spec.gathers) {
    methods.writev = function (entries, done) {
      const sizes = entries.map(({ chunk }) => sizeOf(chunk, this.writableObjectMode));
      asked.write = { done, sizes };
    };
  }
  if (spec.kind === 'transform') {
    delete methods.read;
    delete methods.final;
    methods.transform = methods.write;
    delete methods.write;
    if (spec.final !== false) methods.flush = (done) => { asked.flush = done; };
  } else if (spec.kind === 'passthrough') {
    return {};
  }
  return methods;
}

const KINDS = {
  readable: Readable, writable: Writable, transform: Transform, duplex: Duplex, passthrough: PassThrough,
};

function options(spec) {
  const given = { autoDestroy: spec.autoDestroy ?? true, emitClose: spec.emitClose ?? true };
  if (spec.readObjects) given.readableObjectMode = true;
  if (spec.writeObjects) given.writableObjectMode = true;
  if (spec.kind === 'readable' || spec.kind === 'writable') {
    given.objectMode = given.readableObjectMode || given.writableObjectMode;
    const mark = spec.readMark ?? spec.writeMark;
    return mark === undefined ? given : { ...given, highWaterMark: mark };
  }
  if (spec.readMark !== undefined) given.readableHighWaterMark = spec.readMark;
  if (spec.writeMark !== undefined) given.writableHighWaterMark = spec.writeMark;
  if (spec.halfOpen === false) given.allowHalfOpen = false;
  return given;
}

/** Makes one stage; `asked` holds what it was asked and has not answered. */
function makeStage(spec, log) {
  const asked = { reads: 0, write: null, flush: null, final: null };
  const made = new KINDS[spec.kind]({ ...options(spec), ...implementation(spec, asked) });
  made.setMaxListeners(0);
  made.errorHeard = !spec.unheard;
  if (made.errorHeard) made.on('error', () => {});
  const { emit, write } = made;
  made.emit = function (name, ...args) {
    if (isShown(this, name)) log(name, shown(name, args[0], made));
    return emit.call(this, name, ...args);
  };
  if (write) {
    made.write = function (chunk) {
      const accepts = !this.writableEnded && !this.destroyed;
      const answer = write.call(this, chunk);
      if (accepts) log('write', `${sizeOf(chunk, this.writableObjectMode)} ${answer}`);
      return answer;
    };
  }
  return { made, asked, log, calls: [], iterators: [] };
}

/** An error as the rules name it: code first. */
const errorText = (error) => (error.code ? `${error.code}: ${error.message}` : error.message);

/** `readable` only counts with somebody who listens; a pipe may emit an unheard `error` again. */
function isShown(made, name) {
  if (name === 'readable') return made.listenerCount('readable') > 0;
  if (name === 'error') {
    const again = made.shownError;
    made.shownError = true;
    return !again;
  }
  return SHOWN.has(name);
}

function shown(name, arg, made) {
  if (name === 'data') return sizeOf(arg, made.readableObjectMode);
  if (name === 'error') return errorText(arg);
  return arg;
}

function stateOf({ made, asked }) {
  let text = '';
  if (made._readableState) {
    const flowing = made.readableEnded ? 'ended' : made.readableFlowing;
    text += ` r:${flowing},${made.readableLength}/${made.readableHighWaterMark}`;
    if (asked.reads) text += `,${asked.reads}`;
    if (made.listenerCount('readable') > 0) text += `,${made.listenerCount('readable')} readable`;
  }
  if (made._writableState) {
    text += ` w:${made.writableLength}/${made.writableHighWaterMark},${made._writableState.needDrain}`;
    if (made.writableCorked) text += `,corked ${made.writableCorked}`;
    if (asked.write) text += `,writing ${asked.write.sizes}`;
    if (asked.flush) text += ',flushing';
    if (asked.final) text += ',finalizing';
  }
  return made.destroyed ? `${text},destroyed` : text;
}

module.exports = { errorText, makeStage, stateOf };
