import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What is said on one connection, in turns; a number is milliseconds of silence. */
export interface RawTalk {
  readonly client: readonly (string | number)[];
  /** Sent once the first octets of the client have come. */
  readonly server: readonly (string | number)[];
  /** How the server ends: in order, or by a reset. */
  readonly end?: 'fin' | 'rst';
}

/** A server that answers each connection with the next script. */
export async function startRawServer(port: number, talks: readonly RawTalk[]): Promise<Server> {
  let next = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const talk = talks[next++ % talks.length]!;
    socket.on('error', () => undefined);
    socket.once('data', () => void speak(socket, talk.server).then(() => (talk.end === 'rst' ? socket.resetAndDestroy() : socket.end())));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Says the client's part of a script and waits until the connection is over. */
export async function talk(port: number, { client }: RawTalk): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  // `once` would reject on a reset, which some talks are about.
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  await speak(socket, client);
  socket.end();
  await closed;
}

async function speak(socket: Socket, lines: readonly (string | number)[]): Promise<void> {
  for (const line of lines) {
    if (typeof line === 'number') await delay(line);
    else socket.write(Buffer.from(line, 'latin1'));
  }
}
