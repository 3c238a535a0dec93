import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { freePort } from '../ports.ts';
import { sharedServer } from '../shared.ts';
import { openStack } from '../stack.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function redis(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

test('tests_that_ask_for_the_same_server_share_one', { timeout: 120_000 }, async () => {
  const [one, other] = await Promise.all([sharedServer('elasticsearch'), sharedServer('elasticsearch')]);
  expect(one).toEqual(other);
  const health = (await (await fetch(`${one.address}/_cluster/health`)).json()) as { status: string };
  expect(health.status).toMatch(/^(green|yellow)$/);
});

test('a_server_that_was_killed_comes_back_on_its_port_with_its_data', async () => {
  const stack = await openStack();
  try {
    const server = await stack.server('redis');
    expect(await redis(server.port, 'SET name weaver')).toBe('+OK\r\n');
    await server.stop();
    await expect(redis(server.port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    await server.kill();
    await server.start();
    expect(await redis(server.port, 'GET name')).toContain('weaver');
  } finally {
    await stack.close();
  }
  expect(existsSync(stack.folder)).toBe(false);
});

test('nothing_is_left_of_a_stack_whose_process_was_killed', async () => {
  const child = spawn(process.execPath, [main, 'redis'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [environment] = (await once(createInterface(child.stdout), 'line')) as [string];
  const port = Number(/^export ORBWEAVER_REDIS_URL=redis:\/\/127\.0\.0\.1:(\d+)$/.exec(environment)![1]);
  const pid = Number(/process_id:(\d+)/.exec(await redis(port, 'INFO server'))![1]);
  const folder = /dir\r\n\$\d+\r\n(.*)\/redis\r\n/.exec(await redis(port, 'CONFIG GET dir'))![1]!;
  expect(isAlive(pid) && existsSync(folder)).toBe(true);
  child.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid) && !existsSync(folder), { timeout: 10_000 });
});

test('a_server_that_cannot_start_says_why', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  const stack = await openStack();
  try {
    await expect(stack.server('redis')).rejects.toThrow('Redis does not start: spawn redis-server ENOENT');
  } finally {
    process.env['PATH'] = path;
    await stack.close();
  }
});

test('a_service_that_there_is_not_is_refused_with_those_that_are', async () => {
  const refused = promisify(execFile)(process.execPath, [main, 'mongo']);
  await expect(refused).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected some of kafka, elasticsearch, redis') as string,
  });
});

test('a_port_is_given_once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
});
