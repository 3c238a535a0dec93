import { firstName, isPacketTime } from '@orbweaver/contracts/indices/mappings.ts';
import { formatNanos, parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { sortedCharacters } from '@orbweaver/query/search/order.ts';
import type { SearchPlan, SortValue, ValueField } from '@orbweaver/query/search/reader.ts';
import type { Order } from '@orbweaver/contracts/query/requests.ts';
import { dateKey } from './date-key.ts';
import { nanosFormat, placeOf } from './query-dsl.ts';

/** What stands for a missing value in numbers and times: sorted last in either order, and not to be had as a JavaScript number. */
const edges = {
  asc: { integer: '9223372036854775807', float: 'Infinity', date: '2262-04-11T23:47:16.854775807Z' },
  desc: { integer: '-9223372036854775808', float: '-Infinity', date: '1970-01-01T00:00:00.000000000Z' },
} as const;

const lowestDate = '1677-09-21T00:12:43.145224192Z';

export function sortOf(plan: SearchPlan): Readonly<Record<string, unknown>>[] {
  return [...plan.sort.map(({ field, order }) => ({ [sortPlace(field)]: sortKey(field, order) })), { 'event.id': { order: 'asc' } }];
}

/** The position of a hit, from the `sort` that Elasticsearch gives with it. Texts are cut as `SortValue` says. */
export function positionOf(plan: SearchPlan, sort: readonly unknown[]): { values: SortValue[]; id: string } {
  return { values: plan.sort.map(({ field }, index) => readValue(field, sort[index])), id: String(sort[plan.sort.length]) };
}

/** `search_after` of a position. */
export function searchAfter(plan: SearchPlan, after: NonNullable<SearchPlan['after']>): unknown[] {
  return [...plan.sort.map(({ field, order }, index) => writeValue(field, order, after.values[index]!)), after.id];
}

/** Whether a value of a position may be the beginning of a longer one. */
export function isCut(value: SortValue): boolean {
  return typeof value === 'string' && Array.from(value).length >= sortedCharacters;
}

function sortPlace({ name, type, many }: ValueField): string {
  return many ? firstName(name) : placeOf(name, type);
}

function sortKey(field: ValueField, order: Order): Readonly<Record<string, unknown>> {
  const unmapped = isPacketTime(field.name) ? 'date_nanos' : types[field.type];
  return { order, missing: '_last', unmapped_type: unmapped, ...(isPacketTime(field.name) ? { format: nanosFormat } : {}) };
}

const types = {
  keyword: 'keyword',
  text: 'keyword',
  ip: 'keyword',
  date: 'keyword',
  integer: 'long',
  float: 'double',
  boolean: 'boolean',
} as const;

function readValue({ name, type }: ValueField, value: unknown): SortValue {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'integer':
      return Math.abs(value as number) >= 2 ** 63 ? null : (value as number);
    case 'float':
      return Number.isFinite(Number(value)) ? Number(value) : null;
    case 'boolean':
      return value === 0 || value === 1 ? value === 1 : null;
    case 'date':
      if (isPacketTime(name) && (value === edges.asc.date || value === lowestDate)) return null;
      return parseInstant(value as string) ?? null;
    case 'ip':
      return value as string;
    default:
      return Array.from((value as string).slice(0, 2 * sortedCharacters))
        .slice(0, sortedCharacters)
        .join('');
  }
}

function writeValue({ name, type }: ValueField, order: Order, value: SortValue): unknown {
  switch (type) {
    case 'integer':
    case 'boolean':
      return value === null ? rawJson(edges[order].integer) : typeof value === 'boolean' ? Number(value) : value;
    case 'float':
      return value ?? edges[order].float;
    case 'date':
      if (!isPacketTime(name)) return value === null ? null : dateKey(value as bigint);
      return value === null ? edges[order].date : formatNanos(value as bigint, 9);
    default:
      return value;
  }
}

/** Digits that `JSON.stringify` writes as they are. */
function rawJson(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}
