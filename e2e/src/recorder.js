// Runs in the page before its own scripts.
(() => {
  const LONGEST = 1000;
  const spread = () => new Array(LONGEST + 1).fill(0);
  const count = (spread, ms) => { spread[Math.min(LONGEST, Math.max(0, Math.floor(ms)))] += 1; };
  const memories = [];
  let begun, events, first, newest, frames, paint, read;
  // Batches that are not shown yet: when they came, and the number of their last event.
  let unpainted = [];
  let unread = [];

  const reset = () => {
    begun = performance.now();
    events = 0;
    first = newest;
    [frames, paint, read] = [spread(), spread(), spread()];
  };
  reset();

  // The number of the last event that a message tells of. No parsing: it must cost next to nothing.
  const arrived = (text) => {
    if (!text.startsWith('{"type":"events"') && !text.startsWith('{"type":"snapshot"')) return;
    const at = text.lastIndexOf('"seq":');
    if (at < 0) return;
    const seq = parseInt(text.slice(at + 6, at + 26), 10);
    events += text.split('"seq":').length - 1;
    newest = seq;
    first ??= seq;
    const batch = { seq, at: performance.now() };
    unpainted.push(batch);
    unread.push(batch);
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', (message) => {
        if (typeof message.data === 'string') arrived(message.data);
      });
    }
  };

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) memories.push(memory);
      return made;
    };
  }

  // A message sent in a frame arrives when the browser is done with that frame.
  const afterFrame = new MessageChannel();
  const shown = (waiting, spread, selector) => {
    if (waiting.length === 0) return waiting;
    const seq = Number(document.querySelector(selector)?.dataset.seq ?? -1);
    const now = performance.now();
    return waiting.filter((batch) => {
      if (batch.seq > seq) return true;
      count(spread, now - batch.at);
      return false;
    });
  };
  afterFrame.port1.onmessage = () => {
    unpainted = shown(unpainted, paint, '.stages[data-seq]');
    unread = shown(unread, read, '[data-testid=time-event]');
  };
  let last;
  const frame = (now) => {
    if (last !== undefined) count(frames, now - last);
    last = now;
    afterFrame.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  window.spillwayRecorder = {
    tell() {
      const seconds = (performance.now() - begun) / 1000;
      const told = { seconds, events, happened: (newest ?? 0) - (first ?? 0), frames, paint, read };
      reset();
      return told;
    },
    wasm: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };
})();
