import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { describe, expect, it } from 'vitest';
import { Side } from '../analyzer.ts';
import type { ProtocolModule } from '../module.ts';
import type { DataStep, Step, Transport } from './conversations.ts';
import { canonicalLines } from './golden.ts';
import { Random } from './random.ts';
import { faultsOf } from './record-check.ts';
import { replay, type Fixture, type RecognisedConversation } from './replay.ts';
import { byteCount, cutAt, cutBefore, cutPositions, merged, mutated, noise, sliced, withHole } from './variations.ts';

/** Rounds of mutation and noise a protocol, and bytes that they may read together. */
const roundLimit = 600;
const roundBytes = 12 << 20;

/** Rounds of losses that the conversations of a protocol share, and how many one has at least and at most. */
const lossRounds = { all: 1000, least: 25, most: 200 };

/** Damaged conversations in which analyzers come to rest. */
const restRounds = 1000;

/** A stream fed byte by byte, and how long that may take: linear work needs a hundredth of it. */
const longStream = 128 << 10;
const longStreamMilliseconds = 5_000;

export function describeStream(protocol: ProtocolModule, fixtures: readonly Fixture[]): void {
  const conversations = fixtures.flatMap((fixture) => fixture.conversations);

  describe('over a stream', () => {
    it.each(fixtures)('cut_at_every_byte_it_is_read_up_to_the_cut: $name', (fixture) => {
      for (const conversation of fixture.conversations) {
        for (const position of cutPositions(conversation.steps)) checkRun(protocol, conversation, cutAt(conversation.steps, position));
      }
    });

    it.each(fixtures)('any_slicing_gives_the_same_records: $name', (fixture) => {
      for (const conversation of fixture.conversations) checkSlicings(protocol, conversation);
    });

    it.each(fixtures)('begun_late_one_sided_or_with_holes_it_breaks_nothing: $name', (fixture) => {
      const rounds = Math.min(lossRounds.most, Math.max(lossRounds.least, Math.ceil(lossRounds.all / conversations.length)));
      for (const conversation of fixture.conversations) checkLosses(protocol, conversation, rounds);
    });

    if (protocol.stream?.resume !== undefined) describeRests(protocol, conversations);

    describeNoise(protocol, conversations, 'tcp');

    it('a_long_stream_byte_by_byte_takes_linear_time', () => {
      const beginning = conversations[0]?.steps.find((step) => step.kind === 'data')?.bytes ?? Uint8Array.of(0);
      for (const seed of [Uint8Array.of(0x41), Uint8Array.of(0), beginning.subarray(0, 200)]) {
        const bytes = Uint8Array.from({ length: longStream }, (_, at) => seed[at % seed.length]!);
        const steps = sliced([{ kind: 'data', seconds: 1_767_225_600, nanos: 0, side: Side.source, bytes }], () => 1);
        const started = performance.now();
        replay(protocol, bare('tcp'), steps);
        expect(performance.now() - started).toBeLessThan(longStreamMilliseconds);
      }
    });
  });
}

/** An analyzer that says that it is at rest may go, however damaged what it read: the one that goes on makes of the rest what it would have made. */
function describeRests(protocol: ProtocolModule, conversations: readonly RecognisedConversation[]): void {
  it('an_analyzer_that_goes_on_where_one_came_to_rest_gives_the_same_records', () => {
    let rested = 0;
    for (const conversation of conversations) rested += checkRest(protocol, conversation, conversation.steps);
    expect(rested).toBeGreaterThan(0);
    const random = new Random(5);
    for (let round = 0; round < restRounds; round++) {
      const conversation = conversations[round % conversations.length]!;
      const steps = random.below(2) === 0 ? withHole(conversation.steps, random) : mutated(conversation.steps, random);
      checkRest(
        protocol,
        conversation,
        sliced(steps, () => 1 + random.below(200)),
      );
    }
  });
}

/** Returns how often analyzers came to rest. */
function checkRest(protocol: ProtocolModule, conversation: RecognisedConversation, steps: readonly Step[]): number {
  const whole = replay(protocol, conversation, steps);
  const rested = replay(protocol, conversation, steps, 0x00, true);
  expect(canonicalLines(rested.records)).toBe(canonicalLines(whole.records));
  expect([rested.abandoned, [...rested.kept]]).toEqual([whole.abandoned, [...whole.kept]]);
  return rested.rested;
}

export function describeDatagrams(protocol: ProtocolModule, fixtures: readonly Fixture[], transport: Transport): void {
  const conversations = fixtures.flatMap((fixture) => fixture.conversations);

  describe(transport === 'udp' ? 'in datagrams' : 'right behind IP', () => {
    it.each(fixtures)('with_a_datagram_cut_at_every_byte_it_breaks_nothing: $name', (fixture) => {
      for (const conversation of fixture.conversations) {
        for (const step of conversation.steps) if (step.kind === 'data') checkCutDatagram(protocol, conversation, step);
      }
    });

    describeNoise(protocol, conversations, transport);
  });
}

function describeNoise(protocol: ProtocolModule, conversations: readonly RecognisedConversation[], transport: Transport): void {
  it('mutated_bytes_end_in_bounded_steps', () => {
    const random = new Random(7);
    const total = conversations.reduce((sum, conversation) => sum + byteCount(conversation.steps), 0);
    const rounds = Math.ceil(roundsFor(total, roundLimit * conversations.length) / Math.max(1, conversations.length));
    for (const conversation of conversations) {
      for (let round = 0; round < Math.max(20, rounds); round++) checkRun(protocol, conversation, mutated(conversation.steps, random));
    }
  });

  it('random_bytes_end_in_bounded_steps', () => {
    const random = new Random(11);
    for (let round = 0; round < roundLimit; round++) checkRun(protocol, bare(transport), noise(random));
  });
}

/** Smaller pieces change nothing, not even times; fewer and larger ones only the times of what they joined. */
function checkSlicings(protocol: ProtocolModule, conversation: RecognisedConversation): void {
  const whole = replay(protocol, conversation, conversation.steps).records;
  const random = new Random(conversation.index);
  for (const nextLength of [() => 1, () => 1 + random.below(3), () => 1 + random.below(40), () => 1 + random.below(2000)]) {
    const { records } = replay(protocol, conversation, sliced(conversation.steps, nextLength));
    expect(canonicalLines(records)).toBe(canonicalLines(whole));
  }
  const { records } = replay(protocol, conversation, merged(conversation.steps));
  expect(canonicalLines(withoutTimes(records, protocol.schema))).toBe(canonicalLines(withoutTimes(whole, protocol.schema)));
}

function checkLosses(protocol: ProtocolModule, conversation: RecognisedConversation, rounds: number): void {
  const random = new Random(conversation.index);
  const { steps } = conversation;
  const total = byteCount(steps);
  for (const side of [Side.source, Side.destination]) {
    checkRun(
      protocol,
      conversation,
      steps.filter((step) => step.side === side),
    );
  }
  for (let round = 0; round < roundsFor(total, rounds); round++) {
    checkRun(protocol, conversation, cutBefore(steps, 1 + random.below(total)));
    checkRun(protocol, conversation, withHole(steps, random));
  }
}

/** Both ways a datagram can end early: the capture cut it, or it was sent so. */
function checkCutDatagram(protocol: ProtocolModule, conversation: RecognisedConversation, step: DataStep): void {
  const { bytes } = step;
  for (let end = 0; end < bytes.length; end++) {
    checkRun(protocol, conversation, [{ ...step, bytes: bytes.subarray(0, end), wireLength: bytes.length }]);
    checkRun(protocol, conversation, [{ ...step, bytes: bytes.subarray(0, end) }]);
  }
}

/**
 * One run: nothing throws, no byte beside the range counts, the records fit the schema, and there are no more of them than bytes.
 */
function checkRun(protocol: ProtocolModule, conversation: RecognisedConversation, steps: readonly Step[]): void {
  const { records } = replay(protocol, conversation, steps, 0x00);
  const again = replay(protocol, conversation, steps, 0xff).records;
  // Runs are many: what is expected is only spelt out where it is not so.
  if (JSON.stringify(again) !== JSON.stringify(records))
    expect(canonicalLines(again), 'bytes outside the range, or after the call, were read').toBe(canonicalLines(records));
  if (records.length > byteCount(steps) + 1) expect(records.length).toBeLessThanOrEqual(byteCount(steps) + 1);
  for (const record of records) {
    if (record['event.dataset'] !== protocol.schema.dataset) continue;
    const faults = faultsOf(record, protocol.schema);
    if (faults.length > 0) expect(faults).toEqual([]);
  }
}

function roundsFor(bytesARound: number, limit: number): number {
  return Math.max(1, Math.min(limit, Math.floor(roundBytes / 2 / Math.max(1, bytesARound))));
}

function withoutTimes(records: readonly TrafficRecord[], schema: DatasetSchema): TrafficRecord[] {
  const isTime = (name: string): boolean => {
    const field = schema.fields[name];
    return name === '@timestamp' || /^event\.(start|end|duration)$/.test(name) || (field?.unit === 'ns' && field.type === 'integer');
  };
  return records.map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => !isTime(name))) as TrafficRecord);
}

/** A conversation without a fixture, for noise. */
function bare(transport: Transport): RecognisedConversation {
  const source = { ip: '192.0.2.1', port: 40_000 };
  return { transport, network: 'ipv4', source, destination: { ip: '192.0.2.2', port: 53 }, steps: [], index: 0 };
}
