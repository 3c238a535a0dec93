import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ServerPlan } from './server.ts';

/** Debian's `redis-server`, which has to be on the PATH. It keeps an append-only file, so that what was written is there after a SIGKILL. */
export async function planRedis(folder: string, port: number): Promise<ServerPlan> {
  const file = join(folder, 'redis.conf');
  const lines = [`bind 127.0.0.1`, `port ${port}`, `dir ${folder}`, 'save ""', 'appendonly yes', 'appendfsync everysec', 'daemonize no'];
  await writeFile(file, `${lines.join('\n')}\n`);
  return {
    name: 'Redis',
    command: 'redis-server',
    args: [file],
    log: join(folder, 'redis.log'),
    ready: () => answersPing(port),
  };
}

/** While it reads its file it answers `-LOADING`. */
async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(2000) })) as [Buffer];
    return answer.toString().startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
