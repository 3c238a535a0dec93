import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import {
  QueryTooLarge,
  type Extent,
  type FlowRecords,
  type Histogram,
  type HistogramPlan,
  type MetricValue,
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
} from '@orbweaver/query/search/reader.ts';
import { flowSpan } from '@orbweaver/query/search/flow-span.ts';
import { formatNanos, parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { histogramSql, statisticsSql, suggestSql, termsSql, type Part } from './aggregate-sql.ts';
import { idEquals, readSql } from './derived.ts';
import { DatabaseRenewed, type Database, type Row } from './database.ts';
import { metricOf } from './metrics.ts';
import { Parameters } from './parameters.ts';
import { searchPage } from './pages.ts';
import { RecentTimes } from './recent-times.ts';
import { recordOf } from './rows.ts';
import { timeSql, type Statement } from './search-sql.ts';
import { SegmentChanged, type Segments, type Source } from './segments.ts';
import { maxGroups, maxSegmentsPerQuery } from './settings.ts';
import type { Spool } from './spool.ts';
import type { Tables } from './tables.ts';
import { groupValueOf } from './values-sql.ts';

/** Plans made anew because a segment was dropped or rewritten meanwhile. */
const maxReplans = 3;
/** A flow is looked for so long before a record of it, in nanoseconds, before it is looked for everywhere. */
const nearNanos = 300_000_000_000n;

/** The Reader over DuckDB: asks the segments of the question's time, and no others. */
export class DuckDbReader implements Reader {
  readonly #database: Database;
  readonly #segments: Segments;
  readonly #tables: Tables;
  readonly #spool: Spool;
  readonly #recent = new RecentTimes();

  constructor(database: Database, segments: Segments, tables: Tables, spool: Spool) {
    this.#database = database;
    this.#segments = segments;
    this.#tables = tables;
    this.#spool = spool;
  }

  async search(plan: SearchPlan, options: ReadOptions = {}): Promise<SearchPage> {
    const context = { database: this.#database, segments: this.#segments, tables: this.#tables };
    const page = await replanned(() => searchPage(context, plan, options));
    for (const record of page.records) this.#recent.note(record['event.id'], parseInstant(record['@timestamp'])!);
    return page;
  }

  async histogram(plan: HistogramPlan, options?: ReadOptions): Promise<Histogram> {
    const rows = await this.#aggregate(plan.selection, (parts) => histogramSql(plan, parts), options);
    const buckets = new Map<bigint, { start: bigint; count: number; groups?: ValueCount[] }>();
    for (const [start, value, count] of rows as [bigint, Row[number], bigint][]) {
      const bucket = buckets.get(start) ?? { start, count: 0, ...(plan.by === undefined ? {} : { groups: [] }) };
      if (value === null) bucket.count += Number(count);
      else bucket.groups?.push({ value: groupValueOf(value, plan.by!.field)!, count: Number(count) });
      buckets.set(start, bucket);
    }
    return [...buckets.values()];
  }

  async terms(plan: TermsPlan, options?: ReadOptions): Promise<Terms> {
    const rows = await this.#aggregate(plan.selection, (parts) => termsSql(plan, parts), options);
    const [, , all = 0n, distinct = 0n, missing = 0n] = (rows[0] ?? []) as [unknown, unknown, bigint?, bigint?, bigint?];
    const buckets = rows
      .filter(([value]) => value !== null)
      .map(([value, count]) => ({ value: groupValueOf(value, plan.field)!, count: Number(count) }));
    const other = Number(all) - buckets.reduce((sum, { count }) => sum + count, 0);
    return { buckets, other, missing: Number(missing), distinct: Number(distinct), approximate: false };
  }

  async statistics(plan: StatisticsPlan, options?: ReadOptions): Promise<readonly StatisticsGroup[]> {
    const rows = await this.#aggregate(plan.selection, (parts) => statisticsSql(plan, parts), options);
    if (rows.length > maxGroups)
      throw new QueryTooLarge(`The question has more than ${maxGroups} groups: ask for fewer values or a longer interval`);
    if (rows.length === 0 && plan.groupBy.length === 0) return [{ key: [], values: emptyValues(plan) }];
    return rows.map((row) => {
      const key = plan.groupBy.map((grouping, index) =>
        'interval' in grouping ? formatNanos(row[index] as bigint) : groupValueOf(row[index], grouping.field),
      );
      const values = plan.metrics.map((metric, index): [string, MetricValue] => [
        metric.name,
        metricOf(metric, row[plan.groupBy.length + index]),
      ]);
      return { key, values: Object.fromEntries(values) };
    });
  }

  async suggest(plan: SuggestPlan, options?: ReadOptions): Promise<readonly ValueCount[]> {
    const { field } = plan;
    if (!('map' in field) && field.type === 'date') return [];
    const rows = await this.#aggregate(plan.selection, (parts) => suggestSql(plan, parts), options);
    const prefix = plan.prefix.toLowerCase();
    return rows
      .map(([value, count]) => ({ value: 'map' in field ? String(value) : groupValueOf(value, field)!, count: Number(count) }))
      .filter(({ value }) => 'map' in field || field.type !== 'ip' || String(value).startsWith(prefix))
      .slice(0, plan.size);
  }

  async record(id: string, datasets: readonly string[] | undefined, options?: ReadOptions): Promise<FlatRecord | undefined> {
    const among = datasets ?? [...this.#tables.columns.keys()];
    const near = this.#recent.get(id);
    const record =
      (near === undefined ? undefined : await this.#find(id, among, { from: near - nearNanos, to: near + 1n }, options)) ??
      (await this.#find(id, among, undefined, options));
    if (record === undefined) return undefined;
    const time = parseInstant(record['@timestamp'])!;
    this.#recent.note(id, time);
    // Its flow is what is asked for next, and began no later.
    const flow = record['flow.id'];
    if (typeof flow === 'string' && this.#recent.get(flow) === undefined) this.#recent.note(flow, time);
    return record;
  }

  async flow(id: string, limit: number, options?: ReadOptions): Promise<FlowRecords | undefined> {
    const flow = await this.record(id, ['flow'], options);
    if (flow === undefined) return undefined;
    const span = flowSpan(flow);
    const datasets = [...this.#tables.columns.keys()].filter((dataset) => dataset !== 'flow');
    const transactions = await replanned(async () => {
      const found: FlatRecord[] = [];
      for (const source of this.#segments.sources(datasets, span)) {
        const condition = (parameters: Parameters) => [idEquals('flow.id', id, parameters), ...timeSql(span, parameters)].join(' AND ');
        found.push(...(await this.#records(source, condition, limit + 1, options)));
      }
      return found.sort(byTime);
    });
    return { flow, transactions: transactions.slice(0, limit), truncated: transactions.length > limit };
  }

  async extent(datasets: readonly string[], options?: ReadOptions): Promise<Extent | undefined> {
    const sources = this.#segments.sources(datasets);
    if (sources.length === 0) return undefined;
    options?.signal?.throwIfAborted();
    const from = sources.reduce((least, { min }) => (min < least ? min : least), sources[0]!.min);
    const to = sources.reduce((most, { max }) => (max > most ? max : most), sources[0]!.max);
    return Promise.resolve({ from, to, count: sources.reduce((sum, { count }) => sum + count, 0) });
  }

  status(): Promise<StoreStatus> {
    const segments = this.#segments.all();
    const byDataset: Record<string, number> = {};
    for (const { datasets } of segments)
      for (const [dataset, { count }] of datasets) byDataset[dataset] = (byDataset[dataset] ?? 0) + count;
    const sources = this.#segments.sources(Object.keys(byDataset));
    const [first] = sources;
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, this.#spool.waitingBytes);
    const records = Object.values(byDataset).reduce((sum, count) => sum + count, 0);
    const status = { records, byDataset, bytes, segments: segments.length };
    if (first === undefined) return Promise.resolve(status);
    const oldest = sources.reduce((least, { min }) => (min < least ? min : least), first.min);
    const newest = sources.reduce((most, { max }) => (max > most ? max : most), first.max);
    return Promise.resolve({ ...status, oldest, newest });
  }

  /** One statement over all tables of the selection; no rows where there is no table. */
  #aggregate(selection: Selection, statement: (parts: readonly Part[]) => Statement, options?: ReadOptions): Promise<Row[]> {
    return replanned(async () => {
      const sources = this.#segments.sources(selection.datasets, selection.time, this.#tables.canMatch(selection.predicate));
      if (sources.length === 0) return [];
      const names = new Set(sources.map(({ segment }) => segment));
      if (names.size > maxSegmentsPerQuery) {
        throw new QueryTooLarge(
          `The question covers ${names.size} segments of records; at most ${maxSegmentsPerQuery} can be counted at once: choose a shorter time`,
        );
      }
      const parts = sources.map((source) => ({ table: source.table, has: this.#tables.hasField(source.dataset, source) }));
      const { sql, parameters } = statement(parts);
      return this.#segments.with([...names], () => this.#database.query(sql, parameters, options));
    });
  }

  #find(id: string, datasets: readonly string[], time: TimeRange | undefined, options?: ReadOptions): Promise<FlatRecord | undefined> {
    return replanned(async () => {
      const condition = (parameters: Parameters) =>
        [idEquals('event.id', id, parameters), ...(time === undefined ? [] : timeSql(time, parameters))].join(' AND ');
      for (const source of newestFirst(this.#segments.sources(datasets, time))) {
        const [record] = await this.#records(source, condition, 1, options);
        if (record !== undefined) return record;
      }
      return undefined;
    });
  }

  async #records(
    source: Source,
    condition: (parameters: Parameters) => string,
    limit: number,
    options?: ReadOptions,
  ): Promise<FlatRecord[]> {
    const columns = this.#tables.readable.get(source.dataset)!;
    const parameters = new Parameters();
    const values = columns.map(({ name }) => readSql(name)).join(', ');
    const sql = `SELECT ${values} FROM ${source.table} WHERE ${condition(parameters)} ORDER BY "@timestamp", ${readSql('event.id')} LIMIT ${limit}`;
    const rows = await this.#segments.with([source.segment], () => this.#database.query(sql, parameters, options, true));
    return rows.map((row) => recordOf(columns, row));
  }
}

async function replanned<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof SegmentChanged || error instanceof DatabaseRenewed;
      if (!isPassing || tries >= maxReplans) throw error;
    }
  }
}

export function newestFirst(sources: readonly Source[]): Source[] {
  return [...sources].sort((a, b) => (a.max > b.max ? -1 : a.max < b.max ? 1 : 0));
}

function byTime(a: FlatRecord, b: FlatRecord): number {
  const [first, second] = [parseInstant(a['@timestamp'])!, parseInstant(b['@timestamp'])!];
  if (first !== second) return first < second ? -1 : 1;
  return a['event.id'] < b['event.id'] ? -1 : 1;
}

function emptyValues({ metrics }: StatisticsPlan): Record<string, MetricValue> {
  return Object.fromEntries(
    metrics.map((metric) => [metric.name, metricOf(metric, metric.op === 'count' || metric.op === 'distinct' ? 0n : null)]),
  );
}
