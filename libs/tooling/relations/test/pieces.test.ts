import { describe, it, vi } from 'vitest';
import { ownCaptures } from '../captures.ts';
import { expectSameInPieces } from './expect-pieces.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('flows that are recorded in pieces', () => {
  it.each(ownCaptures)('say_together_what_one_record_says_and_all_that_was_spoken: $name', ({ read }) => {
    expectSameInPieces(read());
  });
});
