import { nanosPerMilli } from './instant-text.ts';

const units: Readonly<Record<string, bigint>> = { ms: 1n, s: 1000n, m: 60_000n, h: 3_600_000n, d: 86_400_000n, w: 604_800_000n };

/** `30s` in nanoseconds; undefined if it is no interval. */
export function parseInterval(text: string): bigint | undefined {
  const match = /^([1-9]\d{0,8})(ms|s|m|h|d|w)$/.exec(text);
  return match === null ? undefined : BigInt(match[1]!) * units[match[2]!]! * nanosPerMilli;
}

/** Interval lengths that people read on an axis, in milliseconds. */
const readable: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 7, 14, 30, 90, 365, 3650, 36_500].map((days) => days * 86_400_000),
];

/** The shortest readable interval that cuts `[from, to)` into no more than `buckets`, in nanoseconds. */
export function readableInterval(from: bigint, to: bigint, buckets: number): bigint {
  for (const milli of readable) {
    const interval = BigInt(milli) * nanosPerMilli;
    if (bucketCount(from, to, interval) <= buckets) return interval;
  }
  const span = to - from;
  return span / BigInt(buckets) + 1n;
}

/** Buckets that begin at multiples of `interval` and meet `[from, to)`. */
export function bucketCount(from: bigint, to: bigint, interval: bigint): number {
  if (to <= from) return 0;
  return Number(floorDivide(to - 1n, interval) - floorDivide(from, interval) + 1n);
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
