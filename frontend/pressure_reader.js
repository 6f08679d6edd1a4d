// Reads a WebSocket in a Worker that blocks between messages: while it blocks it takes nothing
// more, so the browser stops reading the connection. For browsers without WebSocketStream.
let rate = null;
let word = null;
try {
  word = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
} catch { /* it computes instead of sleeping */ }

function block(ms) {
  if (word) { Atomics.wait(word, 0, 0, ms); return; }
  const until = performance.now() + ms;
  while (performance.now() < until);
}

// While it blocks it cannot hear of another speed, so it never blocks for longer than this.
const LONGEST_MS = 1000;

let socket = null;
onmessage = ({ data }) => {
  rate = data.rate;
  if (data.close) { socket?.close(); return; }
  if (!data.url) return;
  socket = new WebSocket(data.url);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data: { byteLength } }) => {
    if (rate !== null) block(rate === 0 ? LONGEST_MS : Math.min(LONGEST_MS, byteLength / rate * 1000));
    postMessage(byteLength);
  };
  socket.onclose = () => postMessage(-1);
};
