import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { describe, expect, it, vi } from 'vitest';
import { analyseChunks, faultsOfSums, framesOf } from '../analysis.ts';
import { ownCaptures } from '../captures.ts';
import { KnownRecords } from '../known-records.ts';

vi.setConfig({ testTimeout: 60_000 });

const seed = Number(process.env['RELATIONS_SEED'] ?? 1);

/** Bytes that the runs over one capture may read together. */
const workLimit = 3 << 20;
const mostCuts = 40;

describe(`a capture that is cut off (RELATIONS_SEED=${seed})`, () => {
  it.each(ownCaptures)('says_nothing_that_the_whole_does_not: $name', ({ read }) => {
    const bytes = read();
    const whole = new KnownRecords(analyseChunks([bytes]));
    const random = new Random(seed);
    const cuts = Math.min(mostCuts, Math.max(4, Math.floor((2 * workLimit) / bytes.length)));
    for (let i = 0; i < cuts; i++) {
      const cut = random.below(bytes.length);
      const part = bytes.subarray(0, cut);
      const analysis = analyseChunks([part]);
      const { error } = analysis;
      expect(error === undefined || error.kind === 'truncated' || error.kind === 'not_a_capture', `cut at ${cut}: ${error?.message}`).toBe(
        true,
      );
      expect(faultsOfSums(analysis, framesOf(part).length), `cut at ${cut}`).toEqual([]);
      expect(
        analysis.records.flatMap((record) => whole.faultsOf(record)),
        `cut at ${cut}`,
      ).toEqual([]);
    }
  });
});
