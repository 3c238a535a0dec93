import type { RequestProblem } from '@orbweaver/contracts/query/answers.ts';
import type {
  GroupingRequest,
  HistogramRequest,
  MetricRequest,
  Scope,
  SearchRequest,
  StatisticsRequest,
  TermsRequest,
} from '@orbweaver/contracts/query/requests.ts';
import { twinField } from '@orbweaver/contracts/records/base-fields.ts';
import { parseQuery } from '../language/parse.ts';
import type { Catalogue } from './catalogue.ts';
import { checkQuery } from './check.ts';
import { readCursor, type CursorContent } from './cursor.ts';
import { parseTime } from './date-math.ts';
import { parseInterval } from './interval.ts';
import type { Predicate } from './predicate.ts';
import type { Grouping, Metric, SearchPlan, Selection, StatisticsPlan, TermsPlan, TimeRange, ValueField } from './reader.ts';
import { explainUnknown, resolveField, resolveValueField } from './resolve.ts';
import { namesTwins, withoutTwins } from './twins.ts';

export interface PlanContext {
  readonly catalogue: Catalogue;
  /** Milliseconds since 1970: what `now` means. */
  readonly now: number;
}

export const defaultPageSize = 50;
export const defaultTerms = 10;
export const defaultPercents: readonly number[] = [50, 95, 99];

/** The field that a histogram, and a search without another wish, goes by. */
export const timestampField: ValueField = { name: '@timestamp', type: 'date', many: false };

/** Collects what is wrong with a request, so that all of it is said at once. */
export class Problems {
  readonly list: RequestProblem[] = [];

  add(path: string, message: string, expected?: readonly string[]): void {
    this.list.push(expected === undefined ? { path, message } : { path, message, expected });
  }
}

/**
 * The part that all questions have: which records. `fields` are those that the rest of the question is about. Twins are left out, unless they are asked for: by the
 * scope, or by a query or a field that names their mark.
 */
export function planSelection(
  scope: Scope,
  context: PlanContext,
  problems: Problems,
  fields: readonly (string | undefined)[] = [],
): Selection {
  const datasets = [...new Set(scope.datasets)];
  if (datasets.length === 0) problems.add('datasets', 'At least one dataset is expected', [...context.catalogue.datasets.keys()]);
  for (const [index, dataset] of datasets.entries()) {
    if (!context.catalogue.datasets.has(dataset)) {
      problems.add(`datasets.${index}`, `There is no dataset ${dataset}`, [...context.catalogue.datasets.keys()]);
    }
  }
  const known = datasets.filter((dataset) => context.catalogue.datasets.has(dataset));
  const time = planTime(scope, context, problems);
  const showsTwins = scope.twins === 'show' || fields.includes(twinField);
  const predicate = planPredicate(scope.query ?? '', known, context, problems, showsTwins);
  return time === undefined ? { datasets: known, predicate } : { datasets: known, predicate, time };
}

function planPredicate(
  query: string,
  datasets: readonly string[],
  { catalogue, now }: PlanContext,
  problems: Problems,
  showsTwins: boolean,
): Predicate {
  const parsed = parseQuery(query);
  if (!parsed.ok) {
    problems.list.push({ path: 'query', ...parsed.problem });
    return { kind: 'none' };
  }
  if (datasets.length === 0) return { kind: 'none' };
  const checked = checkQuery(parsed.ast, { catalogue, datasets, now });
  problems.list.push(...checked.problems.map((problem) => ({ path: 'query', ...problem })));
  return showsTwins || namesTwins(parsed.ast) ? checked.predicate : withoutTwins(checked.predicate);
}

function planTime({ time }: Scope, { now }: PlanContext, problems: Problems): TimeRange | undefined {
  if (time === undefined) return undefined;
  const from = parseTime(time.from, now)?.start;
  const to = parseTime(time.to, now)?.start;
  const expected = ['2026-01-02T03:04:05Z', 'now-15m'];
  if (from === undefined) problems.add('time.from', `\`${time.from}\` is no time`, expected);
  if (to === undefined) problems.add('time.to', `\`${time.to}\` is no time`, expected);
  if (from === undefined || to === undefined) return undefined;
  if (from > to) problems.add('time', '`from` is later than `to`');
  return { from, to };
}

/** A search; with a cursor, `cursor` holds what it said. */
export function planSearch(
  request: SearchRequest,
  context: PlanContext,
  problems: Problems,
): { plan: SearchPlan; cursor: CursorContent | undefined } {
  const selection = planSelection(request, context, problems);
  const sort = (request.sort ?? []).flatMap(({ field, order }, index) => {
    const resolved = planField(field, selection.datasets, context, `sort.${index}.field`, problems);
    return resolved === undefined ? [] : [{ field: resolved, order }];
  });
  if (sort.length === 0) sort.push({ field: timestampField, order: 'desc' });
  const fields = request.fields === undefined ? undefined : planFields(request.fields, selection.datasets, context, problems);
  const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor, request, sort);
  if (request.cursor !== undefined && cursor === undefined) {
    problems.add('cursor', 'The cursor does not belong to this request: datasets, query, time and sort must be as on the page before');
  }
  const plan: SearchPlan = {
    selection,
    sort,
    size: request.size ?? defaultPageSize,
    count: cursor === undefined,
    ...(fields === undefined ? {} : { fields }),
    ...(cursor === undefined ? {} : { after: { values: cursor.values, id: cursor.id } }),
  };
  return { plan, cursor };
}

/** The fields to return: a part of a map or of an object list brings all of it. */
function planFields(names: readonly string[], datasets: readonly string[], { catalogue }: PlanContext, problems: Problems): string[] {
  const fields = names.flatMap((name, index) => {
    const resolved = resolveField(catalogue, datasets, name);
    if (resolved !== undefined) return resolved.presence.map(({ field }) => field);
    const { message, expected } = explainUnknown(catalogue, datasets, name);
    problems.add(`fields.${index}`, message, expected);
    return [];
  });
  return [...new Set(fields)];
}

export function planTerms(request: TermsRequest, context: PlanContext, problems: Problems): TermsPlan {
  const selection = planSelection(request, context, problems, [request.field]);
  const field = planField(request.field, selection.datasets, context, 'field', problems) ?? timestampField;
  return { selection, field, size: request.size ?? defaultTerms };
}

/** All of a histogram but the interval, which may depend on the extent of the data. */
export function planHistogram(
  request: HistogramRequest,
  context: PlanContext,
  problems: Problems,
): { selection: Selection; by: { field: ValueField; size: number } | undefined; interval: bigint | undefined } {
  const selection = planSelection(request, context, problems, [request.by]);
  const field = request.by === undefined ? undefined : planField(request.by, selection.datasets, context, 'by', problems);
  const interval = request.interval === undefined ? undefined : planInterval(request.interval, 'interval', problems);
  return { selection, interval, by: field === undefined ? undefined : { field, size: request.by_size ?? 8 } };
}

export function planStatistics(request: StatisticsRequest, context: PlanContext, problems: Problems): StatisticsPlan {
  const groupings = (request.group_by ?? []).map((grouping) => ('field' in grouping ? grouping.field : undefined));
  const selection = planSelection(request, context, problems, [...groupings, ...request.metrics.map(({ field }) => field)]);
  const metrics = request.metrics.flatMap((metric, index) => planMetric(metric, selection.datasets, context, `metrics.${index}`, problems));
  const names = metrics.map(({ name }) => name);
  if (new Set(names).size < names.length) problems.add('metrics', 'Two metrics have the same name; give each its own with `name`');
  const groupBy = (request.group_by ?? []).flatMap((grouping, index) =>
    planGrouping(grouping, selection.datasets, context, `group_by.${index}`, problems),
  );
  if (groupBy.length > 2) problems.add('group_by', 'At most two groupings are possible');
  return { selection, metrics, groupBy };
}

function planGrouping(
  grouping: GroupingRequest,
  datasets: readonly string[],
  context: PlanContext,
  path: string,
  problems: Problems,
): Grouping[] {
  if ('interval' in grouping) {
    const interval = planInterval(grouping.interval, `${path}.interval`, problems);
    return interval === undefined ? [] : [{ interval }];
  }
  const field = planField(grouping.field, datasets, context, `${path}.field`, problems);
  return field === undefined ? [] : [{ field, size: grouping.size ?? defaultTerms }];
}

function planMetric(metric: MetricRequest, datasets: readonly string[], context: PlanContext, path: string, problems: Problems): Metric[] {
  const { op } = metric;
  const name = metric.name ?? (metric.field === undefined ? op : `${op}(${metric.field})`);
  if (metric.field === undefined) {
    if (op === 'count') return [{ op, name }];
    problems.add(`${path}.field`, `${op} needs a field`);
    return [];
  }
  const field = planField(metric.field, datasets, context, `${path}.field`, problems);
  if (field === undefined) return [];
  const numeric = field.type === 'integer' || field.type === 'float';
  if (!numeric && !(field.type === 'date' && (op === 'min' || op === 'max')) && op !== 'count' && op !== 'distinct') {
    problems.add(`${path}.field`, `${op} needs a number; ${field.name} is ${field.type}`, ['count', 'distinct']);
    return [];
  }
  if (field.many && op !== 'count' && op !== 'distinct') {
    problems.add(`${path}.field`, `${op} needs one value a record; ${field.name} may have several`, ['count', 'distinct']);
    return [];
  }
  return [op === 'percentiles' ? { op, name, field, percents: metric.percents ?? defaultPercents } : { op, name, field }];
}

function planInterval(text: string, path: string, problems: Problems): bigint | undefined {
  const interval = parseInterval(text);
  if (interval === undefined) problems.add(path, `\`${text}\` is no interval`, ['30s', '5m', '1h', '1d']);
  return interval;
}

/** A field that has values of its own in at least one of the datasets. */
export function planField(
  name: string,
  datasets: readonly string[],
  { catalogue }: PlanContext,
  path: string,
  problems: Problems,
): ValueField | undefined {
  if (datasets.length === 0) return undefined;
  const field = resolveValueField(catalogue, datasets, name);
  if (field !== undefined) return field;
  if (resolveField(catalogue, datasets, name) !== undefined) {
    problems.add(path, `${name} cannot be sorted or counted by: it is a map, an object list, or a part of one`);
  } else {
    const { message, expected } = explainUnknown(catalogue, datasets, name);
    problems.add(path, message, expected);
  }
  return undefined;
}
