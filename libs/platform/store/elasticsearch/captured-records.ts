import { indexSpan } from '@orbweaver/contracts/indices/names.ts';
import { deliver } from '@orbweaver/command/indexing/deliver.ts';
import { BulkRequests } from './bulk.ts';
import { Connection } from './connection.ts';
import { defaults, type ElasticsearchSettings } from './settings.ts';

/** Records deleted in one request. */
const deletedAtOnce = 5000;
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
  async flush(): Promise<void> {
    try {
      await this.#connection.client.indices.refresh({ index: `${this.#prefix}-*`, ignore_unavailable: true, allow_no_indices: true });
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  /** By dataset, of those that can be found. */
  async count(capture: string): Promise<Record<string, number>> {
    const aggs = { dataset: { terms: { field: 'event.dataset', size: maxDatasets } } };
    const [answer] = await this.#connection.search([`${this.#prefix}-*`], [{ query: ofCapture(capture), size: 0, aggs }]);
    const { buckets } = (answer!.aggregations?.['dataset'] ?? { buckets: [] }) as { buckets: { key: string; doc_count: number }[] };
    return Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]));
  }

  /** Resolves to their number. What was written before is included. */
  async deleteCapture(capture: string): Promise<number> {
    let deleted = 0;
    const requests = new BulkRequests(this.#connection);
    for (;;) {
      await this.flush();
      const body = { query: ofCapture(capture), size: deletedAtOnce, _source: false };
      const [answer] = await this.#connection.search([`${this.#prefix}-*`], [body]);
      const hits = answer!.hits.hits.filter(({ _index }) => indexSpan(this.#prefix, _index) !== undefined);
      if (hits.length === 0) return deleted;
      const items = hits.map(({ _index, _id }) => ({ index: _index, id: _id, document: undefined }));
      deleted += (await deliver(items, requests, this.#settings.retry)).stored;
    }
  }

  async close(): Promise<void> {
    await this.#connection.client.close();
  }
}

const ofCapture = (capture: string) => ({ term: { 'log.file.path': { value: capture } } });
