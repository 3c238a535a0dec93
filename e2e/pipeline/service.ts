import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
/** For a service to come up, in milliseconds: a busy machine is slow to start processes. */
const startDeadline = 60_000;

/** One built service of the cluster as a process of its own. */
export class Service {
  readonly name: string;
  /** What it wrote: its log, and what is for people. */
  output = '';
  readonly #operations: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  /** `settings` by their names, as the environment gives them: `ORBWEAVER_` is put before. */
  constructor(name: string, operationsPort: number, settings: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.name = name;
    this.#operations = `http://127.0.0.1:${operationsPort}`;
    const own = { ...settings, OPERATIONS_PORT: String(operationsPort), LOG_LEVEL: 'info' };
    const env = Object.fromEntries(Object.entries(own).map(([key, value]) => [`ORBWEAVER_${key}`, value]));
    this.#child = spawn(process.execPath, [join(repository, 'dist', name, 'main.js'), ...args], {
      cwd: repository,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.#exited = once(this.#child, 'close');
  }

  /** Resolves once it says that it is ready. Rejects with its output if it ended or is too slow. */
  async ready(): Promise<void> {
    const end = Date.now() + startDeadline;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`${this.name} ended with ${this.#child.exitCode}:\n${this.output}`);
      const answer = await fetch(`${this.#operations}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > end) throw new Error(`${this.name} is not ready: ${await answer?.text()}\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What it wrote that fits; rejects when it takes too long. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + startDeadline;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (Date.now() > end) throw new Error(`${this.name} has not said ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.#operations}/metrics`)).text();
  }

  /** Resolves to its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  /** Resolves to its exit code. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null) this.#child.kill(signal);
    return this.ended();
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
