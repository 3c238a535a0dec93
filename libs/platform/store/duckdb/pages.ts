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
import { countSql, pageSql, type Position } from './search-sql.ts';
import type { Segments, Source } from './segments.ts';
import type { Tables } from './tables.ts';
import { sortValueOf } from './values-sql.ts';

interface Context {
  readonly database: Database;
  readonly segments: Segments;
  readonly tables: Tables;
}

interface Found extends Position {
  readonly record: FlatRecord;
}

/** Up to so many matches are counted exactly, if that takes no longer than `fewLimitMs`. */
const countedAnyway = 10_000;
const fewLimitMs = 60;

/**
 * One page: tables are asked one after the other, each only for what is better than the worst record found so far. By time, newest or oldest segment first, the
 * walk ends as soon as no further segment can have a better one.
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
  const total = plan.count ? await countAll(context, plan, sources, best.length, options) : undefined;
  return {
    records: found.map(({ record }) => record),
    ...(last === undefined ? {} : { last: { values: last.values, id: last.id } }),
    ...(total === undefined ? {} : { total }),
  };
}

function walk(sources: readonly Source[], byTime: 'asc' | 'desc' | undefined): Source[] {
  // Within a segment the largest table goes first: it is the likeliest to make the others short work.
  return [...sources].sort((a, b) => {
    if (byTime === 'asc' && a.segment !== b.segment && a.min !== b.min) return a.min < b.min ? -1 : 1;
    if (byTime !== 'asc' && a.segment !== b.segment && a.max !== b.max) return a.max > b.max ? -1 : 1;
    return b.count - a.count;
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
  const columns = columnsFor(tables.columns.get(source.dataset)!, plan.fields);
  const { sql, parameters } = pageSql(plan, source.table, columns, tables.hasField(source.dataset), worst);
  const rows = await segments.with([source.segment], () => database.query(sql, parameters, options));
  return rows.map((row) => {
    const record = recordOf(columns, row, plan.sort.length);
    return { record, id: record['event.id'], values: plan.sort.map(({ field }, index) => sortValueOf(row[index], field)) };
  });
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
  const count = async (source: Source, limit: number | undefined): Promise<number> => {
    const rest = started + (limit === undefined ? countLimitMs : fewLimitMs) - performance.now();
    if (rest <= 0) throw new QueryTimeout(countLimitMs);
    const { sql, parameters } = countSql(plan, source.table, tables.hasField(source.dataset), limit);
    const rows = await segments.with([source.segment], () => database.query(sql, parameters, { ...options, timeLimitMs: rest }));
    return Number(rows[0]![0]);
  };
  for (const source of sources) {
    const whole = time === undefined || (source.min >= time.from && source.max < time.to);
    if (predicate.kind === 'all' && whole) {
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
