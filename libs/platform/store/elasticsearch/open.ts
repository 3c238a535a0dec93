import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import type { Reader } from '@orbweaver/query/search/reader.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import type { RecordStore } from '../store.ts';
import { prepareCluster } from './cluster.ts';
import { ClusterCheck } from './cluster-check.ts';
import { Connection } from './connection.ts';
import { Documents } from './documents.ts';
import { ElasticsearchReader } from './reader.ts';
import { defaults, type ElasticsearchSettings } from './settings.ts';
import { ElasticsearchWriter } from './writer.ts';

/**
 * Opens the store of a cluster, with templates for these datasets. Rejects with `StoreUnavailable` if the cluster does not answer, refuses us, or has indices under our
 * names that don't fit.
 */
export async function openElasticsearchStore(schemas: readonly DatasetSchema[], settings: ElasticsearchSettings): Promise<RecordStore> {
  const connection = new Connection(settings);
  try {
    const catalogue = new Catalogue(schemas);
    const documents = new Documents(catalogue);
    const cluster = await prepareCluster(connection, schemas, settings);
    const reader = new ElasticsearchReader(connection, documents, catalogue, settings.prefix ?? defaults.prefix);
    const writer = new ElasticsearchWriter(connection, documents, catalogue, settings, cluster);
    const close = async (): Promise<void> => {
      await writer.close();
      await connection.client.close();
    };
    return { reader, writer, close };
  } catch (error) {
    await connection.client.close();
    throw error;
  }
}

/** The read side alone: changes nothing in the cluster, and may have credentials that could not. `check` rejects with what keeps questions from being answered. */
export function openElasticsearchReader(
  schemas: readonly DatasetSchema[],
  settings: ElasticsearchSettings,
): { readonly reader: Reader; check(): Promise<void>; close(): Promise<void> } {
  const connection = new Connection(settings);
  const catalogue = new Catalogue(schemas);
  const prefix = settings.prefix ?? defaults.prefix;
  const reader = new ElasticsearchReader(connection, new Documents(catalogue), catalogue, prefix);
  const check = new ClusterCheck(connection, schemas, prefix);
  return { reader, check: () => check.run(), close: () => connection.client.close() };
}
