import { indexSpan } from '@orbweaver/contracts/indices/names.ts';
import { Connection } from './connection.ts';
import { deleteMatching, refresh, type Doomed } from './delete-matching.ts';
import { defaults, type ElasticsearchSettings } from './settings.ts';

/** Datasets that are told apart. */
const maxDatasets = 1000;

/**
 * The records of one capture: how many there are, and their deletion. For who looks after captures; what writes records is the store's writer.
 */
export class CapturedRecords {
  readonly #connection: Connection;
  readonly #settings: ElasticsearchSettings;
  readonly #prefix: string;

  constructor(settings: ElasticsearchSettings) {
    this.#connection = new Connection(settings);
    this.#settings = settings;
    this.#prefix = settings.prefix ?? defaults.prefix;
  }

  /** Everything that was written before is found from now on. */
  flush(): Promise<void> {
    return refresh(this.#connection, `${this.#prefix}-*`);
  }

  /** By dataset, of those that can be found. */
  async count(capture: string): Promise<Record<string, number>> {
    const aggs = { dataset: { terms: { field: 'event.dataset', size: maxDatasets } } };
    const [answer] = await this.#connection.search(
      [`${this.#prefix}-*`],
      [{ query: { term: { [captureField]: { value: capture } } }, size: 0, aggs }],
    );
    const { buckets } = (answer!.aggregations?.['dataset'] ?? { buckets: [] }) as { buckets: { key: string; doc_count: number }[] };
    return Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]));
  }

  /** Resolves to their number. What was written before is included. */
  deleteCapture(capture: string): Promise<number> {
    return deleteMatching(this.#connection, recordsOf(this.#prefix, capture), this.#settings.retry);
  }

  async close(): Promise<void> {
    await this.#connection.client.close();
  }
}

const captureField = 'log.file.path';

/** The records of a capture, as what is to be deleted. */
export function recordsOf(prefix: string, capture: string): Doomed {
  return { indices: `${prefix}-*`, field: captureField, value: capture, isOurs: (index) => indexSpan(prefix, index) !== undefined };
}
