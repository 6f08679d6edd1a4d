// The chat of `cargo xtask bench chat` on npm's ws: a message is parsed, numbered, encoded once
// into a buffer that all sockets share, and sent to everybody in the room, its sender included,
// for whom it is the acknowledgement. Nothing is kept.
'use strict';

const { WebSocketServer } = require('ws');

const TEXT = { binary: false, compress: false };

const rooms = new Map();

function roomOf(name) {
  let room = rooms.get(name);
  if (room === undefined) {
    room = { seq: 0, members: new Set() };
    rooms.set(name, room);
  }
  return room;
}

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  clientTracking: false,
  maxPayload: 64 * 1024,
});

server.on('connection', (socket, request) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const from = searchParams.get('name');
  const room = roomOf(pathname);
  room.members.add(socket);
  socket.on('close', () => room.members.delete(socket));
  socket.on('message', (data) => {
    const { id, text } = JSON.parse(data);
    room.seq += 1;
    const said = { type: 'said', seq: room.seq, id, from, text, at: Date.now() };
    const shared = Buffer.from(JSON.stringify(said));
    for (const member of room.members) member.send(shared, TEXT);
  });
  socket.send(JSON.stringify({ type: 'welcome', seq: room.seq }), TEXT);
});

server.on('listening', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
