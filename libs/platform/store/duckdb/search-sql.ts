import type { SearchPlan, SortValue } from '@orbweaver/query/search/reader.ts';
import type { Predicate } from '@orbweaver/query/search/predicate.ts';
import type { TimeRange } from '@orbweaver/query/search/reader.ts';
import type { Column } from './columns.ts';
import { idOrder, readSql } from './derived.ts';
import { Parameters } from './parameters.ts';
import { predicateSql, reducePredicate, type HasField } from './predicate-sql.ts';
import { sortExpression, sortParameter, sortType } from './values-sql.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Where a page begins, or what the last record found so far is. */
export interface Position {
  readonly values: readonly SortValue[];
  readonly id: string;
}

/** Conditions of a selection on one table. */
export function conditionSql(
  selection: { readonly predicate: Predicate; readonly time?: TimeRange },
  has: HasField,
  parameters: Parameters,
): string[] {
  const conditions = [predicateSql(reducePredicate(selection.predicate, has), parameters)];
  if (selection.time !== undefined) conditions.push(...timeSql(selection.time, parameters));
  return conditions.filter((condition) => condition !== 'TRUE');
}

/** That a record began in this time. */
export function timeSql({ from, to }: TimeRange, parameters: Parameters): string[] {
  return [`"@timestamp" >= ${parameters.bigint(clamp(from))}`, `"@timestamp" < ${parameters.bigint(clamp(to))}`];
}

export type IdReading = 'late' | keyof typeof idOrder;

/**
 * The first records of one table by the order of the plan: sort values, id, row number, in no order. `worst`: records behind it are not wanted.
 *
 * `ids: 'late'` reads the ids of the hits alone, which leaves the order of records with equal sort values open: it brings one record more, by which the caller sees
 * whether the page's edge lies among equals. The others settle that, and have to read the id of every match: as numbers where
 * the table has them for all.
 */
export function pageSql(plan: SearchPlan, table: string, has: HasField, worst: Position | undefined, ids: IdReading): Statement {
  const parameters = new Parameters();
  const keys = plan.sort.map(({ field, order }) => ({
    field,
    order,
    sql: has(field.name) ? sortExpression(field) : `NULL::${sortType(field)}`,
  }));
  const conditions = conditionSql(plan.selection, has, parameters);
  if (plan.after !== undefined)
    conditions.push(behindSql(keys, plan.after, parameters), ...boundSql(keys[0]!, plan.after.values[0]!, 'after', parameters));
  if (worst !== undefined) conditions.push(...boundSql(keys[0]!, worst.values[0]!, 'before', parameters));
  const order = keys.filter(({ field }) => has(field.name)).map(({ sql, order }) => `${sql} ${order.toUpperCase()} NULLS LAST`);
  const select = `SELECT ${[...keys.map(({ sql }) => sql), readSql('event.id'), 'rowid'].join(', ')} FROM ${table}`;
  const where = whereSql(conditions);
  if (ids !== 'late')
    return { sql: `${select}${where} ORDER BY ${[...order, idOrder[ids]].join(', ')} LIMIT ${plan.size + 1}`, parameters };
  const hits = `SELECT rowid FROM ${table}${where} ORDER BY ${order.join(', ')} LIMIT ${plan.size + 2}`;
  return { sql: `${select} WHERE rowid IN (${hits})`, parameters };
}

/** Whole records by row number, in no order. */
export function rowsSql(table: string, columns: readonly Column[], rowIds: readonly bigint[]): Statement {
  const names = columns.map(({ name }) => readSql(name));
  // A list of constants would be compared row by row; joined, it skips what holds none of them.
  const sql = `SELECT ${names.join(', ')} FROM ${table} WHERE rowid IN (SELECT unnest([${rowIds.join(', ')}]))`;
  return { sql, parameters: new Parameters() };
}

interface Key {
  readonly field: SearchPlan['sort'][number]['field'];
  readonly order: 'asc' | 'desc';
  readonly sql: string;
}

/** Records behind a position: a later first key, or the same and a later second one, ... or the same keys and a later id. Missing comes last. */
function behindSql(keys: readonly Key[], position: Position, parameters: Parameters): string {
  let behind = `${readSql('event.id')} > ${parameters.text(position.id)}`;
  for (let index = keys.length - 1; index >= 0; index--) {
    const { field, order, sql } = keys[index]!;
    const value = position.values[index]!;
    if (value === null) behind = `(${sql} IS NULL AND ${behind})`;
    else {
      const parameter = sortParameter(value, field, parameters);
      behind = `(${sql} ${order === 'asc' ? '>' : '<'} ${parameter} OR ${sql} IS NULL OR (${sql} = ${parameter} AND ${behind}))`;
    }
  }
  return behind;
}

/** What a position says of the first key alone: weaker, but the zone maps can use it. Nothing where missing values may be wanted. */
function boundSql({ field, order, sql }: Key, value: SortValue, side: 'before' | 'after', parameters: Parameters): string[] {
  if (value === null || (side === 'after' && field.name !== '@timestamp')) return [];
  const operator = (order === 'asc') === (side === 'before') ? '<=' : '>=';
  return [`${sql} ${operator} ${sortParameter(value, field, parameters)}`];
}

/** Whether any id of a table is stored as a text. */
export function textIdsSql(table: string): Statement {
  return { sql: `SELECT 1 FROM ${table} WHERE "event.id" IS NOT NULL LIMIT 1`, parameters: new Parameters() };
}

/** Counts up to `limit` matches of one table, or all. */
export function countSql(plan: SearchPlan, table: string, has: HasField, limit?: number): Statement {
  const parameters = new Parameters();
  const where = whereSql(conditionSql(plan.selection, has, parameters));
  const sql =
    limit === undefined ? `SELECT count(*) FROM ${table}${where}` : `SELECT count(*) FROM (SELECT 1 FROM ${table}${where} LIMIT ${limit})`;
  return { sql, parameters };
}

export function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

const longest = 2n ** 63n - 1n;

/** Times outside 64 bits of nanoseconds are outside of all records. */
export function clamp(value: bigint): bigint {
  return value > longest ? longest : value < -longest ? -longest : value;
}
