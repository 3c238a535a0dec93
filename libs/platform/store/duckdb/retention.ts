import type { RetentionPolicy } from '@orbweaver/command/indexing/writer.ts';
import type { Segment } from './manifest.ts';

/** Segments that a policy lets go: those whose newest record is too old, then the oldest until the rest is small enough. The newest stays. `now` is milliseconds since 1970. */
export function expired(segments: readonly Segment[], policy: RetentionPolicy, now: number): Segment[] {
  const oldestFirst = [...segments].sort((a, b) => (newest(a) < newest(b) ? -1 : 1));
  const limit = policy.maxAgeMs === undefined ? undefined : BigInt(Math.floor(now - policy.maxAgeMs)) * 1_000_000n;
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const doomed: Segment[] = [];
  for (const [index, segment] of oldestFirst.entries()) {
    const tooOld = limit !== undefined && newest(segment) < limit;
    const tooMuch = policy.maxBytes !== undefined && bytes > policy.maxBytes && index < oldestFirst.length - 1;
    if (!tooOld && !tooMuch) break;
    doomed.push(segment);
    bytes -= segment.bytes;
  }
  return doomed;
}

function newest({ datasets }: Segment): bigint {
  let latest: bigint | undefined;
  for (const { max, count } of datasets.values()) if (count > 0 && (latest === undefined || max > latest)) latest = max;
  return latest ?? -(2n ** 63n);
}
