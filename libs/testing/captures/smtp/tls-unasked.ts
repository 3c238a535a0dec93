import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';

/** A client that is set to TLS from the first byte on, at a port of SMTP whose greeting comes before its hello. */
export async function beginTlsUnasked(port: number): Promise<void> {
  const socket = connectPlain(port, '127.0.0.1');
  await once(socket, 'readable');
  const client = connect({ socket, servername: 'mx.example.net' });
  client.on('error', () => undefined);
  await new Promise((resolve) => client.on('close', resolve));
}
