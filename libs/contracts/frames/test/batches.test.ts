import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Link, Session } from '../batch-header.ts';
import { BatchReader, FrameEntry } from '../batch-reader.ts';
import { BatchWriter } from '../batch-writer.ts';
import { EntryKind, clockStepLimit } from '../format.ts';
import { PacketFields, PacketFlag } from '../packet-fields.ts';

const timeouts = { tcpAttempt: 1, tcpEstablished: 2, tcpClosed: 3, udp: 4, icmp: 5, other: 6, active: 7 };
const live: Session = {
  source: 'node-1/eth0',
  startedSeconds: 1_790_000_000,
  startedNanos: 123_456_789,
  isReplayable: false,
  filePath: undefined,
  observer: { name: 'whisperer-1', hostname: 'nöde-1', interface: 'eth0' },
  timeouts,
  flowKeyVlan: true,
};
const file: Session = { ...live, isReplayable: true, filePath: 'a.pcap', observer: undefined, flowKeyVlan: false };
const ethernet: Link = { type: 1, digits: 6 };
const raw: Link = { type: 101, digits: 9 };

/** What an entry says, apart from where it lies. */
function said(entry: FrameEntry) {
  const { kind, link, clock, seconds, nanos, originalLength, packet } = entry;
  const bytes = [...entry.bytes.subarray(entry.start, entry.end)];
  if (kind === EntryKind.frame) return { kind, link, clock, seconds, nanos, originalLength, bytes };
  const { macBytes, destinationMac, sourceMac, vlans, vlanCount, source, destination, ...fields } = packet;
  return {
    ...{ kind, link, clock, seconds, nanos, originalLength, bytes, fields: { ...fields } },
    addresses: [...source, ...destination],
    vlans: [...vlans.subarray(0, vlanCount)],
    macs: [destinationMac, sourceMac].flatMap((at) => (at < 0 ? [] : [...macBytes.subarray(at, at + 6)])),
  };
}

function readAll(message: Uint8Array) {
  const reader = new BatchReader();
  const header = reader.open(message);
  const entry = new FrameEntry();
  const entries = [];
  while (reader.next(entry)) entries.push(said(entry));
  return { header, entries, problem: reader.problem };
}

const u8 = fc.nat(255);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const words = fc.array(u32, { minLength: 4, maxLength: 4 });
const common = {
  link: fc.constantFrom(ethernet, raw),
  step: fc.nat(3),
  seconds: fc.nat({ max: 253_402_300_799 }),
  nanos: fc.nat(999_999_999),
  bytes: fc.uint8Array({ maxLength: 40 }),
  beyond: fc.nat(2000),
};
const anEntry = fc.oneof(
  fc.record({ kind: fc.constant('frame' as const), ...common }),
  fc.record({
    kind: fc.constant('packet' as const),
    ...common,
    numbers: fc.record({ network: u8, protocol: u8, tcpFlags: u8, icmpType: u8, icmpCode: u8, sourcePort: u16, destinationPort: u16 }),
    more: fc.record({ tcpWindow: u16, tcpSequence: u32, tcpAcknowledgment: u32, ipBytes: u32, payloadLength: u32, payloadStart: u32 }),
    tunnel: fc.record({ tunnelKinds: u32, tunnelIdentity: u32, carries: fc.string({ maxLength: 9 }) }),
    source: words,
    destination: words,
    macs: fc.option(fc.uint8Array({ minLength: 12, maxLength: 12 }), { nil: undefined }),
    vlans: fc.array(u16, { maxLength: 8 }),
    path: fc.option(fc.array(fc.string({ maxLength: 9 }), { maxLength: 8 }), { nil: undefined }),
  }),
);
type Entry = typeof anEntry extends fc.Arbitrary<infer T> ? T : never;

function write(writer: BatchWriter, entry: Entry, clock: number): void {
  const { link, seconds, nanos, bytes } = entry;
  const length = bytes.length + entry.beyond;
  if (entry.kind === 'frame') {
    writer.addFrame(link, clock, { seconds, nanos }, length, bytes, 0, bytes.length);
    return;
  }
  const packet = new PacketFields();
  Object.assign(packet, entry.numbers, entry.more, entry.tunnel, { payloadEnd: bytes.length });
  packet.source.set(entry.source);
  packet.destination.set(entry.destination);
  packet.vlanCount = entry.vlans.length;
  packet.vlans.set(entry.vlans);
  if (entry.macs !== undefined) {
    packet.flags |= PacketFlag.hasDestinationMac | PacketFlag.hasSourceMac;
    Object.assign(packet, { macBytes: entry.macs, destinationMac: 0, sourceMac: 6 });
  }
  if (entry.path !== undefined) {
    packet.flags |= PacketFlag.hasPath;
    packet.path = entry.path;
    packet.parentId = 'parent';
  }
  writer.addPacket(link, clock, { seconds, nanos }, length, packet, bytes, 0, bytes.length);
}

function batchOf(entries: readonly Entry[], session = live): Uint8Array {
  const writer = new BatchWriter(session);
  let clock = 10;
  for (const entry of entries) write(writer, entry, (clock += entry.step));
  return writer.close(clock, { seconds: 5, nanos: 6 }, { captured: 2 ** 40, 'dropped.queue': 1 });
}

test('what_is_written_is_read', () => {
  fc.assert(
    fc.property(fc.array(anEntry, { maxLength: 8 }), (entries) => {
      const { header, entries: read, problem } = readAll(batchOf(entries));
      expect(problem).toBeUndefined();
      expect(header).toMatchObject({ session: live, entries: entries.length, seconds: 5, nanos: 6, sequence: 0, isLast: false });
      expect(header?.counters).toEqual({ captured: 2 ** 40, 'dropped.queue': 1 });
      let clock = 10;
      entries.forEach((entry, i) => {
        const { link, seconds, nanos, bytes } = entry;
        clock += entry.step;
        expect(read[i]).toMatchObject({ link, seconds, nanos, clock, bytes: [...bytes], originalLength: bytes.length + entry.beyond });
        if (entry.kind === 'frame') return;
        expect(read[i]).toMatchObject({
          fields: { ...entry.numbers, ...entry.more, ...entry.tunnel, ...(entry.path === undefined ? {} : { path: entry.path }) },
          addresses: [...entry.source, ...entry.destination],
          vlans: entry.vlans,
          macs: [...(entry.macs ?? [])],
        });
      });
    }),
    { numRuns: 200 },
  );
});

test('a_batch_cut_anywhere_is_refused_and_never_read_beyond', () => {
  const entries = fc.sample(anEntry, { numRuns: 6, seed: 7 });
  const whole = batchOf(entries);
  const { entries: all } = readAll(whole);
  for (let end = 0; end < whole.length; end++) {
    // The bytes behind the cut are there, as they would be in a larger buffer.
    const { entries: read, problem } = readAll(whole.subarray(0, end));
    expect(problem).toBeDefined();
    expect(read).toEqual(all.slice(0, read.length));
  }
});

test('changed_bytes_are_read_in_bounded_steps_without_a_throw', () => {
  const whole = batchOf(fc.sample(anEntry, { numRuns: 4, seed: 3 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), u8), { minLength: 1, maxLength: 6 }), (changes) => {
      const changed = whole.slice();
      for (const [at, value] of changes) changed[at] = value;
      const { entries } = readAll(changed);
      expect(entries.length).toBeLessThanOrEqual(whole.length / 22);
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readAll(bytes)));
});

test('a_batch_from_the_future_says_so', () => {
  const batch = batchOf([]);
  batch[0] = 2;
  expect(readAll(batch).problem).toBe(
    'it has format version 2 and this build reads up to 1: a whisperer is newer than this dissector, update the dissectors first',
  );
});

test('a_reader_passes_over_fields_that_a_later_header_has', () => {
  const batch = batchOf([]);
  const longer = Buffer.concat([batch, Buffer.alloc(5)]);
  longer.writeUInt32BE(longer.length, 2);
  expect(readAll(longer)).toMatchObject({ problem: undefined, entries: [] });
});

test('batches_of_a_session_are_numbered_and_marks_of_time_are_batches', () => {
  const writer = new BatchWriter(file);
  const bytes = Uint8Array.of(1, 2);
  expect(readAll(writer.close(3, { seconds: 9, nanos: 0 }, {})).header).toMatchObject({
    ...{ sequence: 0, entries: 0, clockBefore: 3, clockAfter: 3, seconds: 9, session: file },
  });
  writer.addFrame(raw, 4, { seconds: 9, nanos: 1 }, 2, bytes, 0, 2);
  expect(writer.hasRoomFor(raw, 4 + clockStepLimit)).toBe(true);
  expect(writer.hasRoomFor(raw, 5 + clockStepLimit)).toBe(false);
  expect(readAll(writer.close(4, { seconds: 9, nanos: 1 }, {}, true)).header).toMatchObject({ sequence: 1, isLast: true, links: [raw] });
  expect(writer.isEmpty).toBe(true);
});
