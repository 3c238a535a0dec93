import { expect } from 'vitest';
import { analyseChunks, analyseFrames, analyseShared, framesOf } from '../analysis.ts';

/** A capture says the same, record by record in the same order, when it is analysed packet by packet, conversation by conversation, and by several that share its conversations. */
export function expectAlike(capture: Uint8Array): void {
  const oneByOne = analyseFrames(framesOf(capture));
  const grouped = analyseChunks([capture]);
  expect(grouped.records).toEqual(oneByOne.records);
  expect(grouped.summary).toEqual(oneByOne.summary);
  for (const partitions of [2, 3]) {
    const shared = analyseShared(capture, partitions);
    expect(shared.records, `${partitions} share it`).toEqual(oneByOne.records);
    expect(shared.summary, `${partitions} share it`).toEqual(oneByOne.summary);
  }
}
