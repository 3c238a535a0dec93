import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type OutputOptions, type RolldownOptions } from 'rolldown';
import { loadConfig } from 'rolldown/config';
import { Child } from '@orbweaver/testing/processes/child.ts';
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
export class ServerProcess extends Child {
  readonly #data: string;

  constructor(data: string, args: readonly string[] = []) {
    const flags = ['--data', data, '--port', '0', '--no-sample', '--store-memory', '256MiB', ...args];
    super('the server', [process.execPath, join(folder, 'main.js'), ...flags]);
    this.#data = data;
  }

  /** How it can be talked to, once it can be. */
  running(): Promise<Running> {
    return this.until('said where it is', async () => {
      const said = JSON.parse(await readFile(join(this.#data, 'running.json'), 'utf8').catch(() => '{}')) as Partial<Running>;
      return said.pid === this.pid ? (said as Running) : undefined;
    });
  }

  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, access_token } = await this.running();
    return fetch(`${url}/api/v1/${path}`, { ...init, headers: { authorization: `Bearer ${access_token}`, ...(init.headers as object) } });
  }

  async get(path: string): Promise<unknown> {
    return (await this.call(path)).json();
  }
}
