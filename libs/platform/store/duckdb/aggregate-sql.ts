import type {
  Grouping,
  HistogramPlan,
  Metric,
  Selection,
  StatisticsPlan,
  SuggestPlan,
  TermsPlan,
  ValueField,
} from '@orbweaver/query/search/reader.ts';
import { foldCase } from '@orbweaver/query/search/fold-case.ts';
import { packetTimes } from '../packet-times.ts';
import { quoteName } from './columns.ts';
import { readSql } from './derived.ts';
import { Parameters } from './parameters.ts';
import type { HasField } from './predicate-sql.ts';
import { conditionSql, whereSql, type Statement } from './search-sql.ts';
import { maxGroups } from './settings.ts';
import { valueType } from './values-sql.ts';

// No window functions here: with several threads and few rows, DuckDB 1.5's operator now and then fails an assertion, and the whole instance with it.

/** A table to aggregate over. */
export interface Part {
  readonly table: string;
  readonly has: HasField;
}

/** Counts by bucket, and by value of a field where the plan asks: rows of bucket start, value, count. */
export function histogramSql(plan: HistogramPlan, parts: readonly Part[]): Statement {
  const parameters = new Parameters();
  const origin = plan.selection.time.from - (((plan.selection.time.from % plan.interval) + plan.interval) % plan.interval);
  const start = parameters.bigint(origin);
  const interval = parameters.bigint(plan.interval);
  const bucket = `${start} + (("@timestamp" - ${start}) // ${interval}) * ${interval}`;
  const { by } = plan;
  if (by === undefined) {
    const rows = union(parts, plan.selection, parameters, () => [`${bucket} AS b`]);
    return { sql: `SELECT b, NULL, count(*) FROM (${rows}) GROUP BY b ORDER BY b`, parameters };
  }
  // Counts of whole buckets stand beside those of values: a record with several values is in several groups.
  const rows = union(parts, plan.selection, parameters, ({ has }) => [`${bucket} AS b`, `${distinctValues(by.field, has)} AS l`]);
  const sql = `WITH r AS MATERIALIZED (SELECT b, l, count(*) AS n FROM (${rows}) GROUP BY b, l),
    g AS MATERIALIZED (SELECT b, v, sum(n) AS n FROM (SELECT b, unnest(l) AS v, n FROM r) GROUP BY b, v),
    top AS (SELECT v FROM g GROUP BY v ORDER BY sum(n) DESC, v LIMIT ${by.size})
    SELECT b, NULL, sum(n)::BIGINT FROM r GROUP BY b UNION ALL SELECT b, v, n::BIGINT FROM g WHERE v IN (SELECT v FROM top) ORDER BY 1`;
  return { sql: by.field.many ? sql : scalarHistogram(plan.selection, parts, by, bucket, parameters), parameters };
}

function scalarHistogram(
  selection: Selection,
  parts: readonly Part[],
  by: { field: ValueField; size: number },
  bucket: string,
  parameters: Parameters,
): string {
  const rows = union(parts, selection, parameters, ({ has }) => [`${bucket} AS b`, `${scalarValue(by.field, has)} AS v`]);
  return `WITH g AS MATERIALIZED (SELECT b, v, count(*) AS n FROM (${rows}) GROUP BY b, v),
    top AS (SELECT v FROM g WHERE v IS NOT NULL GROUP BY v ORDER BY sum(n) DESC, v LIMIT ${by.size})
    SELECT b, NULL, sum(n)::BIGINT FROM g GROUP BY b UNION ALL SELECT b, v, n FROM g WHERE v IN (SELECT v FROM top) ORDER BY 1`;
}

/** Rows of value, count; each also says: sum of all counts, number of values, records without the field. */
export function termsSql(plan: TermsPlan, parts: readonly Part[]): Statement {
  const parameters = new Parameters();
  const { field } = plan;
  const rows = union(parts, plan.selection, parameters, ({ has }) => [
    `${field.many ? distinctValues(field, has) : scalarValue(field, has)} AS v`,
  ]);
  const counted = field.many
    ? `WITH r AS MATERIALIZED (SELECT v AS l, count(*) AS n FROM (${rows}) GROUP BY l), g AS MATERIALIZED (SELECT v, sum(n) AS n FROM (SELECT unnest(l) AS v, n FROM r) GROUP BY v
        UNION ALL SELECT NULL, sum(n) FROM r WHERE coalesce(len(l), 0) = 0)`
    : `WITH g AS MATERIALIZED (SELECT v, count(*) AS n FROM (${rows}) GROUP BY v)`;
  const sql = `${counted}, s AS (SELECT coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0)::BIGINT AS present, count(v) AS distinct_values,
      coalesce(sum(n) FILTER (WHERE v IS NULL), 0)::BIGINT AS missing FROM g)
    SELECT v, n::BIGINT, present, distinct_values, missing FROM g, s ORDER BY v IS NULL, n DESC, v LIMIT ${plan.size}`;
  return { sql, parameters };
}

/** Rows of the group's keys, then the metrics' values, most records first. One group more than may be answered shows that there are too many. */
export function statisticsSql(plan: StatisticsPlan, parts: readonly Part[]): Statement {
  const parameters = new Parameters();
  const keys = plan.groupBy.map((_, index) => `k${index}`);
  const values = (part: Part) => [
    ...plan.groupBy.map((grouping, index) => `${keySql(grouping, part.has, parameters)} AS k${index}`),
    ...plan.metrics.map(({ field }, index) => `${metricValue(field, part.has)} AS m${index}`),
  ];
  const metrics = plan.metrics.map((metric, index) => metricSql(metric, `m${index}`, parameters));
  let rows = union(parts, plan.selection, parameters, values);
  // Lists of keys are unnested one after the other, since two in one SELECT would run side by side.
  for (const [index, grouping] of plan.groupBy.entries())
    if (hasManyKeys(grouping)) rows = `SELECT * REPLACE (unnest(k${index}) AS k${index}) FROM (${rows})`;
  if (keys.length === 0) return { sql: `SELECT ${metrics.join(', ')} FROM (${rows})`, parameters };
  const order = `ORDER BY count(*) DESC, ${keys.map((key) => `r.${key} NULLS LAST`).join(', ')}`;
  const [only, second] = plan.groupBy;
  if (second === undefined) {
    const limit = 'field' in only! ? Math.min(only.size, maxGroups + 1) : maxGroups + 1;
    return { sql: `SELECT ${['r.k0', ...metrics].join(', ')} FROM (${rows}) AS r GROUP BY r.k0 ${order} LIMIT ${limit}`, parameters };
  }
  const grouped = keys.map((key) => `r.${key}`);
  const { joins, definitions } = topGroups(plan.groupBy);
  const sql = `WITH r AS (${rows})${definitions} SELECT ${[...grouped, ...metrics].join(', ')} FROM r${joins} GROUP BY ${grouped.join(', ')} ${order} LIMIT ${maxGroups + 1}`;
  return { sql, parameters };
}

function metricValue(field: ValueField | undefined, has: HasField): string {
  if (field === undefined) return 'TRUE';
  return field.many ? distinctValues(field, has) : scalarValue(field, has);
}

/** The values of a level that get groups: the most frequent, the second level's within each of the first's. */
function topGroups(groupBy: readonly Grouping[]): { definitions: string; joins: string } {
  const [first, second] = groupBy;
  let definitions = '';
  let joins = '';
  if (first !== undefined && 'field' in first) {
    definitions += `, t0 AS (SELECT k0 FROM r GROUP BY k0 ORDER BY count(*) DESC, k0 NULLS LAST LIMIT ${first.size})`;
    joins += ' JOIN t0 ON r.k0 IS NOT DISTINCT FROM t0.k0';
  }
  if (second !== undefined && 'field' in second) {
    definitions += `, t1 AS (SELECT k0, unnest(list(k1 ORDER BY n DESC, k1 NULLS LAST)[1:${second.size}]) AS k1
      FROM (SELECT k0, k1, count(*) AS n FROM r GROUP BY k0, k1) GROUP BY k0)`;
    joins += ' JOIN t1 ON r.k0 IS NOT DISTINCT FROM t1.k0 AND r.k1 IS NOT DISTINCT FROM t1.k1';
  }
  return { definitions, joins };
}

/** Of a field with several values a list, else the value; a record without the field is in the group NULL. */
function keySql(grouping: Grouping, has: HasField, parameters: Parameters): string {
  if ('interval' in grouping) {
    const interval = parameters.bigint(grouping.interval);
    return `"@timestamp" - (("@timestamp" % ${interval}) + ${interval}) % ${interval}`;
  }
  const { field } = grouping;
  if (!field.many) return scalarValue(field, has);
  const values = distinctValues(field, has);
  return `CASE WHEN coalesce(len(${values}), 0) = 0 THEN [NULL] ELSE ${values} END`;
}

function hasManyKeys(grouping: Grouping): boolean {
  return 'field' in grouping && grouping.field.many;
}

function metricSql({ op, field, percents }: Metric, value: string, parameters: Parameters): string {
  switch (op) {
    case 'count':
      return field?.many ? `count(*) FILTER (WHERE len(${value}) > 0)` : `count(${field === undefined ? '*' : value})`;
    case 'distinct':
      return field?.many ? `len(list_distinct(coalesce(flatten(list(${value})), [])))` : `count(DISTINCT ${value})`;
    case 'sum':
      return `sum(${value})::DOUBLE`;
    case 'average':
      return `avg(${value})`;
    case 'min':
    case 'max':
      return `${op}(${field?.type === 'date' && !packetTimes.has(field.name) ? `date_nanos(${value})` : value})`;
    case 'percentiles':
      return `quantile_cont(${value}, [${(percents ?? []).map((percent) => parameters.number(percent / 100)).join(', ')}])`;
  }
}

/** Rows of value, count for values that begin with the prefix. Addresses are told apart by the caller. */
export function suggestSql(plan: SuggestPlan, parts: readonly Part[]): Statement {
  const parameters = new Parameters();
  const { field } = plan;
  const prefix = foldCase(plan.prefix);
  const rows = union(parts, plan.selection, parameters, ({ has }) => {
    if ('map' in field)
      return [`${has(field.map) ? `map_extract_value(${quoteName(field.map)}, ${parameters.text(field.key)})` : 'NULL::VARCHAR'} AS v`];
    return [`${field.many ? `unnest(${distinctValues(field, has)})` : scalarValue(field, has)} AS v`];
  });
  const isAddress = !('map' in field) && field.type === 'ip';
  const filter = prefix === '' || isAddress ? 'v IS NOT NULL' : `starts_with(lower(v::VARCHAR), ${parameters.text(prefix)})`;
  const sql = `SELECT v, count(*) AS n FROM (${rows}) WHERE ${filter} GROUP BY v ORDER BY n DESC, v LIMIT ${isAddress ? maxGroups : plan.size}`;
  return { sql, parameters };
}

function union(parts: readonly Part[], selection: Selection, parameters: Parameters, select: (part: Part) => readonly string[]): string {
  return parts
    .map((part) => `SELECT ${select(part).join(', ')} FROM ${part.table}${whereSql(conditionSql(selection, part.has, parameters))}`)
    .join(' UNION ALL ');
}

function scalarValue(field: ValueField, has: HasField): string {
  return has(field.name) ? readSql(field.name) : `NULL::${valueType(field)}`;
}

/** The values of a record as a list, each once. */
function distinctValues(field: ValueField, has: HasField): string {
  return has(field.name) ? `list_sort(list_distinct(${quoteName(field.name)}))` : `NULL::${valueType(field)}[]`;
}
