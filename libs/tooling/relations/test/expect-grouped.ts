import { expect } from 'vitest';
import { analyseChunks, analyseFrames, framesOf } from '../analysis.ts';

/** A capture says the same, record by record in the same order, when it is analysed conversation by conversation and packet by packet. */
export function expectGroupedAsOneByOne(capture: Uint8Array): void {
  const grouped = analyseChunks([capture]);
  const oneByOne = analyseFrames(framesOf(capture));
  expect(grouped.records).toEqual(oneByOne.records);
  expect(grouped.summary).toEqual(oneByOne.summary);
}
