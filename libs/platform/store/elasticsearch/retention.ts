import { indexSpan, type IndexSpan } from '@orbweaver/contracts/indices/names.ts';
import type { RetentionPolicy } from '@orbweaver/command/indexing/writer.ts';
import type { Connection } from './connection.ts';

export interface StoredIndex extends IndexSpan {
  readonly name: string;
  readonly records: number;
  readonly bytes: number;
}

/** The indices of this installation. */
export async function listIndices({ client }: Connection, prefix: string): Promise<StoredIndex[]> {
  const parts = ['indices.*.primaries.docs.count', 'indices.*.total.store.size_in_bytes'];
  const { indices = {} } = await client.indices.stats({ index: `${prefix}-*`, metric: ['docs', 'store'], filter_path: parts });
  return Object.entries(indices).flatMap(([name, { primaries, total }]) => {
    const span = indexSpan(prefix, name);
    if (span === undefined) return [];
    return [{ ...span, name, records: primaries?.docs?.count ?? 0, bytes: total?.store?.size_in_bytes ?? 0 }];
  });
}

/**
 * Indices that a policy lets go: those whose whole span is too old, then the oldest until the rest is small enough. The newest span stays. `now` is
 * milliseconds since 1970.
 */
export function expiredIndices(indices: readonly StoredIndex[], policy: RetentionPolicy, now: number): StoredIndex[] {
  const oldestFirst = [...indices].sort((a, b) => (a.to === b.to ? (a.name < b.name ? -1 : 1) : a.to < b.to ? -1 : 1));
  const newest = oldestFirst.at(-1)?.to;
  const limit = policy.maxAgeMs === undefined ? undefined : BigInt(Math.floor(now - policy.maxAgeMs)) * 1_000_000n;
  let bytes = indices.reduce((sum, index) => sum + index.bytes, 0);
  const doomed: StoredIndex[] = [];
  for (const index of oldestFirst) {
    const tooOld = limit !== undefined && index.to <= limit;
    const tooMuch = policy.maxBytes !== undefined && bytes > policy.maxBytes && index.to !== newest;
    if (!tooOld && !tooMuch) break;
    doomed.push(index);
    bytes -= index.bytes;
  }
  return doomed;
}

export async function deleteIndices({ client }: Connection, names: readonly string[]): Promise<void> {
  await client.indices.delete({ index: [...names], ignore_unavailable: true });
}
