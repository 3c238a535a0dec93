import { totalmem } from 'node:os';

export interface DuckDbSettings {
  /** Folder of the store; made if it is not there. */
  readonly folder: string;
  /** Length of a new segment. An existing store keeps its own. Default `day`; `hour` from about 50 million records a day on. */
  readonly segmentWidth?: 'hour' | 'day';
  /** Bytes that DuckDB may take for tables, sorting and hashing; what needs more spills to the folder. Default: a quarter of the machine's memory, 4 GiB at most. */
  readonly memoryBytes?: number;
  /** Threads that work on queries and loading. Default: one a core. */
  readonly threads?: number;
  /** Told why, when DuckDB gave up and is begun anew. */
  readonly onFault?: (cause: Error) => void;
}

export const defaultMemoryBytes = Math.min(4 * 2 ** 30, Math.max(512 * 2 ** 20, Math.floor(totalmem() / 4)));

/** Segments opened at once beyond those that a running query holds. */
export const maxAttachedSegments = 64;
/** Segments of one aggregation: more than a year of days. */
export const maxSegmentsPerQuery = 512;
/** Segments of the store's width. Where a capture's clock ran wild, records behind this many go into segments of a year. */
export const maxFineSegments = 2000;
/** Queries that run at the same time; others wait their turn. Each takes one of libuv's threads. */
export const maxConcurrentQueries = 3;
/** Of them, those that count over all records: a page or a record is not kept waiting by a row of charts. */
export const maxConcurrentCounts = 2;
/** Bytes of NDJSON that may wait to be loaded; then `append` waits. */
export const maxWaitingBytes = 256 * 2 ** 20;
/** Bytes of NDJSON in one file of those that wait; a new one is begun then. */
export const maxSpoolFileBytes = 16 * 2 ** 20;
/** Bytes of NDJSON that are loaded in one go. The more, the less each record costs; they are held in memory meanwhile. */
export const maxLoadBytes = 128 * 2 ** 20;
/** Bytes that are loaded without waiting for more. */
export const promptLoadBytes = maxLoadBytes;
/**
 * Milliseconds that fewer bytes wait for company: so many times as the last load took, within these bounds. Loads of 20,000 records cost twice as much processor time a
 * record as loads of 100,000, so a writer that is busy loads seldom; one that is not loads at once.
 */
export const loadRest = { times: 8, least: 300, most: 10_000 } as const;
/**
 * Rows that DuckDB compresses together. A group that is not full is written anew with each checkpoint, and the old one leaves a hole in the file: with DuckDB's own 122,880 that
 * cost more than half of a long import's processor time and of its file.
 */
export const rowGroupRows = 40_960;
/** Rows of a row group where a segment is written in one go. */
export const tidyRowGroupRows = 122_880;
/** Segments with fewer records are left as they are: their size is a few blocks. */
export const leastTidiedRecords = 5_000;
/** Milliseconds without a load after which a segment is written anew. */
export const tidyAfterMs = 60_000;
/** Bytes of one record as JSON. */
export const maxRecordBytes = 4 * 2 ** 20;
/** Bytes of refused records that are kept for looking at. */
export const maxRejectedBytes = 64 * 2 ** 20;
/** Groups of one statistics answer, and values of one histogram. */
export const maxGroups = 10_000;
/** Records of the largest page, and two by which it is told whether more follow. */
export const maxLateRows = 1002;
