import { afterEach, expect, test, vi } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import type { DissectionOptions } from '../../dissection/options.ts';
import { addSummary, emptySummary } from '../../dissection/summary.ts';
import { Dissector } from '../../dissection/dissector.ts';
import { udpFrame } from '../../dissection/test/frames.ts';
import { FrameList, frameMemory } from '../frame-list.ts';
import { PartitionDissector, comparePlaces, type Place, type PlacedRecord } from '../partition-dissector.ts';
import { busyCapture } from './busy-capture.ts';
import { inOneChunk, mixedCapture } from './mixed-capture.ts';

afterEach(() => void vi.restoreAllMocks());

/** A packet with a short header (RFC 9000, section 17.3). */
const quic = Uint8Array.of(0x4b, ...new Uint8Array(60));

function framesOf(capture: Uint8Array): FrameList {
  const frames = new FrameList(frameMemory(capture.length));
  frames.read(capture, new CaptureParser());
  return frames;
}

function dissectPartition(capture: Uint8Array, partition: number, partitions: number, options: DissectionOptions = {}) {
  const records: PlacedRecord[] = [];
  const sink = { emit: (record: TrafficRecord, place: Place) => void records.push({ record, place }) };
  const dissector = new PartitionDissector(partition, partitions, sink, options);
  dissector.take(framesOf(capture));
  while (!dissector.finish(3));
  return { records, summary: dissector.summary() };
}

async function dissectWhole(capture: Uint8Array) {
  const records: TrafficRecord[] = [];
  const whole = new Dissector({ emit: (record) => void records.push(record) });
  await readCapture(inOneChunk(capture), (frame) => whole.frame(frame));
  whole.finish();
  return { records, summary: whole.summary() };
}

function inOrder(a: PlacedRecord, b: PlacedRecord): number {
  return comparePlaces(a.place, b.place);
}

async function expectAlike(capture: Uint8Array): Promise<void> {
  const whole = await dissectWhole(capture);
  const expected = whole.records.map((record) => JSON.stringify(record));
  for (const partitions of [1, 2, 3]) {
    const parts = await Promise.all(Array.from({ length: partitions }, (_, partition) => dissectPartition(capture, partition, partitions)));
    for (const { records } of parts) expect(records).toEqual(records.toSorted(inOrder));
    const together = parts.flatMap(({ records }) => records).sort(inOrder);
    expect(together.map(({ record }) => JSON.stringify(record))).toEqual(expected);
    const sum = emptySummary();
    for (const { summary } of parts) addSummary(sum, summary);
    expect(sum).toEqual(whole.summary);
  }
}

test.each([1, 6])('the_records_of_all_partitions_put_in_order_and_their_summaries_are_those_of_the_whole (%i)', async (seed) => {
  await expectAlike(await mixedCapture(seed));
});

test.each([1_000_000, 100, 7, 2])(
  'so_are_those_of_conversations_told_by_their_first_headers_among_tunnels_and_fragments (%i a second)',
  async (perSecond) => {
    const capture = busyCapture(perSecond);
    const { records } = await dissectWhole(capture);
    expect(new Set(records.map((record) => record['event.dataset']))).toEqual(new Set(['http', 'dns', 'flow']));
    await expectAlike(capture);
  },
);

test('a_conversation_is_decoded_by_its_own_partition_alone', async () => {
  const decode = vi.spyOn(Decoder.prototype, 'decode');
  const capture = busyCapture(1_000_000);
  const { summary } = await dissectWhole(capture);
  const once = decode.mock.calls.length;
  expect(once).toBe(summary.frames);
  decode.mockClear();
  for (const partition of [0, 1]) await dissectPartition(capture, partition, 2);
  // Tunnels and fragments, a fifth of all, are decoded by both.
  expect(decode.mock.calls.length).toBeLessThan(1.3 * once);
});

test('a_datagram_that_carries_no_tunnel_is_decoded_by_its_own_partition_alone', async () => {
  const datagrams = Array.from({ length: 400 }, (_, i) => udpFrame({ host: 1, port: 40_000 + (i % 20) }, { host: 2, port: 443 }, quic));
  const capture = writePcap(
    datagrams.map((bytes, i) => ({ bytes, seconds: 1_800_000_000, nanos: 1000 * i })),
    { linkType: 1 },
  );
  const decode = vi.spyOn(Decoder.prototype, 'decode');
  const parts = await Promise.all([0, 1].map((partition) => dissectPartition(capture, partition, 2)));
  for (const { records } of parts) expect(records.length).toBeGreaterThan(0);
  // The first one of the second moves the timers of both.
  expect(decode.mock.calls.length).toBe(datagrams.length + 1);
  await expectAlike(capture);
});

test('all_flows_that_one_dissection_has_room_for_fit_into_their_partitions', async () => {
  const capture = busyCapture(1_000_000);
  const flows = (await dissectWhole(capture)).summary.records['flow']!;
  const parts = await Promise.all([0, 1].map((partition) => dissectPartition(capture, partition, 2, { flowLimit: flows })));
  for (const { summary } of parts) expect(summary.flows_evicted).toBe(0);
});
