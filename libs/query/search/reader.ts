import type { FlatRecord, Scalar } from '@orbweaver/contracts/query/answers.ts';
import type { MetricOperation, Order } from '@orbweaver/contracts/query/requests.ts';
import type { Predicate, ScalarType } from './predicate.ts';

/** Nanoseconds since 1970, `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** Which records: all parts must hold. */
export interface Selection {
  /** One or more, each once. */
  readonly datasets: readonly string[];
  readonly predicate: Predicate;
  /** Of `@timestamp`. Absent: all. */
  readonly time?: TimeRange;
}

/** A field that can be sorted, counted and measured: neither map nor object list. */
export interface ValueField {
  readonly name: string;
  readonly type: ScalarType;
  readonly many: boolean;
}

/**
 * A value to sort by. Missing comes last in either order. Of several values the first counts. Addresses sort IPv4 first, then by number;
 * `date` is nanoseconds.
 */
export type SortValue = string | number | bigint | boolean | null;

export interface SearchPlan {
  readonly selection: Selection;
  /** One or more. Ties are broken by `event.id`, ascending. */
  readonly sort: readonly { readonly field: ValueField; readonly order: Order }[];
  /** Absent: all. `@timestamp`, `event.id` and `event.dataset` always come along. */
  readonly fields?: readonly string[];
  readonly size: number;
  /** The page begins behind this record: its sort values and its id. */
  readonly after?: { readonly values: readonly SortValue[]; readonly id: string };
  /** Counts all that match, not just the page; gives up after `countLimitMs`. */
  readonly count: boolean;
}

export interface SearchPage {
  readonly records: readonly FlatRecord[];
  /** Sort values of the last record; absent when no more follow. */
  readonly last?: { readonly values: readonly SortValue[]; readonly id: string };
  /** Present if the plan asked for it. */
  readonly total?: { readonly value: number; readonly relation: 'eq' | 'gte' };
  /**
   * The page is shorter than it was to be, since going on would have taken too long: in its order of time it holds everything up to this moment (nanoseconds since
   * 1970), and `last` is where it goes on.
   */
  readonly partial?: { readonly until: bigint };
}

export interface HistogramPlan {
  /** With a time range. */
  readonly selection: Selection & { readonly time: TimeRange };
  /** Buckets begin at multiples of it since 1970. */
  readonly interval: bigint;
  /** The `size` most frequent values in the whole range get a group. */
  readonly by?: { readonly field: ValueField; readonly size: number };
}

/** Only buckets with a record, in order. */
export type Histogram = readonly { readonly start: bigint; readonly count: number; readonly groups?: readonly ValueCount[] }[];

export interface ValueCount {
  readonly value: Scalar;
  readonly count: number;
}

export interface TermsPlan {
  readonly selection: Selection;
  readonly field: ValueField;
  readonly size: number;
}

export interface Terms {
  /** Most frequent first, equal counts by value. A record with several values counts once for each of them. */
  readonly buckets: readonly ValueCount[];
  readonly other: number;
  readonly missing: number;
  readonly distinct: number;
  readonly approximate: boolean;
}

export interface Metric {
  readonly op: MetricOperation;
  readonly name: string;
  /** Absent for `count` only: `count` of a field counts the records that have it. Several values only for `count` and `distinct`. */
  readonly field?: ValueField;
  /** For `percentiles`: 0 to 100; interpolated between neighbours. */
  readonly percents?: readonly number[];
}

export type Grouping = { readonly field: ValueField; readonly size: number } | { readonly interval: bigint };

export interface StatisticsPlan {
  readonly selection: Selection;
  readonly metrics: readonly Metric[];
  /** At most two. Groups by a field are its `size` most frequent values (missing is one of them), the second within the first. */
  readonly groupBy: readonly Grouping[];
}

/** `min` and `max` of a date are milliseconds since 1970. */
export type MetricValue = number | null | Readonly<Record<string, number | null>>;

/** `key`: of an interval, the bucket's start in RFC 3339. */
export interface StatisticsGroup {
  readonly key: readonly (Scalar | null)[];
  readonly values: Readonly<Record<string, MetricValue>>;
}

export interface SuggestPlan {
  readonly selection: Selection;
  readonly field: ValueField | { readonly map: string; readonly key: string };
  /** Case is ignored. Empty: the most frequent values. */
  readonly prefix: string;
  readonly size: number;
}

export interface Extent {
  readonly from: bigint;
  readonly to: bigint;
  readonly count: number;
}

export interface StoreStatus {
  readonly records: number;
  readonly byDataset: Readonly<Record<string, number>>;
  /** On disk, with what waits to be put into segments. */
  readonly bytes: number;
  readonly segments: number;
  /** Nanoseconds since 1970. */
  readonly oldest?: bigint;
  readonly newest?: bigint;
}

export interface ReadOptions {
  /** Aborting ends the query; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The call rejects with `QueryTimeout` after so many milliseconds. Absent: `defaultTimeLimitMs`. */
  readonly timeLimitMs?: number;
}

/**
 * Answers questions about stored records; cannot change any. Everything acknowledged by the Writer before its last `flush` is seen, each
 * record once, in its latest version. Plans are trusted to name fields of the schema (`plan.ts` makes them); values in them are never.
 */
export interface Reader {
  search(plan: SearchPlan, options?: ReadOptions): Promise<SearchPage>;
  histogram(plan: HistogramPlan, options?: ReadOptions): Promise<Histogram>;
  terms(plan: TermsPlan, options?: ReadOptions): Promise<Terms>;
  /** Most records first. Without grouping, exactly one group. */
  statistics(plan: StatisticsPlan, options?: ReadOptions): Promise<readonly StatisticsGroup[]>;
  /** Values that begin with the prefix, most frequent first. */
  suggest(plan: SuggestPlan, options?: ReadOptions): Promise<readonly ValueCount[]>;
  /** The record with this `event.id`; `datasets` are searched, all if absent. */
  record(id: string, datasets: readonly string[] | undefined, options?: ReadOptions): Promise<FlatRecord | undefined>;
  /** A flow by its id, with up to `limit` records of other datasets that belong to it, in the order in which they began. */
  flow(id: string, limit: number, options?: ReadOptions): Promise<FlowRecords | undefined>;
  /** Undefined where there is no record. `to` is the time of the newest one. */
  extent(datasets: readonly string[], options?: ReadOptions): Promise<Extent | undefined>;
  status(): Promise<StoreStatus>;
}

export interface FlowRecords {
  readonly flow: FlatRecord;
  readonly transactions: readonly FlatRecord[];
  readonly truncated: boolean;
}

export const defaultTimeLimitMs = 30_000;

/** Where matches are more than ten thousand, counting them all gives up after so long and says `gte`: the page must not wait for it. */
export const countLimitMs = 50;

/** The question took longer than its time limit and was stopped. */
export class QueryTimeout extends Error {
  override readonly name = 'QueryTimeout';
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`The question took longer than ${limitMs} ms and was stopped: choose a shorter time or a narrower query`);
    this.limitMs = limitMs;
  }
}

/** The question covers more than the store answers at once; `message` says what to narrow. */
export class QueryTooLarge extends Error {
  override readonly name = 'QueryTooLarge';
}
