import type { FlatRecord, Scalar } from '@orbweaver/contracts/query/answers.ts';
import { formatNanos, parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { floorDivide } from '@orbweaver/query/search/interval.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import { compareText, compareValues } from '@orbweaver/query/search/order.ts';
import type { Grouping, Metric, MetricValue, ValueCount, ValueField } from '@orbweaver/query/search/reader.ts';

/** The different values of a field on one record. */
export function valuesOf(record: FlatRecord, field: ValueField): Scalar[] {
  const value = record[field.name];
  if (value === undefined) return [];
  return field.many ? [...new Set(value as readonly Scalar[])] : [value as Scalar];
}

/** Values with the number of records that have them, most first, equal counts in the order of the values. */
export function countValues(records: readonly FlatRecord[], field: ValueField): ValueCount[] {
  const counts = new Map<Scalar, number>();
  for (const record of records) for (const value of valuesOf(record, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compareScalars(a.value, b.value, field));
}

export function compareScalars(a: Scalar, b: Scalar, { type }: ValueField): number {
  if (type === 'ip') return compareText(ipKey(a as string)!, ipKey(b as string)!);
  return compareValues(a, b);
}

export function timeOf(record: FlatRecord): bigint {
  return parseInstant(record['@timestamp'])!;
}

/** The keys under which a record counts: one, or one for each of several values; null where it has none. */
export function keysOf(record: FlatRecord, grouping: Grouping): (Scalar | null)[] {
  if ('interval' in grouping) return [formatNanos(floorDivide(timeOf(record), grouping.interval) * grouping.interval)];
  const values = valuesOf(record, grouping.field);
  return values.length === 0 ? [null] : values;
}

export function measure({ op, field, percents }: Metric, records: readonly FlatRecord[]): MetricValue {
  if (field === undefined) return records.length;
  if (op === 'count') return records.filter((record) => valuesOf(record, field).length > 0).length;
  const values = records.flatMap((record) => valuesOf(record, field));
  if (op === 'distinct') return new Set(values).size;
  const numbers = values
    .map((value) => (field.type === 'date' ? Number(parseInstant(value as string)) / 1e6 : Number(value)))
    .sort((a, b) => a - b);
  if (op === 'percentiles')
    return Object.fromEntries((percents ?? []).map((percent) => [`p${percent}`, percentile(numbers, percent / 100)]));
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((total, value) => total + value, 0);
  return { sum, average: sum / numbers.length, min: numbers[0]!, max: numbers.at(-1)! }[op];
}

/** Interpolated between the two neighbours. */
function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
