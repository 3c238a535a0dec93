import type { SortValue, ValueField } from '@orbweaver/query/search/reader.ts';
import type { Scalar } from '@orbweaver/contracts/query/answers.ts';
import type { DuckDBValue } from '@duckdb/node-api';
import { formatNanos } from '@orbweaver/query/search/instant-text.ts';
import { formatIpKey } from '@orbweaver/query/search/ip-key.ts';
import { sortedCharacters } from '@orbweaver/query/search/order.ts';
import { fits64Bits, packetTimes } from '../packet-times.ts';
import { quoteName } from './columns.ts';
import { readSql } from './derived.ts';
import type { Parameters } from './parameters.ts';

/** The value that records are sorted by: of several the first, of a text its beginning, of a date nanoseconds. */
export function sortExpression({ name, type, many }: ValueField): string {
  const value = many ? `${quoteName(name)}[1]` : readSql(name);
  if (type === 'keyword' || type === 'text') return `left(${value}, ${sortedCharacters})`;
  return type === 'date' && !packetTimes.has(name) ? `date_nanos(${value})` : value;
}

/** A sort value as a parameter of the type that `sortExpression` has. */
export function sortParameter(value: Exclude<SortValue, null>, { name }: ValueField, parameters: Parameters): string {
  if (typeof value === 'bigint') return packetTimes.has(name) && fits64Bits(value) ? parameters.bigint(value) : parameters.hugeint(value);
  if (typeof value === 'number') return parameters.number(value);
  return typeof value === 'boolean' ? parameters.boolean(value) : parameters.text(value);
}

export function sortValueOf(value: DuckDBValue | undefined, { type }: ValueField): SortValue {
  if (value === null || value === undefined) return null;
  return typeof value === 'bigint' && type !== 'date' ? Number(value) : (value as SortValue);
}

/** SQL type of `sortExpression`, for a table that lacks the field. */
export function sortType(field: ValueField): string {
  return field.type === 'date' && !packetTimes.has(field.name) ? 'HUGEINT' : valueType(field);
}

/** SQL type of one value, for a table that lacks the field. */
export function valueType({ name, type }: ValueField): string {
  const types = {
    keyword: 'VARCHAR',
    text: 'VARCHAR',
    ip: 'VARCHAR',
    integer: 'BIGINT',
    float: 'DOUBLE',
    boolean: 'BOOLEAN',
    date: 'VARCHAR',
  } as const;
  return packetTimes.has(name) ? 'BIGINT' : types[type];
}

/** A value that was grouped by, as people write it. */
export function groupValueOf(value: DuckDBValue | undefined, { type }: ValueField): Scalar | null {
  if (value === null || value === undefined) return null;
  if (type === 'ip') return formatIpKey(value as string);
  if (typeof value === 'bigint') return type === 'date' ? formatNanos(value) : Number(value);
  return value as Scalar;
}
