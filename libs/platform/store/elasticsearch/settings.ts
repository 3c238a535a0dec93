import { defaultIndexPrefix, type IndexWidth } from '@orbweaver/contracts/indices/names.ts';
import type { RetryPolicy } from '@orbweaver/command/indexing/deliver.ts';

export interface ElasticsearchSettings {
  /** `https://search:9200`, one or more nodes of a cluster. */
  readonly nodes: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** PEM of the certificate authority that signed the nodes' certificates; the system's are trusted anyway. */
  readonly ca?: string;
  /** Begins the names of indices and templates. Default `orbweaver`. */
  readonly prefix?: string;
  /** The time that one index holds; `widths` says otherwise for some datasets. Default `day`. Existing indices keep theirs. */
  readonly width?: IndexWidth;
  readonly widths?: Readonly<Record<string, IndexWidth>>;
  readonly shards?: number;
  readonly replicas?: number;
  /** Milliseconds behind an index's span after which a cluster with lifecycles deletes it; others leave that to `retain`. */
  readonly deleteAfterMs?: number;
  readonly retry?: RetryPolicy;
}

export const defaults = {
  prefix: defaultIndexPrefix,
  width: 'day',
  shards: 1,
  /** A cluster of one node holds no replica. */
  replicas: 0,
} as const;

/** Bytes of documents in one bulk request: large enough that the request itself costs little, small enough that a node's memory holds many. */
export const maxBulkBytes = 8 * 2 ** 20;
export const maxBulkRecords = 10_000;
/** Bulk requests at the same time. A record's versions go one after the other: all records of one id share a lane. */
export const lanes = 3;
/** Bytes of documents from which on there is another lane: each request reaches each index, and each index writes its log to the disk by itself. */
export const laneBytes = 2 * 2 ** 20;
/** Bytes of batches that go together. */
export const maxGroupBytes = 16 * 2 ** 20;
/** Different reasons of refusal that are counted by themselves. */
export const maxReasons = 100;
/** Bytes of one record as JSON. */
export const maxRecordBytes = 4 * 2 ** 20;
/** Indices of one dataset of the width that is set. Where a capture's clock ran wild, records of further times go into indices of a year. */
export const maxFineIndices = 1000;
/** Milliseconds behind an index's span until a cluster with lifecycles merges it. */
export const mergeAfterMs = 6 * 3_600_000;
/** Groups of one statistics answer. */
export const maxGroups = 10_000;
/** Up to so many matches are counted exactly. */
export const countedExactly = 10_000;
/** Different values of a field that are counted exactly; more are estimated to a few per cent. */
export const distinctExactly = 40_000;
/** Values that each shard names for a count of the most frequent ones: the more, the less can be missed. */
export const valuesOfShard = 5000;
/** Values that are looked through for a suggestion where Elasticsearch cannot compare their beginning. */
export const suggestedFrom = 10_000;
/** Milliseconds of a search over a long time after which what was found is answered, and the rest is left to the next page. */
export const earlyAnswerMs = 3000;
/** Milliseconds that a page which is there waits for the number of all matches. */
export const countWaitMs = 1000;
/** Milliseconds in which the cluster has to say how it is. */
export const checkTimeoutMs = 5000;
/** Milliseconds until a request to the cluster is given up that has no limit of its own. */
export const requestTimeoutMs = 60_000;
