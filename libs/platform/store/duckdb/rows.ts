import { DuckDBListValue, DuckDBMapValue, DuckDBStructValue, type DuckDBValue } from '@duckdb/node-api';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { FieldMap, FieldValue } from '@orbweaver/contracts/records/record.ts';
import type { Field } from '@orbweaver/contracts/records/schema.ts';
import { formatNanos } from '@orbweaver/query/search/instant-text.ts';
import { formatIpKey } from '@orbweaver/query/search/ip-key.ts';
import { packetTimes } from '../packet-times.ts';
import { digitsName, type Column } from './columns.ts';

/** A row of these columns, in their order, as the record that was stored. */
export function recordOf(columns: readonly Column[], row: readonly (DuckDBValue | undefined)[], at = 0): FlatRecord {
  const entries: [string, FieldValue][] = [];
  for (let index = 0; index < columns.length; index++) {
    const { name, field } = columns[index]!;
    const value = row[at + index];
    if (value === null || value === undefined) continue;
    if (packetTimes.has(name)) entries.push([name, formatNanos(value as bigint, Number(row[at + index + 1]))]);
    else if (!name.endsWith(':digits')) entries.push([name, fieldValue(value, field)]);
  }
  return Object.fromEntries(entries) as FlatRecord;
}

/** The columns that bring these fields; all if undefined. A packet time is followed by its digits. */
export function columnsFor(columns: readonly Column[], fields: readonly string[] | undefined): Column[] {
  if (fields === undefined) return [...columns];
  const wanted = new Set(['@timestamp', 'event.id', 'event.dataset', ...fields]);
  for (const name of packetTimes) if (wanted.has(name)) wanted.add(digitsName(name));
  return columns.filter(({ name }) => wanted.has(name));
}

function fieldValue(value: DuckDBValue, field: Field): FieldValue {
  if (value instanceof DuckDBMapValue) return Object.fromEntries(value.entries.map(({ key, value: text }) => [String(key), String(text)]));
  if (value instanceof DuckDBListValue) {
    if (field.type === 'object') return value.items.map((item) => objectOf(item as DuckDBStructValue, field));
    return value.items.map((item) => scalarOf(item, field)) as string[];
  }
  return scalarOf(value, field);
}

function objectOf(value: DuckDBStructValue, field: Field): FieldMap {
  const entries = Object.entries(value.entries).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, fieldValue(item, field.properties![name]!)])) as FieldMap;
}

function scalarOf(value: DuckDBValue, field: Field): string | number | boolean {
  if (field.type === 'ip') return formatIpKey(value as string);
  return typeof value === 'bigint' ? Number(value) : (value as string | number | boolean);
}
