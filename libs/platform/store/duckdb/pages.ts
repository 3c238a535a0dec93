import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import {
  countLimitMs,
  defaultTimeLimitMs,
  QueryTimeout,
  type ReadOptions,
  type SearchPage,
  type SearchPlan,
} from '@orbweaver/query/search/reader.ts';
import { comparePositions } from '@orbweaver/query/search/order.ts';
import type { Database } from './database.ts';
import { columnsFor, recordOf } from './rows.ts';
import { reducePredicate } from './predicate-sql.ts';
import { countSql, pageSql, rowsSql, textIdsSql, type IdReading, type Position, type Statement } from './search-sql.ts';
import { SegmentChanged, type Segments, type Source } from './segments.ts';
import type { Tables } from './tables.ts';
import { sortValueOf } from './values-sql.ts';

interface Context {
  readonly database: Database;
  readonly segments: Segments;
  readonly tables: Tables;
}

interface Found extends Position {
  readonly source: Source;
  readonly rowId: bigint;
}

/** Up to so many matches are counted exactly, if that takes no longer than `fewLimitMs`. */
const countedAnyway = 10_000;
const fewLimitMs = 60;

/**
 * One page: tables are asked one after the other for sort values and row numbers, each only for what is better than the worst record found so far; what is on the
 * page is then read whole. By time, newest or oldest segment first, the walk ends as soon as no further segment can have a better one.
 */
export async function searchPage(context: Context, plan: SearchPlan, options: ReadOptions): Promise<SearchPage> {
  const started = performance.now();
  const limitMs = options.timeLimitMs ?? defaultTimeLimitMs;
  const left = (): ReadOptions => {
    const rest = limitMs - (performance.now() - started);
    if (rest <= 0) throw new QueryTimeout(limitMs);
    return { ...options, timeLimitMs: rest };
  };
  const { datasets, time, predicate } = plan.selection;
  const sources = context.segments.sources(datasets, time, context.tables.canMatch(predicate));
  const first = plan.sort[0]!;
  const byTime = first.field.name === '@timestamp' ? first.order : undefined;
  let best: Found[] = [];
  for (const source of walk(sources, byTime)) {
    const worst = best.length > plan.size ? best.at(-1) : undefined;
    if (worst !== undefined && byTime !== undefined && isBehind(source, worst, byTime)) break;
    best = merge(best, await ask(context, plan, source, worst, left()), plan);
  }
  const found = best.slice(0, plan.size);
  const last = best.length > plan.size ? found.at(-1) : undefined;
  const [records, total] = await Promise.all([
    readRecords(context, plan, found, left()),
    plan.count ? countAll(context, plan, sources, best.length, options) : undefined,
  ]);
  return {
    records,
    ...(last === undefined ? {} : { last: { values: last.values, id: last.id } }),
    ...(total === undefined ? {} : { total }),
  };
}

function walk(sources: readonly Source[], byTime: 'asc' | 'desc' | undefined): Source[] {
  // Within a segment the smallest table goes first: what is found in it leaves little to look at in the large ones, even if these have no match at all.
  return [...sources].sort((a, b) => {
    if (byTime === 'asc' && a.segment !== b.segment && a.min !== b.min) return a.min < b.min ? -1 : 1;
    if (byTime !== 'asc' && a.segment !== b.segment && a.max !== b.max) return a.max > b.max ? -1 : 1;
    return a.count - b.count;
  });
}

function isBehind({ min, max }: Source, { values }: Position, byTime: 'asc' | 'desc'): boolean {
  const worst = values[0] as bigint;
  return byTime === 'desc' ? max < worst : min > worst;
}

async function ask(
  { database, segments, tables }: Context,
  plan: SearchPlan,
  source: Source,
  worst: Position | undefined,
  options: ReadOptions,
): Promise<Found[]> {
  const has = tables.hasField(source.dataset, source);
  const query = ({ sql, parameters }: Statement) => segments.with([source.segment], () => database.query(sql, parameters, options, true));
  const run = async (bound: Position | undefined, ids: IdReading): Promise<Found[]> => {
    const rows = await query(pageSql(plan, source.table, has, bound, ids));
    return rows.map((row) => {
      const values = plan.sort.map(({ field }, index) => sortValueOf(row[index], field));
      return { source, values, id: String(row[values.length]), rowId: row[values.length + 1] as bigint };
    });
  };
  const settled = async (bound: Position | undefined) =>
    run(bound, (await query(textIdsSql(source.table))).length === 0 ? 'numbers' : 'texts');
  if (!has(plan.sort[0]!.field.name)) return settled(worst);
  const found = (await run(worst, 'late')).sort((a, b) => comparePositions(plan.sort, a, b));
  const [edge, beyond] = found.slice(plan.size);
  // Which of several equal ones came is chance: their ids decide.
  const amongEquals =
    edge !== undefined && beyond !== undefined && comparePositions(plan.sort, { ...edge, id: '' }, { ...beyond, id: '' }) === 0;
  return amongEquals ? settled(edge) : found;
}

/** The records of a page, in its order. A row that is no longer where it was found was written again meanwhile. */
async function readRecords(
  { database, segments, tables }: Context,
  { fields }: SearchPlan,
  page: readonly Found[],
  options: ReadOptions,
): Promise<FlatRecord[]> {
  const records = new Map<Found, FlatRecord>();
  const read = async (source: Source, hits: readonly Found[]): Promise<void> => {
    const columns = columnsFor(tables.readable.get(source.dataset)!, fields);
    const { sql, parameters } = rowsSql(
      source.table,
      columns,
      hits.map(({ rowId }) => rowId),
    );
    const rows = await segments.with([source.segment], () => database.query(sql, parameters, options, true));
    const byId = new Map(rows.map((row) => recordOf(columns, row)).map((record) => [record['event.id'], record]));
    for (const hit of hits) {
      const record = byId.get(hit.id);
      if (record === undefined) throw new SegmentChanged(source.segment);
      records.set(hit, record);
    }
  };
  await Promise.all([...Map.groupBy(page, ({ source }) => source)].map(([source, hits]) => read(source, hits)));
  return page.map((hit) => records.get(hit)!);
}

function merge(best: readonly Found[], more: readonly Found[], plan: SearchPlan): Found[] {
  if (more.length === 0) return [...best];
  return [...best, ...more].sort((a, b) => comparePositions(plan.sort, a, b)).slice(0, plan.size + 1);
}

/**
 * All matches, table by table; where counting takes long, at least so many. Up to `countedAnyway` it may take `fewLimitMs`, past them only `countLimitMs`.
 */
async function countAll(
  { database, segments, tables }: Context,
  plan: SearchPlan,
  sources: readonly Source[],
  atLeast: number,
  options: ReadOptions,
): Promise<{ value: number; relation: 'eq' | 'gte' }> {
  // The walk that did not fill the page has met them all.
  if (atLeast <= plan.size && plan.after === undefined) return { value: atLeast, relation: 'eq' };
  const { predicate, time } = plan.selection;
  const started = performance.now();
  let value = 0;
  const hasField = (source: Source) => tables.hasField(source.dataset, source);
  const count = async (source: Source, limit: number | undefined): Promise<number> => {
    const rest = started + (limit === undefined ? countLimitMs : fewLimitMs) - performance.now();
    if (rest <= 0) throw new QueryTimeout(countLimitMs);
    const { sql, parameters } = countSql(plan, source.table, hasField(source), limit);
    const rows = await segments.with([source.segment], () => database.query(sql, parameters, { ...options, timeLimitMs: rest }));
    return Number(rows[0]![0]);
  };
  for (const source of sources) {
    const whole = time === undefined || (source.min >= time.from && source.max < time.to);
    if (whole && reducePredicate(predicate, hasField(source)).kind === 'all') {
      value += source.count;
      continue;
    }
    let known = value;
    try {
      if (value <= countedAnyway) {
        const few = await count(source, countedAnyway + 1);
        known += few;
        if (few <= countedAnyway) {
          value = known;
          continue;
        }
      }
      value += await count(source, undefined);
    } catch (error) {
      if (!(error instanceof QueryTimeout)) throw error;
      return { value: Math.max(known, atLeast), relation: 'gte' };
    }
  }
  return { value, relation: 'eq' };
}
