// Reads a WebSocket in a Worker that blocks between messages: while it blocks it takes nothing
// more, so the browser stops reading the connection. For browsers without WebSocketStream.

// Bytes a second; 0: none at all, -1: no limit. Where the browser lets page and Worker share it,
// the page sets it while the Worker blocks. Else the Worker must hear of it by a message.
let speed = new Int32Array(1);
let sleeps = true;
let shared = true;
try {
  speed = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
} catch { sleeps = false; }
try { postMessage(speed.buffer); } catch { shared = false; }
shared &&= sleeps;

// While it blocks it hears no message, so without a shared speed it never blocks for longer.
const LONGEST_MS = 1000;

function block(rate, ms) {
  if (sleeps) { Atomics.wait(speed, 0, rate, ms); return; }
  const until = performance.now() + ms;
  while (performance.now() < until);
}

// Takes the time that so many bytes take a reader of the speed that is set.
function read(bytes) {
  for (let left = bytes; left > 0;) {
    const rate = Atomics.load(speed, 0);
    if (rate < 0) return;
    const ms = rate === 0 ? Infinity : left / rate * 1000;
    if (!shared) { block(rate, Math.min(LONGEST_MS, ms)); return; }
    const since = performance.now();
    block(rate, ms);
    left -= rate * (performance.now() - since) / 1000;
  }
}

onmessage = ({ data: { url, rate } }) => {
  Atomics.store(speed, 0, rate);
  if (!url) return;
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data: { byteLength } }) => {
    postMessage(byteLength);
    read(byteLength);
    postMessage(-byteLength);
  };
};
