import type { HistogramAnswer } from '@orbweaver/contracts/query/answers.ts';
import { formatNanos, nanosPerMilli } from '../search/instant-text.ts';
import { floorDivide } from '../search/interval.ts';
import type { Histogram, TimeRange } from '../search/reader.ts';

/** A histogram with every bucket of its range, empty ones too. */
export function timeline(found: Histogram, time: TimeRange, interval: bigint): Omit<HistogramAnswer, 'took_ms'> {
  const counts = new Map(found.map((bucket) => [bucket.start, bucket]));
  const first = floorDivide(time.from, interval) * interval;
  const buckets: HistogramAnswer['buckets'] = [];
  let start = first;
  for (; start < time.to; start += interval) {
    const bucket = counts.get(start);
    const groups = bucket?.groups && Object.fromEntries(bucket.groups.map(({ value, count }) => [String(value), count]));
    buckets.push({ start: formatNanos(start), count: bucket?.count ?? 0, ...(groups === undefined ? {} : { groups }) });
  }
  return { interval_ms: Number(interval) / Number(nanosPerMilli), from: formatNanos(first), to: formatNanos(start), buckets };
}
