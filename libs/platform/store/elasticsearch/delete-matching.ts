import { deliver } from '@orbweaver/command/indexing/deliver.ts';
import { BulkRequests } from './bulk.ts';
import type { Connection } from './connection.ts';
import type { ElasticsearchSettings } from './settings.ts';

/** Documents deleted in one request. */
const deletedAtOnce = 5000;

/** What is deleted: the documents of these indices that have this value in a field, and of those the ones in an index that `isOurs` (all by default). */
export interface Doomed {
  readonly indices: string;
  readonly field: string;
  readonly value: string;
  readonly isOurs?: (index: string) => boolean;
}

/** Deletes documents, those that were written before included. Resolves to their number. */
export async function deleteMatching(
  connection: Connection,
  { indices, field, value, isOurs = () => true }: Doomed,
  retry: ElasticsearchSettings['retry'],
): Promise<number> {
  const requests = new BulkRequests(connection);
  let deleted = 0;
  for (;;) {
    await refresh(connection, indices);
    const body = { query: { term: { [field]: { value } } }, size: deletedAtOnce, _source: false };
    const [answer] = await connection.search([indices], [body]);
    const hits = answer!.hits.hits.filter(({ _index }) => isOurs(_index));
    if (hits.length === 0) return deleted;
    const items = hits.map(({ _index, _id }) => ({ index: _index, id: _id, document: undefined }));
    deleted += (await deliver(items, requests, retry)).stored;
  }
}

/** Everything that was written to these indices before is found from now on. */
export async function refresh(connection: Connection, indices: string): Promise<void> {
  try {
    await connection.client.indices.refresh({ index: indices, ignore_unavailable: true, allow_no_indices: true });
  } catch (error) {
    throw connection.failure(error);
  }
}
