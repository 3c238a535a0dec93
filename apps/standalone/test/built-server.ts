import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type OutputOptions, type RolldownOptions } from 'rolldown';
import { loadConfig } from 'rolldown/config';
import { expect } from 'vitest';
import type { Running } from '../start/running-file.ts';

/** Beside the real build, so that it finds what that finds. */
const folder = fileURLToPath(new URL('../../../dist/standalone-test', import.meta.url));

/** Builds the server as `npm run build` does, into a folder of its own. */
export async function buildServer(): Promise<void> {
  const { output, ...input } = (await loadConfig(fileURLToPath(new URL('../rolldown.config.mjs', import.meta.url)))) as RolldownOptions;
  const bundle = await rolldown(input);
  await bundle.write({ ...(output as OutputOptions), dir: folder });
  await bundle.close();
}

/** The built server as a process of its own. */
export class ServerProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly data: string;
  private readonly exited: Promise<unknown>;

  constructor(data: string, args: readonly string[] = []) {
    this.data = data;
    const flags = ['--data', data, '--port', '0', '--no-sample', '--store-memory', '256MiB', ...args];
    this.child = spawn(process.execPath, [join(folder, 'main.js'), ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exited = once(this.child, 'close');
  }

  /** How it can be talked to, once it can be. */
  async running(): Promise<Running> {
    const read = async () => JSON.parse(await readFile(join(this.data, 'running.json'), 'utf8').catch(() => '{}')) as Partial<Running>;
    await expect
      .poll(async () => (await read()).pid ?? this.child.exitCode, { timeout: 30_000, message: this.output })
      .toBe(this.child.pid);
    return (await read()) as Running;
  }

  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, access_token } = await this.running();
    return fetch(`${url}/api/v1/${path}`, { ...init, headers: { authorization: `Bearer ${access_token}`, ...(init.headers as object) } });
  }

  async get(path: string): Promise<unknown> {
    return (await this.call(path)).json();
  }

  /** Sends the signal and resolves to the exit status, or null if it ended by the signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.status();
  }

  async status(): Promise<number | null> {
    await this.exited;
    return this.child.exitCode;
  }
}
