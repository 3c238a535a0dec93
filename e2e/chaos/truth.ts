import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { maxPageSize } from '@orbweaver/contracts/http/limits.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { built } from '@orbweaver/testing/processes/service.ts';
import type { Person } from './person.ts';

export const datasetNames: readonly string[] = datasets.map(({ schema }) => schema.dataset);

/** A capture as it went in, and how its records name it. */
export interface Sent {
  readonly file: string;
  readonly path: string;
}

/** Records by dataset and id, as `http 1f2e...`, each as a hash of its fields. */
export type Records = ReadonlyMap<string, string>;

/** What an undisturbed analysis of the capture says, record by record. */
export async function analysed({ file, path }: Sent, take: (record: FlatRecord) => void): Promise<void> {
  const child = spawn(process.execPath, [join(built, 'cli/main.js'), 'analyze', '--summary', 'none', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number]>;
  for await (const line of createInterface({ input: child.stdout })) take({ ...(JSON.parse(line) as FlatRecord), 'log.file.path': path });
  const [status] = await ended;
  if (status !== 0) throw new Error(`orbweaver analyze ended with ${status}`);
}

/** What undisturbed analyses say of all that is sent: one at a time, while the chaos goes on. */
export class Truth {
  readonly #records = new Map<string, string>();
  readonly #sent: Sent[] = [];
  #work: Promise<void> = Promise.resolve();

  add(sent: Sent): void {
    this.#sent.push(sent);
    this.#work = this.#work.then(() => analysed(sent, (record) => void this.#records.set(keyOf(record), digest(record))));
    this.#work.catch(() => undefined);
  }

  async records(): Promise<Records> {
    await this.#work;
    return this.#records;
  }

  /** These records with all their fields: analyses everything once more. */
  async inFull(keys: ReadonlySet<string>): Promise<Map<string, FlatRecord>> {
    const found = new Map<string, FlatRecord>();
    for (const sent of this.#sent) await analysed(sent, (record) => void (keys.has(keyOf(record)) && found.set(keyOf(record), record)));
    return found;
  }
}

/** All that the search API gives out. */
export async function stored(person: Person): Promise<Records> {
  const records = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await person.search({ datasets: datasetNames, size: maxPageSize, ...(cursor === undefined ? {} : { cursor }) });
    for (const record of page.records) records.set(keyOf(record), digest(record));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return records;
}

/** Documents of each dataset in Elasticsearch: more than there are records if one stands there twice. */
export async function documents(elasticsearch: string, prefix: string): Promise<Map<string, number>> {
  await fetch(`${elasticsearch}/${prefix}-*/_refresh`, { method: 'POST' });
  const counts = new Map<string, number>();
  for (const dataset of datasetNames) {
    const { count } = (await (await fetch(`${elasticsearch}/${prefix}-${dataset}-*/_count`)).json()) as { count: number };
    counts.set(dataset, count);
  }
  return counts;
}

export function keyOf(record: FlatRecord): string {
  return `${String(record['event.dataset'])} ${String(record['event.id'])}`;
}

export const datasetOf = (key: string): string => key.slice(0, key.indexOf(' '));

/** The same for the same fields. */
function digest(record: FlatRecord): string {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(Object.fromEntries(sorted)), 'base64').slice(0, 16);
}
