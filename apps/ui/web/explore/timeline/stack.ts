import type { HistogramAnswer } from '@orbweaver/ui/api-client/types.ts';
import { colorsOf, otherColor } from '../values/colors.ts';

/** One part of each bar. */
export interface Layer {
  /** The value that it stands for; undefined for all values that have no layer of their own. */
  readonly value: string | undefined;
  readonly color: string;
  readonly counts: readonly number[];
  readonly total: number;
}

export interface Stack {
  /** Starts of the buckets, in milliseconds since the epoch. */
  readonly starts: readonly number[];
  readonly interval: number;
  readonly counts: readonly number[];
  /** From the most frequent value, which stands at the bottom, to the rest. */
  readonly layers: readonly Layer[];
}

/** Parts a histogram by the values of its groups. `datasets` are all there are: theirs are colours of their own. */
export function stackOf(answer: HistogramAnswer, by: string | undefined, datasets: readonly string[] = []): Stack {
  const counts = answer.buckets.map((bucket) => bucket.count);
  const totals = new Map<string, number>();
  for (const { groups = {} } of answer.buckets) {
    for (const [value, count] of Object.entries(groups)) totals.set(value, (totals.get(value) ?? 0) + count);
  }
  const values = [...totals].sort(([, a], [, b]) => b - a).map(([value]) => value);
  const colors = colorsOf(by, values, datasets);
  const layers: Layer[] = values.map((value, place) => ({
    value,
    color: colors[place]!,
    counts: answer.buckets.map((bucket) => bucket.groups?.[value] ?? 0),
    total: totals.get(value) ?? 0,
  }));
  const rest = counts.map((count, at) => count - layers.reduce((sum, layer) => sum + layer.counts[at]!, 0));
  const restTotal = rest.reduce((sum, count) => sum + count, 0);
  if (restTotal > 0)
    layers.push({
      value: undefined,
      color: layers.length === 0 ? colorsOf(undefined, [''])[0]! : otherColor,
      counts: rest,
      total: restTotal,
    });
  return { starts: answer.buckets.map((bucket) => Date.parse(bucket.start)), interval: answer.interval_ms, counts, layers };
}

/** For each layer its upper edges: the sum of it and those below. */
export function upperEdges(layers: readonly Layer[]): number[][] {
  const edges: number[][] = [];
  for (const layer of layers) {
    const below = edges.at(-1);
    edges.push(layer.counts.map((count, at) => count + (below?.[at] ?? 0)));
  }
  return edges;
}
