import type { Reader, ReadOptions, ValueField } from '../search/reader.ts';
import { isTwin } from '../search/twins.ts';

const datasetField: ValueField = { name: 'event.dataset', type: 'keyword', many: false };

/** How many records repeat another observer's, by dataset; nothing of datasets without any. */
export async function countTwins(reader: Reader, datasets: readonly string[], options?: ReadOptions): Promise<Map<string, number>> {
  if (datasets.length === 0) return new Map();
  const plan = { selection: { datasets, predicate: isTwin }, field: datasetField, size: datasets.length };
  const { buckets } = await reader.terms(plan, options);
  return new Map(buckets.map(({ value, count }) => [String(value), count]));
}
