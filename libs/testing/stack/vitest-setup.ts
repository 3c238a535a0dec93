import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openStack, type Service, type Stack } from './stack.ts';

/** One stack for a run of tests, begun when the first test asks for a server (`shared.ts`): tests run in processes of their own and ask through a socket. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'orbweaver-door-'));
  const path = join(folder, 'door');
  let stack: Promise<Stack> | undefined;

  const answer = async (socket: Socket) => {
    // The question is one word, and comes in one piece.
    const [service] = (await once(socket.setEncoding('utf8'), 'data')) as [Service];
    try {
      const { address, port } = await (await (stack ??= openStack())).server(service);
      socket.end(JSON.stringify({ address, port }));
    } catch (error) {
      socket.end(JSON.stringify({ problem: (error as Error).message }));
    }
  };
  const door = createServer({ allowHalfOpen: true }, (socket) => void answer(socket).catch(() => socket.destroy()));
  await new Promise<void>((resolve) => door.listen(path, resolve));
  // A run that is broken off must not hang on the door.
  door.unref();
  project.provide('stackDoor', path);

  return async () => {
    door.close();
    rmSync(folder, { recursive: true, force: true });
    await (await stack)?.close();
  };
}
