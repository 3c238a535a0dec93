import { maxPageSize } from '@orbweaver/contracts/http/limits.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import { openElasticsearchReader } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';

const schemas = datasets.map(({ schema }) => schema);

/** Records by dataset and id, each as text that is the same for the same fields. */
export type Records = ReadonlyMap<string, string>;

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
