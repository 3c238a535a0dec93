import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { addSummary, emptySummary } from '../../dissection/summary.ts';
import { Dissector } from '../../dissection/dissector.ts';
import { PartitionDissector, type Place } from '../partition-dissector.ts';
import { inOneChunk, mixedCapture } from './mixed-capture.ts';

interface Placed {
  readonly record: TrafficRecord;
  readonly place: Place;
}

async function dissectPartition(capture: Uint8Array, partition: number, partitions: number) {
  const records: Placed[] = [];
  const dissector = new PartitionDissector(partition, partitions, {
    emit: (record, place) => void records.push({ record, place: { ...place } }),
  });
  await readCapture(inOneChunk(capture), (frame) => {
    dissector.frameIndex++;
    dissector.frame(frame);
  });
  while (!dissector.finish(3));
  return { records, summary: dissector.summary() };
}

function inOrder(a: Placed, b: Placed): number {
  const [of, other] = [a.place, b.place];
  return of.frame - other.frame || of.first - other.first || of.second - other.second || of.third - other.third;
}

test.each([1, 6])('the_records_of_all_partitions_put_in_order_and_their_summaries_are_those_of_the_whole (%i)', async (seed) => {
  const capture = await mixedCapture(seed);
  const expected: TrafficRecord[] = [];
  const whole = new Dissector({ emit: (record) => void expected.push(record) });
  await readCapture(inOneChunk(capture), (frame) => whole.frame(frame));
  whole.finish();
  for (const partitions of [1, 2, 3]) {
    const parts = await Promise.all(Array.from({ length: partitions }, (_, partition) => dissectPartition(capture, partition, partitions)));
    for (const { records } of parts) expect(records).toEqual(records.toSorted(inOrder));
    const together = parts.flatMap(({ records }) => records).sort(inOrder);
    expect(together.map(({ record }) => JSON.stringify(record))).toEqual(expected.map((record) => JSON.stringify(record)));
    const sum = emptySummary();
    for (const { summary } of parts) addSummary(sum, summary);
    expect(sum).toEqual(whole.summary());
  }
});
