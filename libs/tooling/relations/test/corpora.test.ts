import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { describe, expect, it, vi } from 'vitest';
import { analyseChunks, analyseFrames, faultsOfSums, framesOf, linesOf, piecesOf } from '../analysis.ts';
import { corporaCaptures, corporaFolder } from '../captures.ts';
import { KnownRecords } from '../known-records.ts';
import { withDuplicates } from '../order.ts';
import { expectAlike } from './expect-alike.ts';
import { expectSameInPieces } from './expect-pieces.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Bytes of a capture; larger ones are left to the bench. */
const largest = 3_000_000;
const cuts = 3;

/** Captures of others, where ORBWEAVER_CORPORA names a folder that has some. Each in the name of its own, so that a fault says where it is. */
const captures = corporaCaptures(largest);

describe('captures of others', () => {
  // Named and counted where there are none.
  if (captures.length === 0) it.skip(`are looked for where ORBWEAVER_CORPORA says (${corporaFolder ?? 'not set here'})`, () => undefined);

  it.each(captures)('are_read_alike_in_pieces_and_every_packet_is_accounted_for: $name', ({ read }) => {
    const bytes = read();
    const whole = analyseChunks([bytes]);
    expect(faultsOfSums(whole, framesOf(bytes).length)).toEqual([]);
    expect(linesOf(analyseChunks(piecesOf(bytes, 1000)).records)).toEqual(linesOf(whole.records));
  });

  it.each(captures)('are_read_conversation_by_conversation_and_shared_as_packet_by_packet: $name', ({ read }) => {
    expectAlike(read());
  });

  // Of streams whose numbers contradict each other a FIN may take back a byte that was told.
  it.each(captures.filter(({ name }) => !name.startsWith('hostile')))('say_the_same_in_pieces: $name', ({ read }) => {
    expectSameInPieces(read());
  });

  it.each(captures)('say_nothing_when_cut_off_that_the_whole_does_not: $name', ({ read }) => {
    const bytes = read();
    const whole = new KnownRecords(analyseChunks([bytes]));
    const random = new Random(1);
    for (let i = 0; i < cuts; i++) {
      const cut = random.below(bytes.length);
      const part = analyseChunks([bytes.subarray(0, cut)]);
      expect(
        part.records.flatMap((record) => whole.faultsOf(record)),
        `cut at ${cut}`,
      ).toEqual([]);
    }
  });

  it.each(captures)('account_for_every_packet_that_comes_twice: $name', ({ read }) => {
    const frames = withDuplicates(framesOf(read()), 4, 3, new Random(1));
    expect(faultsOfSums(analyseFrames(frames), frames.length)).toEqual([]);
  });
});
