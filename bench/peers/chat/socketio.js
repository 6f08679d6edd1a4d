// The same chat on Socket.IO, over WebSockets alone. Its adapter encodes a message once and frames
// it once for all sockets of a room; the request of a connection is let go, as its guide advises
// where memory matters.
'use strict';

const { createServer } = require('node:http');
const { Server } = require('socket.io');

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  maxHttpBufferSize: 64 * 1024,
});

io.engine.on('connection', (connection) => {
  connection.request = null;
});

const seqs = new Map();

io.on('connection', (socket) => {
  const { room, name: from } = socket.handshake.query;
  socket.join(room);
  socket.on('say', ({ id, text }) => {
    const seq = (seqs.get(room) ?? 0) + 1;
    seqs.set(room, seq);
    io.to(room).emit('said', { seq, id, from, text, at: Date.now() });
  });
});

http.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${http.address().port}`);
});
