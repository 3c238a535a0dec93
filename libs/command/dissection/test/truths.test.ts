import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { expectedFields, toldBy } from '@orbweaver/testing/tcp-truths/expected.ts';
import type { Fate, Repeat, Script, Segment, Step } from '@orbweaver/testing/tcp-truths/script.ts';
import { scripts } from '@orbweaver/testing/tcp-truths/scripts.ts';
import { stage } from '@orbweaver/testing/tcp-truths/stage.ts';
import { truthOf, type Piece } from '@orbweaver/testing/tcp-truths/truth.ts';
import { framesOf, usualPlace, type WireFrame } from '@orbweaver/testing/tcp-truths/wire.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { Dissector } from '../dissector.ts';
import { tape, type Taped } from './tape-protocol.ts';

/** Conversations that are made. `TRUTHS=20000` looks longer, `TRUTHS_SEED` sees a run again. */
const numRuns = Number(process.env['TRUTHS'] ?? 500);
const seed = Number(process.env['TRUTHS_SEED'] ?? 1);

/** Places that a packet may be from where it belongs. */
const window = 3;

/** Packets of an opening. */
const opened = 4;

/** Microseconds between two conversations on the same ports. */
const pause = 50_000;

describe(`the analysis gives back the construction (TRUTHS_SEED=${seed})`, () => {
  it('of_any_conversation', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const frames = framesOf(script, stage(script));
        expectTruths([{ script, frames }], frames);
      }),
      { numRuns, seed },
    );
  }, 600_000);

  it('of_any_conversation_of_whose_content_no_more_is_wanted', () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 1, max: 3 }), (script, limit) => {
        const packets = stage(script);
        const frames = framesOf(script, packets);
        const { flows } = dissect(frames, limit);
        expect(flows.map(toldBy)).toEqual(frames.length === 0 ? [] : [expectedFields(truthOf(packets), frames)]);
      }),
      { numRuns, seed },
    );
  }, 600_000);

  it('of_conversations_that_follow_each_other_on_the_same_ports', () => {
    const begun = scripts.map((script): Script => ({ ...script, opening: reopened(script.opening), captured: 'both' }));
    fc.assert(
      fc.property(fc.array(begun, { minLength: 2, maxLength: 3 }), fc.constantFrom<4 | 6>(4, 6), (all, network) => {
        let start = 0;
        const parts = all.map((given, i) => {
          const script = { ...given, network, isn: [(given.isn[0] + i * 5e8) % 2 ** 32, given.isn[1]] as const };
          const packets = stage(script);
          const frames = framesOf(script, packets, { ...usualPlace, start });
          start += packets.at(-1)!.time + pause;
          return { script, frames };
        });
        expectTruths(
          parts,
          parts.flatMap(({ frames }) => frames),
        );
      }),
      { numRuns: Math.ceil(numRuns / 4), seed },
    );
  }, 600_000);

  it('of_the_streams_however_the_packets_were_shuffled', () => {
    const whole = scripts.map((script): Script => ({
      ...script,
      // Which SYN came first decides who opened.
      opening: ['simultaneous', 'refused'].includes(script.opening) ? 'handshake' : reopened(script.opening),
      captured: 'both',
      steps: script.steps.map(honest),
    }));
    fc.assert(
      fc.property(whole, fc.nat(), (script, shuffle) => {
        const packets = stage(script);
        const frames = framesOf(script, packets);
        // The opening stays in front: only that tells where the streams begin.
        const shuffled = [...frames.slice(0, opened), ...shuffledWithin(frames.slice(opened), window, new Random(shuffle))];
        const { flows, tapes } = dissect(shuffled);
        expect(flows).toHaveLength(1);
        // Whoever is taken for the source: whose SYN comes first.
        const streams = truthOf(packets).sides.map(({ pieces }) => readable(pieces.map(plain)));
        const taped = tapes.get(flows[0]!['flow.id'])?.map(readable) ?? [[], []];
        if (streams.flat().some((part) => part.includes(':'))) expect(taped.sort()).toEqual(streams.sort());
      }),
      { numRuns, seed },
    );
  }, 600_000);
});

/** What the search has found, as small as it got. */
describe('once found, kept', () => {
  const plain: Script = {
    network: 4,
    vlans: [],
    isn: [100, 500],
    opening: 'handshake',
    steps: [],
    closing: 'open',
    captured: 'both',
    salt: 0,
  };
  const part = (length: number, fate: Fate = 'seen', delay = 0): Segment => ({ length, fate, delay, grow: 0 });
  const burst = (segments: readonly Segment[], ...repeats: Repeat[]): Step => ({
    kind: 'burst',
    side: 0,
    segments,
    repeats,
    isAcknowledged: true,
  });
  const found: readonly (readonly [name: string, script: Script])[] = [
    [
      'of_three_segments_back_to_front_two_are_out_of_order',
      { ...plain, steps: [burst([part(5, 'seen', 2), part(5, 'seen', 1), part(5)])] },
    ],
    [
      'one_byte_sent_again_within_the_stream_is_no_keep_alive',
      { ...plain, steps: [burst([part(9)], { from: 2, length: 1, differs: false, early: false })] },
    ],
    [
      'a_hole_that_was_acknowledged_before_any_payload_was_captured_holds_nothing_up',
      {
        ...plain,
        opening: 'middle-quiet',
        steps: [burst([part(7, 'missed')]), burst([part(4)], { from: 0, length: 4, differs: true, early: false })],
      },
    ],
  ];

  it.each(found)('%s', (_, script) => {
    const frames = framesOf(script, stage(script));
    expectTruths([{ script, frames }], frames);
  });
});

/** Without bytes that contradict each other, where it would matter which came first. */
function honest(step: Step): Step {
  if (step.kind === 'keep-alive') return { ...step, hasByte: false };
  if (step.kind !== 'burst') return step;
  return { ...step, repeats: step.repeats.map((repeat) => ({ ...repeat, differs: false })) };
}

/** One that begins with a SYN: only that tells a new conversation from the old one. */
function reopened(opening: Script['opening']): Script['opening'] {
  return opening.startsWith('middle') || opening === 'syn-missing' || opening === 'syn-late' ? 'handshake' : opening;
}

interface Part {
  readonly script: Script;
  readonly frames: readonly WireFrame[];
}

function shuffledWithin<T>(items: readonly T[], places: number, random: Random): T[] {
  const placed = items.map((item, i) => ({ item, at: i + random.below(places + 1) + i / items.length }));
  return placed.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** One flow for each part, in the order in which they began, and what the truth of the part says of it. */
function expectTruths(parts: readonly Part[], all: readonly WireFrame[]): void {
  const { flows: asTold, tapes, summary } = dissect(all);
  const flows = asTold.sort((a, b) => (a['event.start'] < b['event.start'] ? -1 : 1));
  expect(summary).toMatchObject({ packets: all.length, in_flows: all.length, not_ip: 0, refused: {} });
  const told = parts.filter(({ frames }) => frames.length > 0);
  expect(flows).toHaveLength(told.length);
  told.forEach(({ script, frames }, i) => {
    const flow = flows[i]!;
    const truth = truthOf(stage(script));
    const expected = expectedFields(truth, frames);
    // A conversation that was still open ends where another one has its ports. A SYN without an answer proves no such thing, but is itself over when the next one comes.
    if (truth.endReason === 'end-of-capture') expected['flow.end_reason'] = overtaken(told.slice(i + 1), flow);
    expect(toldBy(flow)).toEqual(expected);
    const conflicts = flow['flow.tcp.conflicting_overlaps'] ?? 0;
    expect(conflicts).toBeGreaterThanOrEqual(truth.conflicts.least);
    expect(conflicts).toBeLessThanOrEqual(truth.conflicts.most);
    const isSilent = truth.sides.every(({ pieces }) => pieces.every((piece) => 'missing' in piece));
    const taped = tapes.get(flow['flow.id']);
    if (!isSilent) expect(taped?.map(readable)).toEqual(truth.sides.map(({ pieces }) => readable(pieces.map(plain))));
  });
}

function overtaken(later: readonly Part[], flow: TrafficRecord): unknown {
  if (later.some(({ script }) => script.opening !== 'unanswered')) return 'idle';
  return later.length > 0 && flow['flow.state'] === 'S0' ? flow['flow.end_reason'] : 'end-of-capture';
}

function dissect(frames: readonly WireFrame[], partsWanted?: number) {
  const records: TrafficRecord[] = [];
  const { protocol, tapes } = tape(partsWanted);
  const dissector = new Dissector({ emit: (record) => records.push(record) }, { verifyChecksums: true }, [protocol]);
  const frame = new Frame();
  frame.linkType = 1;
  for (const { bytes, seconds, nanos } of frames) {
    Object.assign(frame, { bytes, start: 0, end: bytes.length, originalLength: bytes.length, seconds, nanos });
    dissector.frame(frame);
  }
  dissector.finish();
  const flows = records.filter((record) => record['event.dataset'] === 'flow');
  return { flows, tapes, summary: dissector.summary() };
}

const plain = (piece: Piece): Uint8Array | number => ('missing' in piece ? piece.missing : piece.bytes);

/** For a difference that can be read. */
function readable(parts: Taped): string[] {
  return parts.map((part) => (typeof part === 'number' ? `${part} missing` : `${part.length}: ${Buffer.from(part).toString('hex')}`));
}
