import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { describe, expect, it } from 'vitest';
import { Dissector } from '../dissector.ts';
import { GroupedDissection } from '../grouped-dissection.ts';
import { Talk, tcpFrame, udpFrame } from './frames.ts';

/** Takes frames that lie in one buffer, `perSecond` of them each second, and gives the records in their order. */
function recordsOf(frames: readonly Uint8Array[], perSecond: number, take: 'grouped' | 'one by one'): TrafficRecord[] {
  const records: TrafficRecord[] = [];
  const sink = { emit: (record: TrafficRecord) => void records.push(record) };
  const dissection = take === 'grouped' ? new GroupedDissection(sink) : new Dissector(sink);
  const bytes = new Uint8Array(Buffer.concat(frames));
  const frame = Object.assign(new Frame(), { bytes, isLasting: true, linkType: 1 });
  frames.forEach(({ length }, i) => {
    frame.start = frame.end;
    frame.end = frame.start + length;
    frame.originalLength = length;
    frame.seconds = 1_800_000_000 + Math.floor(i / perSecond);
    frame.nanos = (i % perSecond) * 1000;
    dissection.frame(frame);
  });
  dissection.finish();
  return records;
}

/** One of each in turn. */
function interleaved(streams: readonly (readonly Uint8Array[])[]): Uint8Array[] {
  const longest = Math.max(...streams.map((stream) => stream.length));
  return Array.from({ length: longest }, (_, i) => streams.flatMap((stream) => stream[i] ?? [])).flat();
}

function conversation(port: number): Uint8Array[] {
  const talk = new Talk({ host: 1, port }, { host: 2, port: 80 }, port);
  const opening = talk.open();
  const request = talk.say('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n');
  const response = talk.answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  // The answer comes twice.
  return [...opening, request, response, response, ...talk.close()];
}

describe('a dissection conversation by conversation', () => {
  it('gives_the_records_of_one_frame_by_frame_in_their_order', () => {
    const frames = interleaved([...Array(40).keys()].map((i) => conversation(40_000 + i)));
    const records = recordsOf(frames, 1_000_000, 'grouped');
    expect(records.filter((record) => record['event.dataset'] === 'http')).toHaveLength(40);
    expect(records).toEqual(recordsOf(frames, 1_000_000, 'one by one'));
  });

  it('ends_flows_by_their_timers_between_the_same_packets', () => {
    const quiet = Array.from({ length: 3000 }, () => udpFrame({ host: 9, port: 9 }, { host: 8, port: 7 }, Uint8Array.of(1)));
    const frames = [...interleaved([conversation(40_000), conversation(40_001)]), ...quiet, ...conversation(40_000)];
    for (const perSecond of [1, 3, 7]) {
      const records = recordsOf(frames, perSecond, 'grouped');
      expect(records.some((record) => record['flow.end_reason'] === 'fin')).toBe(true);
      expect(records, `${perSecond} a second`).toEqual(recordsOf(frames, perSecond, 'one by one'));
    }
  });

  it('takes_packets_in_their_order_where_each_is_of_another_conversation', () => {
    const scattered = [...Array(6000).keys()].map((i) => tcpFrame({ host: 1, port: 1000 + i }, { host: 2, port: 443 }, 'S', i, 0));
    // Some conversation is under way when the gathering ends, whatever number of frames that is.
    const frames = interleaved([scattered, [...Array(600).keys()].flatMap((i) => conversation(40_000 + i))]);
    const records = recordsOf(frames, 1_000_000, 'grouped');
    expect(records.filter((record) => record['event.dataset'] === 'http')).toHaveLength(600);
    expect(records).toEqual(recordsOf(frames, 1_000_000, 'one by one'));
  });

  it('keeps_the_greatest_length_that_a_capture_can_tell', () => {
    const records: TrafficRecord[] = [];
    const dissection = new GroupedDissection({ emit: (record) => void records.push(record) });
    const bytes = udpFrame({ host: 1, port: 1 }, { host: 2, port: 2 }, Uint8Array.of(1));
    const originalLength = 0xffff_fff0;
    const frame = Object.assign(new Frame(), { bytes, end: bytes.length, originalLength, isLasting: true, linkType: 1 });
    for (let i = 0; i < 8; i++) dissection.frame(frame);
    dissection.finish();
    expect(records).toMatchObject([{ 'source.packets': 8, 'source.bytes': 8 * originalLength }]);
  });
});
