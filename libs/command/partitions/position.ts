import { entryLimit } from '@orbweaver/contracts/frames/format.ts';

/**
 * Where an entry stands in its partition, as one number that grows with it: the offset of its message, and its index within. Exact for offsets below 2^33, which is
 * longer than a partition lives: at a hundred batches a second, two and a half years of one topic's major version; beyond, only neighbouring entries become one.
 */
export function positionOf(offset: number, index: number): number {
  return offset * entryLimit + index;
}

export function offsetOf(position: number): number {
  return Math.floor(position / entryLimit);
}
