import { isPacketTime } from '@orbweaver/contracts/indices/mappings.ts';
import type { Scalar } from '@orbweaver/contracts/query/answers.ts';
import { formatNanos, nanosPerMilli, parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { formatIpKey } from '@orbweaver/query/search/ip-key.ts';
import {
  QueryTooLarge,
  type Grouping,
  type Metric,
  type MetricValue,
  type StatisticsGroup,
  type StatisticsPlan,
  type Terms,
  type ValueCount,
  type ValueField,
} from '@orbweaver/query/search/reader.ts';
import { compareScalars } from '../memory/aggregate.ts';
import { existsQuery, nanosFormat, placeOf, type Query } from './query-dsl.ts';
import { distinctExactly, maxGroups, valuesOfShard } from './settings.ts';

export type Aggregations = Readonly<Record<string, Query>>;

/** Some records as Elasticsearch answers them, with what was asked for within. */
export interface Part {
  readonly doc_count: number;
  readonly [aggregation: string]: unknown;
}

export interface Bucket extends Part {
  readonly key: string | number;
  readonly key_as_string?: string;
}

export interface TermsResult {
  readonly buckets: readonly Bucket[];
  readonly sum_other_doc_count: number;
  readonly doc_count_error_upper_bound: number;
}

/** The most frequent values; equal counts by value. */
export function termsOf(field: ValueField, size: number, more: Readonly<Record<string, unknown>> = {}): Query {
  const order = [{ _count: 'desc' }, { _key: 'asc' }];
  const format = isPacketTime(field.name) ? { format: nanosFormat } : {};
  return { terms: { field: placeOf(field.name, field.type), size, shard_size: Math.max(size, valuesOfShard), order, ...format, ...more } };
}

/** A value that was grouped by, as people write it. */
export function bucketValue({ key, key_as_string: text }: Bucket, { type }: ValueField): Scalar {
  switch (type) {
    case 'boolean':
      return text === 'true';
    case 'ip':
      return formatIpKey(String(key));
    case 'date':
      return formatNanos(parseInstant(text ?? String(key))!);
    default:
      return key;
  }
}

/** A query for the records that have this value. */
export function hasValue(bucket: Bucket, { name, type }: ValueField): Query {
  return { term: { [placeOf(name, type)]: { value: type === 'boolean' ? bucket.key_as_string : bucket.key } } };
}

export function lacks({ name, type, many }: ValueField): Query {
  return { bool: { must_not: [existsQuery({ kind: 'field', field: name, type, many })] } };
}

/** Buckets of time that begin at multiples of the interval since 1970. */
export function timeBuckets(interval: bigint): Query {
  if (interval % nanosPerMilli !== 0n)
    throw new QueryTooLarge('The time is too long for so few buckets: ask for more of them, or a shorter time');
  return { date_histogram: { field: '@timestamp', fixed_interval: `${interval / nanosPerMilli}ms`, min_doc_count: 1 } };
}

export function bucketStart({ key }: Bucket): bigint {
  return BigInt(key) * nanosPerMilli;
}

export function termsAggregations(field: ValueField, size: number): Aggregations {
  const place = placeOf(field.name, field.type);
  return {
    values: termsOf(field, Math.max(size, valuesOfShard)),
    distinct: { cardinality: { field: place, precision_threshold: distinctExactly } },
    missing: { filter: lacks(field) },
  };
}

export function termsAnswer(field: ValueField, size: number, answer: Readonly<Record<string, unknown>>): Terms {
  const { buckets, sum_other_doc_count: rest, doc_count_error_upper_bound: error } = answer['values'] as TermsResult;
  const counts = buckets.map((bucket) => ({ value: bucketValue(bucket, field), count: bucket.doc_count }));
  // Where all values came, they are counted here; else Elasticsearch's count is exact up to some number.
  const distinct = rest === 0 ? counts.length : (answer['distinct'] as { value: number }).value;
  return {
    buckets: counts.slice(0, size),
    other: rest + counts.slice(size).reduce((sum, { count }) => sum + count, 0),
    missing: (answer['missing'] as { doc_count: number }).doc_count,
    distinct,
    approximate: error > 0 || (rest > 0 && distinct > distinctExactly),
  };
}

/** Groups within groups, each with its metrics. */
export function statisticsAggregations({ metrics, groupBy }: Pick<StatisticsPlan, 'metrics' | 'groupBy'>): Aggregations {
  const [grouping, ...further] = groupBy;
  if (grouping === undefined) return metricAggregations(metrics);
  const aggs = statisticsAggregations({ metrics, groupBy: further });
  if ('interval' in grouping) return { over: { ...timeBuckets(grouping.interval), aggs } };
  return { values: { ...termsOf(grouping.field, grouping.size), aggs }, missing: { filter: lacks(grouping.field), aggs } };
}

export function statisticsAnswer(plan: StatisticsPlan, whole: Part): StatisticsGroup[] {
  const groups = groupsOf(plan.groupBy, whole).map(({ key, bucket }) => ({
    key,
    count: bucket.doc_count,
    values: Object.fromEntries(plan.metrics.map((metric, index) => [metric.name, metricAnswer(metric, bucket, index)])),
  }));
  if (groups.length > maxGroups)
    throw new QueryTooLarge(`The question has more than ${maxGroups} groups: ask for fewer values or a longer interval`);
  const fields = plan.groupBy.map((grouping) => ('field' in grouping ? grouping.field : undefined));
  return groups.sort((a, b) => b.count - a.count || compareGroupKeys(a.key, b.key, fields)).map(({ key, values }) => ({ key, values }));
}

interface Group {
  readonly key: readonly (Scalar | null)[];
  readonly bucket: Part;
}

function groupsOf([grouping, ...further]: readonly Grouping[], bucket: Part): Group[] {
  if (grouping === undefined) return [{ key: [], bucket }];
  return partsOf(grouping, bucket).flatMap(({ value, part }) =>
    groupsOf(further, part).map(({ key, bucket: inner }) => ({ key: [value, ...key], bucket: inner })),
  );
}

function partsOf(grouping: Grouping, bucket: Part): { value: Scalar | null; part: Part }[] {
  if ('interval' in grouping) {
    const { buckets } = bucket['over'] as { buckets: readonly Bucket[] };
    return buckets.map((part) => ({ value: formatNanos(bucketStart(part)), part }));
  }
  const { field, size } = grouping;
  const found = (bucket['values'] as TermsResult).buckets.map((part) => ({
    value: bucketValue(part, field) as Scalar | null,
    part: part as Part,
  }));
  const missing = bucket['missing'] as Bucket;
  if (missing.doc_count > 0) found.push({ value: null, part: missing });
  return found.sort((a, b) => b.part.doc_count - a.part.doc_count || compareGroupKeys([a.value], [b.value], [field])).slice(0, size);
}

function compareGroupKeys(
  a: readonly (Scalar | null)[],
  b: readonly (Scalar | null)[],
  fields: readonly (ValueField | undefined)[],
): number {
  for (const [index, field] of fields.entries()) {
    const [x, y] = [a[index]!, b[index]!];
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1;
      continue;
    }
    const compared = field === undefined ? (x < y ? -1 : x > y ? 1 : 0) : compareScalars(x, y, field);
    if (compared !== 0) return compared;
  }
  return 0;
}

function metricAggregations(metrics: readonly Metric[]): Aggregations {
  return Object.fromEntries(
    metrics.flatMap((metric, index) => {
      const aggregation = metricAggregation(metric);
      return aggregation === undefined ? [] : [[`metric${index}`, aggregation]];
    }),
  );
}

function metricAggregation({ op, field, percents }: Metric): Query | undefined {
  if (field === undefined) return undefined;
  const place = op === 'distinct' ? placeOf(field.name, field.type) : field.name;
  switch (op) {
    case 'count':
      return { filter: existsQuery({ kind: 'field', field: field.name, type: field.type, many: field.many }) };
    case 'distinct':
      return { cardinality: { field: place, precision_threshold: distinctExactly } };
    case 'percentiles':
      return { percentiles: { field: place, percents: percents ?? [], keyed: false } };
    default:
      return { stats: { field: place } };
  }
}

function metricAnswer({ op, field, percents }: Metric, bucket: Part, index: number): MetricValue {
  if (field === undefined) return bucket.doc_count;
  const answer: unknown = bucket[`metric${index}`];
  switch (op) {
    case 'count':
      return (answer as Part).doc_count;
    case 'distinct':
      return (answer as { value: number }).value;
    case 'percentiles': {
      const { values } = answer as { values: readonly { key: number; value: number | null }[] };
      return Object.fromEntries(
        (percents ?? []).map((percent) => [`p${percent}`, values.find(({ key }) => key === percent)?.value ?? null]),
      );
    }
    default: {
      const { count, sum, avg, min, max } = answer as Record<'count' | 'sum' | 'avg' | 'min' | 'max', number>;
      return count === 0 ? null : { sum, average: avg, min, max }[op];
    }
  }
}

/** Values with their counts, the most frequent first. */
export function valueCounts(field: ValueField, { buckets }: TermsResult): ValueCount[] {
  return buckets.map((bucket) => ({ value: bucketValue(bucket, field), count: bucket.doc_count }));
}
