import type { FlatRecord, Scalar } from '@orbweaver/contracts/query/answers.ts';
import { flowSpan } from '@orbweaver/query/search/flow-span.ts';
import { foldCase } from '@orbweaver/query/search/fold-case.ts';
import { floorDivide } from '@orbweaver/query/search/interval.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import { parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { comparePositions, sortedCharacters } from '@orbweaver/query/search/order.ts';
import type {
  Extent,
  FlowRecords,
  Histogram,
  HistogramPlan,
  ReadOptions,
  Reader,
  SearchPage,
  SearchPlan,
  Selection,
  SortValue,
  StatisticsGroup,
  StatisticsPlan,
  StoreStatus,
  SuggestPlan,
  Terms,
  TermsPlan,
  ValueCount,
  ValueField,
} from '@orbweaver/query/search/reader.ts';
import { compareScalars, countValues, keysOf, measure, timeOf, valuesOf } from './aggregate.ts';
import { matches } from './matches.ts';

/** Answers from a map of records by looking at each of them. */
export class MemoryReader implements Reader {
  readonly #records: ReadonlyMap<string, FlatRecord>;

  constructor(records: ReadonlyMap<string, FlatRecord>) {
    this.#records = records;
  }

  async search(plan: SearchPlan, options?: ReadOptions): Promise<SearchPage> {
    const selected = await this.#select(plan.selection, options);
    const placed = selected.map((record) => ({
      record,
      id: record['event.id'],
      values: plan.sort.map(({ field }) => sortValue(record, field)),
    }));
    const { after } = plan;
    const sorted = placed.sort((a, b) => comparePositions(plan.sort, a, b));
    const rest = after === undefined ? sorted : sorted.filter((found) => comparePositions(plan.sort, found, after) > 0);
    const page = rest.slice(0, plan.size);
    const last = rest.length > plan.size ? page.at(-1) : undefined;
    return {
      records: page.map(({ record }) => project(record, plan.fields)),
      ...(last === undefined ? {} : { last: { values: last.values, id: last.id } }),
      ...(plan.count ? { total: { value: selected.length, relation: 'eq' } } : {}),
    };
  }

  async histogram(plan: HistogramPlan, options?: ReadOptions): Promise<Histogram> {
    const selected = await this.#select(plan.selection, options);
    const { by } = plan;
    const top = by === undefined ? [] : countValues(selected, by.field).slice(0, by.size);
    const buckets = Map.groupBy(selected, (record) => floorDivide(timeOf(record), plan.interval) * plan.interval);
    return [...buckets]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([start, records]) => {
        if (by === undefined) return { start, count: records.length };
        const groups = countValues(records, by.field).filter(({ value }) => top.some((each) => each.value === value));
        return { start, count: records.length, groups };
      });
  }

  async terms({ selection, field, size }: TermsPlan, options?: ReadOptions): Promise<Terms> {
    const selected = await this.#select(selection, options);
    const counts = countValues(selected, field);
    const other = counts.slice(size).reduce((sum, { count }) => sum + count, 0);
    const missing = selected.filter((record) => valuesOf(record, field).length === 0).length;
    return { buckets: counts.slice(0, size), other, missing, distinct: counts.length, approximate: false };
  }

  async statistics({ selection, metrics, groupBy }: StatisticsPlan, options?: ReadOptions): Promise<readonly StatisticsGroup[]> {
    let groups: { key: (Scalar | null)[]; records: FlatRecord[] }[] = [{ key: [], records: await this.#select(selection, options) }];
    for (const grouping of groupBy) {
      groups = groups.flatMap(({ key, records }) => {
        const parts = new Map<Scalar | null, FlatRecord[]>();
        for (const record of records) for (const value of keysOf(record, grouping)) parts.set(value, [...(parts.get(value) ?? []), record]);
        const field = 'field' in grouping ? grouping.field : undefined;
        const most = [...parts].sort(([a, x], [b, y]) => y.length - x.length || compareKeys(a, b, field));
        return most
          .slice(0, 'field' in grouping ? grouping.size : undefined)
          .map(([value, inside]) => ({ key: [...key, value], records: inside }));
      });
    }
    const fields = groupBy.map((grouping) => ('field' in grouping ? grouping.field : undefined));
    return groups
      .sort((a, b) => b.records.length - a.records.length || firstDifference(a.key, b.key, fields))
      .map(({ key, records }) => ({ key, values: Object.fromEntries(metrics.map((metric) => [metric.name, measure(metric, records)])) }));
  }

  async suggest({ selection, field, prefix, size }: SuggestPlan, options?: ReadOptions): Promise<readonly ValueCount[]> {
    const selected = await this.#select(selection, options);
    if (!('map' in field) && field.type === 'date') return [];
    const wanted = foldCase(prefix);
    const name = 'map' in field ? 'v' : field.name;
    const flat: ValueField = 'map' in field ? { name, type: 'keyword', many: false } : field;
    const records = 'map' in field ? selected.flatMap((record) => entryOf(record, field.map, field.key)) : selected;
    return countValues(records, flat)
      .filter(({ value }) => foldCase(String(value)).startsWith(wanted))
      .slice(0, size);
  }

  async record(id: string, datasets: readonly string[] | undefined, options?: ReadOptions): Promise<FlatRecord | undefined> {
    options?.signal?.throwIfAborted();
    const found = [...this.#records.values()].find(
      (record) => record['event.id'] === id && (datasets?.includes(record['event.dataset']) ?? true),
    );
    return Promise.resolve(found);
  }

  async flow(id: string, limit: number, options?: ReadOptions): Promise<FlowRecords | undefined> {
    const flow = await this.record(id, ['flow'], options);
    if (flow === undefined) return undefined;
    const { from, to } = flowSpan(flow);
    const transactions = [...this.#records.values()]
      .filter((record) => record['flow.id'] === id && record['event.dataset'] !== 'flow' && timeOf(record) >= from && timeOf(record) < to)
      .sort((a, b) => (timeOf(a) === timeOf(b) ? (a['event.id'] < b['event.id'] ? -1 : 1) : timeOf(a) < timeOf(b) ? -1 : 1));
    return { flow, transactions: transactions.slice(0, limit), truncated: transactions.length > limit };
  }

  async extent(datasets: readonly string[], options?: ReadOptions): Promise<Extent | undefined> {
    const times = (await this.#select({ datasets, predicate: { kind: 'all' } }, options)).map(timeOf).sort((a, b) => (a < b ? -1 : 1));
    return times.length === 0 ? undefined : { from: times[0]!, to: times.at(-1)!, count: times.length };
  }

  status(): Promise<StoreStatus> {
    const byDataset: Record<string, number> = {};
    for (const { 'event.dataset': dataset } of this.#records.values()) byDataset[dataset] = (byDataset[dataset] ?? 0) + 1;
    const times = [...this.#records.values()].map(timeOf).sort((a, b) => (a < b ? -1 : 1));
    const span = times.length === 0 ? {} : { oldest: times[0]!, newest: times.at(-1)! };
    const days = new Set([...this.#records.values()].map((record) => record['@timestamp'].slice(0, 10)));
    return Promise.resolve({ records: this.#records.size, byDataset, bytes: 0, segments: days.size, ...span });
  }

  #select({ datasets, predicate, time }: Selection, options?: ReadOptions): Promise<FlatRecord[]> {
    options?.signal?.throwIfAborted();
    const wanted = (record: FlatRecord) =>
      datasets.includes(record['event.dataset']) &&
      (time === undefined || (timeOf(record) >= time.from && timeOf(record) < time.to)) &&
      matches(predicate, record);
    return Promise.resolve([...this.#records.values()].filter(wanted));
  }
}

function sortValue(record: FlatRecord, field: ValueField): SortValue {
  const value = record[field.name];
  const first = (field.many ? (value as readonly Scalar[] | undefined)?.[0] : (value as Scalar | undefined)) ?? null;
  if (first === null) return null;
  if (field.type === 'ip') return ipKey(first as string)!;
  if (field.type === 'date') return parseInstant(first as string) ?? null;
  return typeof first === 'string' ? Array.from(first).slice(0, sortedCharacters).join('') : first;
}

function project(record: FlatRecord, fields: readonly string[] | undefined): FlatRecord {
  if (fields === undefined) return { ...record };
  const wanted = new Set(['@timestamp', 'event.id', 'event.dataset', ...fields]);
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted.has(name))) as FlatRecord;
}

function entryOf(record: FlatRecord, map: string, key: string): FlatRecord[] {
  const entries = (record[map] ?? {}) as Readonly<Record<string, string>>;
  return Object.hasOwn(entries, key) ? [{ ...record, v: entries[key]! }] : [];
}

function compareKeys(a: Scalar | null, b: Scalar | null, field: ValueField | undefined): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return field === undefined ? (a < b ? -1 : a > b ? 1 : 0) : compareScalars(a, b, field);
}

function firstDifference(
  a: readonly (Scalar | null)[],
  b: readonly (Scalar | null)[],
  fields: readonly (ValueField | undefined)[],
): number {
  for (const [index, field] of fields.entries()) {
    const compared = compareKeys(a[index]!, b[index]!, field);
    if (compared !== 0) return compared;
  }
  return 0;
}
