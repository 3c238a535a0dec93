import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { describe, expect, it, vi } from 'vitest';
import { analyseFrames, faultsOfSums, framesOf, linesOf, type Analysis, type OwnFrame } from '../analysis.ts';
import { ownCaptures } from '../captures.ts';
import { shuffledWithin, withDuplicates } from '../order.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Places that a packet may be from where it belongs. */
const window = 3;
const rounds = 2;

/** `RELATIONS_SEED` for other orders. */
const seed = Number(process.env['RELATIONS_SEED'] ?? 1);

/** Without what the order of packets does change: times and what derives from them, and the counts of the flow. */
const isOfOrder = (name: string): boolean =>
  name === '@timestamp' || name.startsWith('event.') || name.startsWith('flow.') || /time_to_first_byte|response_time/.test(name);

const overTcp = ownCaptures.filter(({ read }) => transactionsOf(analyseFrames(framesOf(read()))).length > 0);

describe(`the transactions of TCP stay the same (RELATIONS_SEED=${seed})`, () => {
  it.each(overTcp)('with_packets_twice: $name', ({ read }) => {
    expectSame(framesOf(read()), (frames, random) => withDuplicates(frames, 4, window, random));
  });

  it.each(overTcp)('with_packets_out_of_order: $name', ({ read }) => {
    const frames = framesOf(read());
    expectSame(frames, (all, random) => shuffledWithin(all, window, random), begunBefore(frames));
  });

  it.each(overTcp)('with_packets_twice_and_out_of_order: $name', ({ read }) => {
    const frames = framesOf(read());
    expectSame(frames, (all, random) => shuffledWithin(withDuplicates(all, 6, 2, random), window, random), begunBefore(frames));
  });
});

function expectSame(
  frames: OwnFrame[],
  change: (frames: OwnFrame[], random: Random) => OwnFrame[],
  left: ReadonlySet<string> = new Set(),
): void {
  const straight = transactionsOf(analyseFrames(frames), left);
  for (let round = 0; round < rounds; round++) {
    const changed = change(frames, new Random(seed + round));
    const analysis = analyseFrames(changed);
    expect(faultsOfSums(analysis, changed.length)).toEqual([]);
    expect(transactionsOf(analysis, left), `round ${round}`).toEqual(straight);
  }
}

/** What the records say, but for the conversations in `left`. */
function transactionsOf({ records }: Analysis, left: ReadonlySet<string> = new Set()): string[] {
  const transactions = records.filter((record) => record['event.dataset'] !== 'flow' && record['network.transport'] === 'tcp');
  return linesOf(
    transactions.filter((record) => !left.has(portsOf(record))),
    isOfOrder,
  );
}

/** Conversations that began before the capture: where their streams begin, only the first packet of each tells. */
function begunBefore(frames: OwnFrame[]): ReadonlySet<string> {
  const flows = analyseFrames(frames).records.filter((record) => record['event.dataset'] === 'flow');
  return new Set(flows.filter((flow) => !/^\^?[sSh]/.test(String(flow['flow.history']))).map(portsOf));
}

function portsOf(record: TrafficRecord): string {
  return [record['source.port'], record['destination.port']].sort().join(' ');
}
