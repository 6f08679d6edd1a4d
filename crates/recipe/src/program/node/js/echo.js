import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A TCP connection to a server in this process that sends everything back. */
async function echo(options) {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect({ ...options, port: server.address().port, allowHalfOpen: true });
  await once(socket, 'connect');
  server.close(); // No other connection is taken.
  return socket;
}
