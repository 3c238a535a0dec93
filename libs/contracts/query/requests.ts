/** Questions as a client asks them. The HTTP schemas describe the same shapes; here they are what the read side takes. */

/** `from` is the first moment that counts, `to` the first that no longer does; RFC 3339 or date math (`now-15m`). */
export interface TimeExpressions {
  readonly from: string;
  readonly to: string;
}

export interface Scope {
  readonly datasets: readonly string[];
  /** KQL; absent or blank: every record. */
  readonly query?: string | undefined;
  /** Absent: all that is stored. */
  readonly time?: TimeExpressions | undefined;
  /** Records that repeat another observer's (`observer.twin_of`). Absent: they are left out. */
  readonly twins?: Twins | undefined;
}

export type Twins = 'hide' | 'show';

export type Order = 'asc' | 'desc';

export interface SortKey {
  readonly field: string;
  readonly order: Order;
}

export interface SearchRequest extends Scope {
  /** Newest first if absent. */
  readonly sort?: readonly SortKey[] | undefined;
  /** Only these, beside `@timestamp`, `event.id` and `event.dataset`. Absent: all. */
  readonly fields?: readonly string[] | undefined;
  readonly size?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface HistogramRequest extends Scope {
  /** About so many; the interval is rounded to one that people read. */
  readonly buckets?: number | undefined;
  /** `30s`; instead of `buckets`. */
  readonly interval?: string | undefined;
  readonly by?: string | undefined;
  readonly by_size?: number | undefined;
}

export interface TermsRequest extends Scope {
  readonly field: string;
  readonly size?: number | undefined;
}

export type MetricOperation = 'count' | 'sum' | 'average' | 'min' | 'max' | 'percentiles' | 'distinct';

export interface MetricRequest {
  readonly op: MetricOperation;
  /** Needed by all but `count`. */
  readonly field?: string | undefined;
  readonly percents?: readonly number[] | undefined;
  /** Key of the value; `op` or `op(field)` if absent. */
  readonly name?: string | undefined;
}

export type GroupingRequest = { readonly field: string; readonly size?: number | undefined } | { readonly interval: string };

export interface StatisticsRequest extends Scope {
  readonly metrics: readonly MetricRequest[];
  /** At most two. */
  readonly group_by?: readonly GroupingRequest[] | undefined;
}

export interface CompleteRequest {
  readonly query: string;
  readonly position: number;
  readonly datasets: readonly string[];
  readonly time?: TimeExpressions | undefined;
}
