import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { maxPageSize } from '@orbweaver/contracts/http/limits.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import { openElasticsearchReader } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { built } from '@orbweaver/testing/processes/service.ts';

const schemas = datasets.map(({ schema }) => schema);

/** Records by dataset and id, each as text that is the same for the same fields. */
export type Records = ReadonlyMap<string, string>;

/** What an undisturbed analysis of the file says. */
export async function analysed(file: string): Promise<Records> {
  const child = spawn(process.execPath, [join(built, 'cli/main.js'), 'analyze', '--summary', 'none', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number]>;
  const records = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) keep(records, JSON.parse(line) as FlatRecord);
  const [status] = await ended;
  if (status !== 0) throw new Error(`orbweaver analyze ended with ${status}`);
  return records;
}

export interface Stored {
  readonly records: Records;
  /** Documents of all indices: more than `records` if one stands there twice. */
  readonly documents: number;
}

/** All that is in the indices, as the search API gives it out. */
export async function stored(elasticsearch: string, prefix: string): Promise<Stored> {
  const { reader, close } = openElasticsearchReader(schemas, { nodes: [elasticsearch], prefix });
  try {
    await fetch(`${elasticsearch}/${prefix}-*/_refresh`, { method: 'POST' });
    const { count } = (await (await fetch(`${elasticsearch}/${prefix}-*/_count`)).json()) as { count: number };
    const questions = new Questions(reader, new Catalogue(schemas));
    const records = new Map<string, string>();
    let cursor: string | undefined;
    do {
      const page = await questions.search({
        datasets: schemas.map(({ dataset }) => dataset),
        size: maxPageSize,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const record of page.records) keep(records, record);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    return { records, documents: count };
  } finally {
    await close();
  }
}

function keep(records: Map<string, string>, record: FlatRecord): void {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  records.set(`${record['event.dataset']} ${record['event.id']}`, JSON.stringify(Object.fromEntries(sorted)));
}

export interface Differences {
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
  readonly changed: readonly string[];
}

/** The ids that are on one side only, and those whose fields differ. */
export function compare(expected: Records, found: Records): Differences {
  const missing = [...expected.keys()].filter((id) => !found.has(id));
  const surplus = [...found.keys()].filter((id) => !expected.has(id));
  const changed = [...expected].filter(([id, text]) => found.has(id) && found.get(id) !== text).map(([id]) => id);
  return { missing, surplus, changed };
}
