import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { credentials } from './credentials.ts';
import type { ServerPlan } from './server.ts';

/**
 * Debian's `redis-server`, which has to be on the PATH. It keeps an append-only file, so that what was written is there after a SIGKILL. With certificates it speaks
 * TLS only, and asks for the password.
 */
export async function planRedis(folder: string, port: number, certificates?: Certificates): Promise<ServerPlan> {
  const file = join(folder, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    ...listening(port, certificates),
    `dir ${folder}`,
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'daemonize no',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return {
    name: 'Redis',
    command: 'redis-server',
    args: [file],
    log: join(folder, 'redis.log'),
    ready: () => answersPing(port, certificates !== undefined),
  };
}

function listening(port: number, certificates: Certificates | undefined): string[] {
  if (certificates === undefined) return [`port ${port}`];
  const { ca, certificate, key } = certificates;
  const files = [`tls-ca-cert-file ${ca}`, `tls-cert-file ${certificate}`, `tls-key-file ${key}`];
  return ['port 0', `tls-port ${port}`, ...files, 'tls-auth-clients no', `requirepass ${credentials.password}`];
}

/** While it reads its file it answers `-LOADING`. */
async function answersPing(port: number, isSecured: boolean): Promise<boolean> {
  // Who it is does not matter for whether it is up.
  const socket = isSecured ? connectTls(port, '127.0.0.1', { rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  try {
    await once(socket, isSecured ? 'secureConnect' : 'connect');
    socket.write(isSecured ? `AUTH ${credentials.password}\r\n` : 'PING\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(2000) })) as [Buffer];
    return answer.toString().startsWith(isSecured ? '+OK' : '+PONG');
  } finally {
    socket.destroy();
  }
}
