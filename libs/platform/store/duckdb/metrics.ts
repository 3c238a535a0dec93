import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api';
import type { Metric, MetricValue } from '@orbweaver/query/search/reader.ts';

/** A metric's column as its answer; percentiles as `{p50: ...}`. */
export function metricOf({ op, field, percents }: Metric, value: DuckDBValue | undefined): MetricValue {
  if (op === 'percentiles') {
    const items = value instanceof DuckDBListValue ? value.items : [];
    return Object.fromEntries((percents ?? []).map((percent, index) => [`p${percent}`, numberOf(items[index])]));
  }
  const number = numberOf(value);
  return number !== null && field?.type === 'date' && (op === 'min' || op === 'max') ? number / 1e6 : number;
}

function numberOf(value: DuckDBValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
