import type { DatasetSchema } from '../records/schema.ts';
import { mappingsOf, type IndexMappings } from './mappings.ts';

export interface IndexOptions {
  /** Begins the names of indices, templates and the policy. */
  readonly prefix: string;
  readonly shards: number;
  readonly replicas: number;
  /** Name of the lifecycle policy; only for a cluster that knows lifecycles, others refuse the setting. */
  readonly lifecycle?: string;
}

export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly template: { readonly settings: Readonly<Record<string, unknown>>; readonly mappings: IndexMappings };
  readonly _meta: Readonly<Record<string, string>>;
}

/** Above what others may have put on the same names. */
const priority = 300;
/** New records are found after so long without a `flush`. */
const refreshInterval = '5s';
/** Case is ignored by naming both cases of each character, which makes four of one: a query has up to 8,192. */
const maxRegexLength = 100_000;

export function templateName(prefix: string, dataset: string): string {
  return `${prefix}-${dataset}`;
}

/** The composable template from which every index of a dataset is made. */
export function templateOf(schema: DatasetSchema, { prefix, shards, replicas, lifecycle }: IndexOptions): IndexTemplate {
  return {
    index_patterns: [`${prefix}-${schema.dataset}-*`],
    priority,
    template: {
      settings: {
        'index.number_of_shards': shards,
        'index.number_of_replicas': replicas,
        'index.codec': 'best_compression',
        'index.refresh_interval': refreshInterval,
        // Newest first is what is asked for: the search ends when the page is full.
        'index.sort.field': '@timestamp',
        'index.sort.order': 'desc',
        'index.max_regex_length': maxRegexLength,
        ...(lifecycle === undefined ? {} : { 'index.lifecycle.name': lifecycle }),
      },
      mappings: mappingsOf(schema),
    },
    _meta: { made_by: 'orbweaver', dataset: schema.dataset },
  };
}
