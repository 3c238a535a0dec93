import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { udpFrame } from '../../dissection/test/frames.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import { PartitionAnalysis, type PartitionOptions } from '../partition-analysis.ts';
import { inOneChunk, mixedCapture } from './mixed-capture.ts';
import { analyse, byId, fileSession, route } from './through-partitions.ts';

/** Octets in front of the first packet. */
const fileHeaderLength = 24;

/** A capture and then itself again, as files that were put together: its clock goes back, and every flow begins as one that is over. */
async function captureTwice(seed: number): Promise<Uint8Array> {
  const once = await mixedCapture(seed);
  // So late that all that came before has ended.
  const late = udpFrame({ host: 250, port: 9 }, { host: 251, port: 9 }, Uint8Array.of(1));
  const between = writePcap([{ bytes: late, seconds: 1_700_100_000, nanos: 0 }], { linkType: 1, nanoseconds: true });
  return Buffer.concat([once, between.subarray(fileHeaderLength), once.subarray(fileHeaderLength)]);
}

function read(messages: readonly Uint8Array[], options: PartitionOptions = {}, from = 0, to = messages.length) {
  const records: TrafficRecord[] = [];
  const analysis = new PartitionAnalysis({ emit: (record) => void records.push(record) }, options);
  for (let offset = from; offset < to; offset++) analysis.take(offset, offset * 1000, messages[offset]!);
  return { records, analysis };
}

test('flows_that_begin_alike_have_the_same_ids_wherever_one_begins', async () => {
  const capture = await captureTwice(1);
  const whole = byId(await analyse(inOneChunk(capture), 'twice.pcap'));
  const { messages } = await route(inOneChunk(capture), { partitions: 2, session: fileSession('twice.pcap'), batchBytes: 6000 });
  expect(byId(messages.flatMap((list) => read(list).records))).toEqual(whole);
  expect(whole.size).toBeGreaterThan(1.5 * (await analyse(inOneChunk(await mixedCapture(1)), 'once.pcap')).length);
  for (const list of messages) {
    const expected = byId(read(list).records);
    for (let at = 1; at < list.length; at += 5) {
      const first = read(list, {}, 0, at);
      const checkpoint = decodeCheckpoint(encodeCheckpoint(first.analysis.checkpoint()!));
      // Killed a little later, and once more after the next checkpoint.
      const second = read(list, { checkpoint }, checkpoint.offset, Math.min(list.length, at + 4));
      const again = decodeCheckpoint(encodeCheckpoint(second.analysis.checkpoint() ?? checkpoint));
      const third = read(list, { checkpoint: again }, again.offset);
      expect(byId([...first.records, ...second.records, ...third.records])).toEqual(expected);
    }
  }
});
