import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import { PartitionAnalysis, type PartitionOptions } from '../partition-analysis.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { Talk } from '../../dissection/test/frames.ts';
import { inOneChunk, mixedCapture } from './mixed-capture.ts';
import { analyse, byId, fileSession, route } from './through-partitions.ts';

const seeds = [1, 4, 6];
const mail = new URL('../../../protocols/smtp/fixtures/swaks.pcap', import.meta.url);

function read(messages: readonly Uint8Array[], options: PartitionOptions = {}, from = 0, to = messages.length) {
  const records: TrafficRecord[] = [];
  const analysis = new PartitionAnalysis({ emit: (record) => void records.push(record) }, options);
  const kinds: string[] = [];
  for (let offset = from; offset < to; offset++) kinds.push(analysis.take(offset, offset * 1000, messages[offset]!).kind);
  return { records, analysis, kinds };
}

/** Connections over HTTP, `count` of them, each of which asks in every one of `rounds`. */
function keptAlive(count: number, rounds: number): Uint8Array {
  const talks = Array.from({ length: count }, (_, i) => new Talk({ host: 1, port: 1000 + i }, { host: 2, port: 80 }, 7000 * i));
  const round = (name: number): Buffer[] =>
    talks.flatMap((talk, i) => [
      talk.say(`GET /${name}/${i} HTTP/1.1\r\nHost: a\r\n\r\n`),
      talk.answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    ]);
  const frames = [...talks.flatMap((talk) => talk.open()), ...Array.from({ length: rounds }, (_, i) => round(i)).flat()];
  frames.push(...talks.flatMap((talk) => talk.close()));
  return writePcap(
    frames.map((bytes, i) => ({ bytes, seconds: 1_800_000_000 + Math.floor(i / 100), nanos: (i % 100) * 1000 })),
    { linkType: 1 },
  );
}

test.each(seeds)('the_records_of_all_partitions_are_those_of_the_file (%i)', async (seed) => {
  const capture = await mixedCapture(seed);
  const expected = await analyse(inOneChunk(capture), 'mixed.pcap');
  const datasets = new Set(expected.map((record) => record['event.dataset']));
  expect([...datasets]).toEqual(expect.arrayContaining(['flow', 'http', 'dns', 'dhcp', 'icmp']));
  for (const partitions of [1, 5]) {
    const { messages } = await route(inOneChunk(capture), { partitions, session: fileSession('mixed.pcap'), batchBytes: 3000 });
    const records = messages.flatMap((list) => read(list).records);
    expect(byId(records)).toEqual(byId(expected));
    expect(records).toHaveLength(expected.length);
  }
});

test.each([
  { seed: 1, active: 0 },
  { seed: 4, active: 0 },
  { seed: 6, active: 0 },
  { seed: 1, active: 2 },
  { seed: 6, active: 1 },
])(
  'whoever_goes_on_from_a_checkpoint_gives_what_is_missing_and_nothing_else ($seed, recorded every $active s)',
  async ({ seed, active }) => {
    const capture = await mixedCapture(seed);
    const session = { ...fileSession('mixed.pcap'), timeouts: { ...defaultTimeouts, active } };
    const { messages } = await route(inOneChunk(capture), { partitions: 2, session, batchBytes: 6000 });
    expect(messages.flatMap((list) => read(list).records).some((record) => 'flow.root_id' in record)).toBe(active > 0);
    for (const list of messages) {
      const expected = byId(read(list).records);
      for (let at = 1; at < list.length; at += 3) {
        const first = read(list, {}, 0, at);
        const checkpoint = decodeCheckpoint(encodeCheckpoint(first.analysis.checkpoint()!));
        expect(checkpoint.offset).toBeLessThanOrEqual(at);
        // Killed a little later, and once more after the next checkpoint.
        const second = read(list, { checkpoint }, checkpoint.offset, Math.min(list.length, at + 4));
        const again = decodeCheckpoint(encodeCheckpoint(second.analysis.checkpoint() ?? checkpoint));
        expect(again.offset).toBeGreaterThanOrEqual(checkpoint.offset);
        const third = read(list, { checkpoint: again }, again.offset);
        const all = [...first.records, ...second.records, ...third.records];
        expect(byId(all)).toEqual(expected);
        // A record that comes again is the same.
        for (const record of all)
          expect(byId([record]).values().next().value).toBe(expected.get(`${record['event.dataset']} ${record['event.id']}`));
      }
    }
  },
);

test('whoever_goes_on_from_a_checkpoint_goes_on_with_conversations_that_rest', async () => {
  const capture = keptAlive(40, 4);
  const { messages } = await route(inOneChunk(capture), { partitions: 2, session: fileSession('kept-alive.pcap'), batchBytes: 3000 });
  const dissection = { conversationLimit: 4 };
  for (const list of messages) {
    const expected = byId(read(list).records);
    expect(byId(read(list, { dissection }).records)).toEqual(expected);
    for (let at = 1; at < list.length; at++) {
      const first = read(list, { dissection, replayLimit: 4 }, 0, at);
      const checkpoint = first.analysis.checkpoint();
      const second = read(list, { dissection, replayLimit: 4, checkpoint }, checkpoint?.offset ?? 0);
      expect(byId([...first.records, ...second.records])).toEqual(byId(read(list, { replayLimit: 4 }).records));
    }
  }
});

test('a_flow_that_would_hold_up_the_checkpoint_is_recorded_in_pieces_wherever_one_begins', async () => {
  const capture = await mixedCapture(1);
  const { messages } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('mixed.pcap'), batchBytes: 3000 });
  const [list] = messages as [Uint8Array[]];
  const whole = read(list, { replayLimit: 4 });
  expect(whole.analysis.counters.cutFlows).toBeGreaterThan(0);
  for (let at = 1; at < list.length; at += 5) {
    const first = read(list, { replayLimit: 4 }, 0, at);
    const checkpoint = first.analysis.checkpoint()!;
    expect(at - checkpoint.offset).toBeLessThanOrEqual(5);
    const second = read(list, { replayLimit: 4, checkpoint }, checkpoint.offset);
    expect(byId([...first.records, ...second.records])).toEqual(byId(whole.records));
  }
});

test('a_file_that_is_read_anew_after_its_whisperer_died_is_told_once', async () => {
  const capture = await mixedCapture(2);
  const expected = byId(await analyse(inOneChunk(capture), 'mixed.pcap'));
  const options = { partitions: 2, batchBytes: 3000 };
  for (const frames of [30, 90, 200]) {
    const died = await route(inOneChunk(capture), { ...options, session: fileSession('mixed.pcap', 100), frames });
    const anew = await route(inOneChunk(capture), { ...options, session: fileSession('mixed.pcap', 200) });
    const records = anew.messages.flatMap((list, partition) => {
      const left = died.messages[partition]!;
      // What the dead one had under way comes late.
      return read([...left.slice(0, -1), ...list.slice(0, 2), ...left.slice(-1), ...list.slice(2)]).records;
    });
    expect(byId(records)).toEqual(expected);
  }
});

test('a_batch_that_comes_twice_counts_once_and_one_that_is_lost_is_counted', async () => {
  const capture = await mixedCapture(3);
  const { messages } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('mixed.pcap'), batchBytes: 3000 });
  const [list] = messages as [Uint8Array[]];
  const twice = read([list[0]!, ...list.flatMap((message) => [message, message])]);
  expect(byId(twice.records)).toEqual(byId(read(list).records));
  expect(twice.analysis.counters.voidBatches).toBe(list.length + 1);
  expect(read(list.filter((_, i) => i !== 2 && i !== 3)).analysis.counters.missingBatches).toBe(2);
});

test('what_is_no_batch_is_refused_with_its_reason_and_the_rest_goes_on', async () => {
  const capture = await mixedCapture(4);
  const { messages } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('mixed.pcap'), batchBytes: 3000 });
  const [list] = messages as [Uint8Array[]];
  const future = list[1]!.slice();
  future[0] = 9;
  const { records, kinds } = read([list[0]!, future, Uint8Array.of(), ...list.slice(1)]);
  expect(kinds.slice(0, 4)).toEqual(['taken', 'refused', 'refused', 'taken']);
  expect(byId(records)).toEqual(byId(read(list).records));
});

test('no_connection_keeps_the_messages_that_its_packets_came_in', async () => {
  const { messages } = await route(openCapture(fileURLToPath(mail)), {
    partitions: 1,
    session: fileSession('swaks.pcap'),
    batchBytes: 300,
    frames: 40,
  });
  const [list] = messages as [Uint8Array[]];
  expect(list.length).toBeGreaterThan(10);
  const analysis = new PartitionAnalysis({ emit: () => undefined });
  const kept = list.map((message, offset) => {
    const received = message.slice();
    analysis.take(offset, 0, received);
    return new WeakRef(received);
  });
  // A weak reference keeps what it was made of until this turn is over.
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  expect(kept.filter((reference) => reference.deref() !== undefined)).toEqual([]);
  expect(analysis.openFlows).toBeGreaterThan(0);
});
