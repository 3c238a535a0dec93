import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child } from '../processes/child.ts';
import { built, Service } from '../processes/service.ts';
import { freePort } from '../stack/ports.ts';
import { startPages } from './pages.ts';

export interface ClusterOptions {
  /** Holds what the processes keep on disk: empty. */
  readonly folder: string;
  /** Where Kafka, Elasticsearch and Redis are, and other settings of all services: by name, as in the environment behind `ORBWEAVER_`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Begins the names of indices. */
  readonly indexPrefix?: string;
  /** Of the pages. */
  readonly port?: number;
  /** Captures that are brought in at once. */
  readonly captures?: readonly string[];
  /** Is told of each process, to end it when this one is gone. */
  readonly started?: (pid: number) => void;
}

/** The product in its cluster size: every app a process of its own on this machine, behind one address. */
export interface Cluster {
  readonly url: string;
  /** For the administrator, once. */
  readonly signInLink: string;
  readonly services: readonly Child[];
  /** What they, or those that are named, wrote since last asked: warnings and errors. */
  log(...names: readonly string[]): string[];
  /** In the order in which data flows. */
  stop(): Promise<void>;
}

/** Resolves when all are ready. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, settings, captures = [], port = await freePort(), started } = options;
  await mkdir(folder, { recursive: true });
  const [controlApi, searchApi] = [await freePort(), await freePort()];
  const all: Child[] = [];
  const note = <T extends Child>(child: T): T => {
    all.push(child);
    if (child.pid !== undefined) started?.(child.pid);
    return child;
  };
  const start = async (name: string, own: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
    note(new Service(name, await freePort(), { LOG_LEVEL: 'warn', ...settings, ...own }, args));
  try {
    const store: Record<string, string> = options.indexPrefix === undefined ? {} : { INDEX_PREFIX: options.indexPrefix };
    const api = { ...store, TRUSTED_PROXIES: '127.0.0.1' };
    const data = join(folder, 'control-api');
    const url = `http://127.0.0.1:${port}`;
    const control = await start('control-api', { ...api, PORT: String(controlApi), DATA: data, WEB_URL: url }, captures);
    const others = [await start('dissector'), await start('enricher'), await start('index-writer', store)];
    // It makes the key that the search-api is given.
    await control.ready();
    others.push(await start('search-api', { ...api, PORT: String(searchApi), TOKEN_PUBLIC_KEY: join(data, 'keys/public-key.pem') }));
    await Promise.all(others.map((service) => service.ready()));
    note(await startPages({ folder, port, web: join(built, 'web'), controlApi, searchApi }));
    const [signInLink] = await control.says(/http:\S+#token=\S+(?=\n)/);
    // What was not there yet when the first began is no fault.
    for (const child of all) linesOf(child);
    return {
      url,
      signInLink,
      services: all,
      log: (...names) =>
        all
          .filter(({ name }) => names.length === 0 || names.includes(name))
          .flatMap((child) => linesOf(child).map((line) => `${child.name}: ${line}`)),
      stop: () => stopAll(all),
    };
  } catch (error) {
    await stopAll(all);
    throw error;
  }
}

/** How far each one's output was read. */
const read = new WeakMap<Child, number>();

function linesOf(child: Child): string[] {
  const from = read.get(child) ?? 0;
  const end = child.output.lastIndexOf('\n') + 1;
  read.set(child, Math.max(from, end));
  return child.output.slice(from, end).split('\n').filter(Boolean);
}

async function stopAll(children: readonly Child[]): Promise<void> {
  await Promise.all(children.map((child) => child.end()));
}
