import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Starts a Redis server that keeps nothing; resolves when it takes connections. The result stops it. */
export async function startRedis(port: number, folder: string, ...words: string[]): Promise<() => Promise<void>> {
  const socket = `${folder}/redis-${port}.sock`;
  const settings = ['--port', `${port}`, '--save', '', '--dir', folder, '--unixsocket', socket, '--enable-debug-command', 'yes', ...words];
  const child = spawn('redis-server', settings, { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100 && !(await answers(socket)); attempt++) await delay(50);
  return async () => stop(child);
}

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  const isUp = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return isUp;
}

/** What the server itself says that it was asked, line by line, over its Unix socket, which no capture sees. */
export function watchCommands(port: number, folder: string): { lines(): string[]; stop(): void } {
  const child = spawn('redis-cli', ['-s', `${folder}/redis-${port}.sock`, 'monitor'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { lines: () => text.split('\n').filter((line) => line.includes(' [')), stop: () => void child.kill() };
}

/** Feeds `lines` to redis-cli, one after the other. */
export async function redisCli(port: number, words: readonly string[], lines: readonly string[]): Promise<void> {
  const child = spawn('redis-cli', ['-p', `${port}`, ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(`${lines.join('\n')}\n`);
  await once(child, 'exit');
}

/** A client of our own: sends what it is told, waits for so many bytes or a while. */
export async function talk(port: number, turns: readonly (string | Uint8Array | number)[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const turn of turns) {
    if (typeof turn === 'number') await delay(turn);
    else if (!socket.destroyed) socket.write(typeof turn === 'string' ? Buffer.from(turn, 'latin1') : turn);
  }
  if (!socket.destroyed) {
    const closed = once(socket, 'close');
    socket.end();
    await closed;
  }
}

/** A command as an array of bulk strings. */
export const resp = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`).join('')}`;
