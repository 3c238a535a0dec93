import { setTimeout } from 'node:timers/promises';
import { indexSpan, indicesOf } from '@orbweaver/contracts/indices/names.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { flowSpan } from '@orbweaver/query/search/flow-span.ts';
import { foldCase } from '@orbweaver/query/search/fold-case.ts';
import { parseInstant } from '@orbweaver/query/search/instant-text.ts';
import {
  countLimitMs,
  defaultTimeLimitMs,
  QueryTimeout,
  type Extent,
  type FlowRecords,
  type Histogram,
  type HistogramPlan,
  type ReadOptions,
  type Reader,
  type SearchPage,
  type SearchPlan,
  type Selection,
  type StatisticsGroup,
  type StatisticsPlan,
  type StoreStatus,
  type SuggestPlan,
  type Terms,
  type TermsPlan,
  type TimeRange,
  type ValueCount,
  type ValueField,
} from '@orbweaver/query/search/reader.ts';
import {
  bucketStart,
  bucketValue,
  hasValue,
  statisticsAggregations,
  statisticsAnswer,
  termsAggregations,
  termsAnswer,
  termsOf,
  timeBuckets,
  valueCounts,
  type Bucket,
  type TermsResult,
} from './aggregations.ts';
import type { Connection, SearchAnswer, SearchBody } from './connection.ts';
import type { Documents } from './documents.ts';
import { entryStart } from './entries.ts';
import { caselessRegexp, literalRegexp } from './fold-regexp.ts';
import { everything, selectionQuery, timeQuery, type Query } from './query-dsl.ts';
import { checkTimeoutMs, countedExactly, countWaitMs, earlyAnswerMs, suggestedFrom } from './settings.ts';
import { behind, slicesOf, type SlicedPlan } from './slices.ts';
import { isCut, positionOf, searchAfter, sortOf } from './sort-values.ts';

type Total = NonNullable<SearchPage['total']>;

const always = ['@timestamp', 'event.id', 'event.dataset'];

/** The Reader over Elasticsearch: asks the indices of the question's time, and no others. */
export class ElasticsearchReader implements Reader {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #datasets: readonly string[];
  readonly #prefix: string;
  readonly #clock: () => number;

  /** `clock`: milliseconds since 1970. */
  constructor(connection: Connection, documents: Documents, catalogue: Catalogue, prefix: string, clock: () => number = Date.now) {
    this.#clock = clock;
    this.#connection = connection;
    this.#documents = documents;
    this.#datasets = [...catalogue.datasets.keys()];
    this.#prefix = prefix;
  }

  async search(plan: SearchPlan, options?: ReadOptions): Promise<SearchPage> {
    const sliced = plan.selection.predicate.kind === 'none' ? undefined : slicesOf(plan, this.#clock());
    return sliced === undefined ? this.#whole(plan, options) : this.#inSlices(plan, sliced, options);
  }

  /** A page by one search. */
  async #whole(plan: SearchPlan, options?: ReadOptions): Promise<SearchPage> {
    const body = await this.#pageBody(plan, options);
    const answer = await this.#ask(plan.selection, body, options);
    if (answer === undefined) return { records: [], ...(plan.count ? { total: { value: 0, relation: 'eq' } } : {}) };
    const hits = answer.hits.hits.slice(0, plan.size);
    const last = answer.hits.hits.length > plan.size ? hits.at(-1) : undefined;
    return {
      records: hits.map((hit) => this.#documents.decode(hit._source)),
      ...(last === undefined ? {} : { last: positionOf(plan, last.sort!) }),
      ...(plan.count ? { total: await this.#total(plan.selection, answer, options) } : {}),
    };
  }

  /**
   * A page out of one slice of time after the other, until it is full: what a long time holds at its beginning is there at once, however far the rest goes. Where
   * the rest takes too long, the page is what was found, and the next one goes on behind it.
   */
  async #inSlices(plan: SearchPlan, { order, slices }: SlicedPlan, options: ReadOptions = {}): Promise<SearchPage> {
    const { timeLimitMs = defaultTimeLimitMs, signal } = options;
    const started = performance.now();
    const counting = new AbortController();
    const both = signal === undefined ? counting.signal : AbortSignal.any([signal, counting.signal]);
    const counted = plan.count ? this.#count(plan.selection, { ...options, signal: both }).catch(() => undefined) : undefined;
    const records: FlatRecord[] = [];
    let done: TimeRange | undefined;
    const page = (more: Omit<SearchPage, 'records'>): SearchPage => ({ records, ...more });
    const partial = (): SearchPage => {
      const until = order === 'desc' ? done!.from : done!.to;
      const total = plan.count ? { total: { value: records.length, relation: 'gte' as const } } : {};
      return page({ last: behind(done!, order), ...(records.length < plan.size ? { partial: { until } } : {}), ...total });
    };
    try {
      for (const slice of slices) {
        const spent = performance.now() - started;
        if (done !== undefined && records.length > 0 && spent > earlyAnswerMs) return partial();
        const left = plan.size - records.length;
        // Where the page is full already, one more tells whether another page follows.
        const part = { ...plan, selection: { ...plan.selection, time: slice }, size: Math.max(1, left), count: false };
        try {
          const found = await this.#whole(part, { ...options, timeLimitMs: Math.max(1, Math.ceil(timeLimitMs - spent)) });
          if (left > 0) records.push(...found.records);
          const last = left > 0 ? found.last : found.records.length > 0 ? behind(done!, order) : undefined;
          if (last !== undefined) return page({ last, ...(plan.count ? { total: await this.#soon(counted, records) } : {}) });
        } catch (error) {
          if (!(error instanceof QueryTimeout)) throw error;
          if (done === undefined) throw new QueryTimeout(timeLimitMs);
          return partial();
        }
        done = slice;
      }
      const isFirst = plan.after === undefined;
      const exact = { value: records.length, relation: 'eq' as const };
      return page(plan.count ? { total: isFirst ? exact : await this.#soon(counted, records) } : {});
    } finally {
      counting.abort();
    }
  }

  async #count(selection: Selection, options: ReadOptions): Promise<Total> {
    const body = { query: selectionQuery(selection), size: 0, track_total_hits: countedExactly };
    const answer = await this.#ask(selection, body, options);
    return answer === undefined ? { value: 0, relation: 'eq' } : this.#total(selection, answer, options);
  }

  /** What is counted within some time; else at least what is seen. */
  async #soon(counted: Promise<Total | undefined> | undefined, records: readonly FlatRecord[]): Promise<Total> {
    const late = new AbortController();
    const enough = setTimeout(countWaitMs, undefined, { signal: late.signal }).catch(() => undefined);
    const total = await Promise.race([counted, enough]);
    late.abort();
    return total ?? { value: records.length, relation: 'gte' };
  }

  async histogram({ selection, interval, by }: HistogramPlan, options?: ReadOptions): Promise<Histogram> {
    const top = by === undefined ? [] : await this.#topBuckets(selection, by.field, by.size, options);
    const filters = Object.fromEntries(top.map((bucket, index) => [String(index), hasValue(bucket, by!.field)]));
    const aggs = top.length === 0 ? {} : { aggs: { by: { filters: { filters } } } };
    const answer = await this.#ask(selection, { ...counting(selection), aggs: { over: { ...timeBuckets(interval), ...aggs } } }, options);
    const { buckets } = (answer?.aggregations?.['over'] ?? { buckets: [] }) as { buckets: readonly Bucket[] };
    return buckets.map((bucket) => {
      const start = bucketStart(bucket);
      if (by === undefined) return { start, count: bucket.doc_count };
      const inside = (bucket['by'] as { buckets: Readonly<Record<string, Bucket>> } | undefined)?.buckets ?? {};
      const groups = top
        .map((value, index) => ({ value: bucketValue(value, by.field), count: inside[index]!.doc_count }))
        .filter(({ count }) => count > 0);
      return { start, count: bucket.doc_count, groups };
    });
  }

  async terms({ selection, field, size }: TermsPlan, options?: ReadOptions): Promise<Terms> {
    const answer = await this.#ask(selection, { ...counting(selection), aggs: termsAggregations(field, size) }, options);
    if (answer?.aggregations === undefined) return { buckets: [], other: 0, missing: 0, distinct: 0, approximate: false };
    return termsAnswer(field, size, answer.aggregations);
  }

  async statistics(plan: StatisticsPlan, options?: ReadOptions): Promise<readonly StatisticsGroup[]> {
    const body = { ...counting(plan.selection), track_total_hits: true, aggs: statisticsAggregations(plan) };
    // Where there is no index, one that never exists still gives the shape of the answer.
    const answer = await this.#asked(this.#indices(plan.selection), body, options);
    if (answer.aggregations === undefined && plan.groupBy.length > 0) return [];
    return statisticsAnswer(plan, { doc_count: answer.hits.total?.value ?? 0, ...(answer.aggregations ?? emptyAggregations(plan)) });
  }

  async suggest({ selection, field, prefix, size }: SuggestPlan, options?: ReadOptions): Promise<readonly ValueCount[]> {
    const wanted = foldCase(prefix);
    if ('map' in field) {
      const start = entryStart(field.key);
      const entries: ValueField = { name: field.map, type: 'keyword', many: false };
      const include = { include: `${literalRegexp(start)}${caselessRegexp(wanted)}.*` };
      const found = await this.#values(selection, entries, size, include, options);
      return found.map(({ value, count }) => ({ value: String(value).slice(start.length), count }));
    }
    if (field.type === 'date') return [];
    if (field.type === 'keyword' || field.type === 'text') {
      const include = wanted === '' ? {} : { include: `${caselessRegexp(wanted)}.*` };
      return this.#values(selection, field, size, include, options);
    }
    const found = await this.#values(selection, field, suggestedFrom, {}, options);
    return found.filter(({ value }) => foldCase(String(value)).startsWith(wanted)).slice(0, size);
  }

  async record(id: string, datasets: readonly string[] | undefined, options?: ReadOptions): Promise<FlatRecord | undefined> {
    const query = { ids: { values: [id] } };
    const answer = await this.#asked(indicesOf(this.#prefix, datasets ?? this.#datasets), { query, size: 1 }, options);
    const hit = answer.hits.hits[0];
    return hit === undefined ? undefined : this.#documents.decode(hit._source);
  }

  async flow(id: string, limit: number, options?: ReadOptions): Promise<FlowRecords | undefined> {
    const flow = await this.record(id, ['flow'], options);
    if (flow === undefined) return undefined;
    const span = flowSpan(flow);
    const others = this.#datasets.filter((dataset) => dataset !== 'flow');
    const query = { bool: { filter: [{ term: { 'flow.id': { value: id } } }, timeQuery(span)] } };
    const sort = [{ '@timestamp': { order: 'asc' } }, { 'event.id': { order: 'asc' } }];
    const body = { query, size: limit + 1, sort, track_total_hits: false };
    const answer = await this.#asked(indicesOf(this.#prefix, others, span), body, options);
    const found = answer.hits.hits.map((hit) => this.#documents.decode(hit._source));
    return { flow, transactions: found.slice(0, limit), truncated: found.length > limit };
  }

  async extent(datasets: readonly string[], options?: ReadOptions): Promise<Extent | undefined> {
    const end = (order: 'asc' | 'desc', total: boolean): SearchBody => ({
      query: everything,
      size: 1,
      sort: [{ '@timestamp': { order, unmapped_type: 'date_nanos' } }],
      track_total_hits: total,
      _source: ['@timestamp'],
    });
    const [oldest, newest] = await this.#connection.search(
      indicesOf(this.#prefix, datasets),
      [end('asc', true), end('desc', false)],
      options,
    );
    const time = (answer: SearchAnswer | undefined) => parseInstant(String(answer?.hits.hits[0]?._source['@timestamp'] ?? ''));
    const [from, to] = [time(oldest), time(newest)];
    return from === undefined || to === undefined ? undefined : { from, to, count: oldest!.hits.total?.value ?? 0 };
  }

  async status(): Promise<StoreStatus> {
    const { indices = {} } = await this.#connection.client.indices
      .stats(
        {
          index: `${this.#prefix}-*`,
          metric: ['docs', 'store'],
          filter_path: ['indices.*.primaries.docs.count', 'indices.*.total.store'],
        },
        { requestTimeout: checkTimeoutMs },
      )
      .catch((error: unknown) => {
        throw this.#connection.failure(error);
      });
    const byDataset: Record<string, number> = {};
    let [records, bytes, segments] = [0, 0, 0];
    for (const [name, { primaries, total }] of Object.entries(indices)) {
      const span = indexSpan(this.#prefix, name);
      if (span === undefined) continue;
      // What is kept beside records is none.
      const count = this.#datasets.includes(span.dataset) ? (primaries?.docs?.count ?? 0) : 0;
      segments++;
      records += count;
      bytes += total?.store?.size_in_bytes ?? 0;
      byDataset[span.dataset] = (byDataset[span.dataset] ?? 0) + count;
    }
    const extent = records === 0 ? undefined : await this.extent(this.#datasets);
    return { records, byDataset, bytes, segments, ...(extent === undefined ? {} : { oldest: extent.from, newest: extent.to }) };
  }

  async #pageBody(plan: SearchPlan, options?: ReadOptions): Promise<SearchBody> {
    const after = plan.after === undefined ? undefined : await this.#uncut(plan, plan.after, options);
    return {
      query: selectionQuery(plan.selection),
      // One more tells whether another page follows.
      size: plan.size + 1,
      sort: sortOf(plan),
      track_total_hits: plan.count ? countedExactly : false,
      ...(after === undefined ? {} : { search_after: searchAfter(plan, after) }),
      ...(plan.fields === undefined ? {} : { _source: [...always, ...plan.fields] }),
    };
  }

  /** A position whose texts are not cut: Elasticsearch sorts by all of them, so the record that the page ended with is looked up. */
  async #uncut(
    plan: SearchPlan,
    after: NonNullable<SearchPlan['after']>,
    options?: ReadOptions,
  ): Promise<NonNullable<SearchPlan['after']>> {
    const long = plan.sort.map(({ field }, index) => (field.type === 'keyword' || field.type === 'text') && isCut(after.values[index]!));
    if (!long.includes(true)) return after;
    const record = await this.record(after.id, plan.selection.datasets, options);
    const values = after.values.map((value, index) => {
      const { name, many } = plan.sort[index]!.field;
      const stored = many ? (record?.[name] as readonly string[] | undefined)?.[0] : record?.[name];
      return long[index] && typeof stored === 'string' ? stored : value;
    });
    return { ...after, values };
  }

  async #total(selection: Selection, answer: SearchAnswer, options?: ReadOptions): Promise<Total> {
    const atLeast = answer.hits.total!;
    if (atLeast.relation === 'eq') return atLeast;
    const body = { query: selectionQuery(selection), size: 0, track_total_hits: true, timeout: `${countLimitMs}ms` };
    const counted = await this.#ask(selection, body, options);
    const value = Math.max(atLeast.value, counted?.hits.total?.value ?? 0);
    return { value, relation: counted?.timed_out === false ? 'eq' : 'gte' };
  }

  async #topBuckets(selection: Selection, field: ValueField, size: number, options?: ReadOptions): Promise<readonly Bucket[]> {
    const answer = await this.#ask(selection, { ...counting(selection), aggs: { values: termsOf(field, size) } }, options);
    return (answer?.aggregations?.['values'] as TermsResult | undefined)?.buckets ?? [];
  }

  async #values(
    selection: Selection,
    field: ValueField,
    size: number,
    more: Readonly<Record<string, unknown>>,
    options?: ReadOptions,
  ): Promise<ValueCount[]> {
    const answer = await this.#ask(selection, { ...counting(selection), aggs: { values: termsOf(field, size, more) } }, options);
    const found = answer?.aggregations?.['values'] as TermsResult | undefined;
    return found === undefined ? [] : valueCounts(field, found);
  }

  #indices({ datasets, time }: Selection): string[] {
    return indicesOf(this.#prefix, datasets, time);
  }

  /** Undefined where no index can hold what is asked for. */
  async #ask(selection: Selection, body: SearchBody, options?: ReadOptions): Promise<SearchAnswer | undefined> {
    options?.signal?.throwIfAborted();
    const indices = this.#indices(selection);
    return indices.length === 0 || selection.predicate.kind === 'none' ? undefined : this.#asked(indices, body, options);
  }

  async #asked(indices: readonly string[], body: SearchBody, options?: ReadOptions): Promise<SearchAnswer> {
    if (indices.length === 0) return { timed_out: false, hits: { hits: [] } };
    const [answer] = await this.#connection.search(indices, [body], options);
    return answer!;
  }
}

function counting(selection: Selection): { query: Query; size: 0; track_total_hits: false } {
  return { query: selectionQuery(selection), size: 0, track_total_hits: false };
}

/** What Elasticsearch leaves out where no index was asked. */
function emptyAggregations({ metrics }: StatisticsPlan): Readonly<Record<string, unknown>> {
  const empty = { doc_count: 0, value: 0, values: [], count: 0 };
  return Object.fromEntries(metrics.map((_, index) => [`metric${index}`, empty]));
}
