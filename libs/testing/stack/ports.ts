import { createServer } from 'node:net';

/**
 * Ports are taken from below the range that the system hands out to outgoing connections: a server that was stopped has to find its own free when it
 * comes back, and a client that tries a stopped server's port must not meet itself there.
 */
const lowest = 20_000;
const highest = 32_000;
const tries = 200;

const taken = new Set<number>();

/** A loopback port that nobody listens on, and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < tries; i++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new Error(`No free port was found on 127.0.0.1 from ${lowest} to ${highest} in ${tries} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
