import { expect, test } from 'vitest';
import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { twinField } from '@orbweaver/contracts/records/base-fields.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import { PartitionAnalysis, type PartitionOptions } from '../partition-analysis.ts';
import { inOneChunk, mixedCapture } from './mixed-capture.ts';
import { byId, fileSession, route } from './through-partitions.ts';

const partitions = 12;

function liveSession(name: string): Session {
  const observer = { name, hostname: 'host', interface: 'eth0' };
  return { ...fileSession(''), source: `live ${name}`, isReplayable: false, filePath: undefined, observer };
}

/** What each partition gets of a capture that an observer saw. */
async function seenBy(name: string, capture: Uint8Array, batchBytes = 3000): Promise<Uint8Array[][]> {
  return (await route(inOneChunk(capture), { partitions, session: liveSession(name), batchBytes })).messages;
}

function read(messages: readonly Uint8Array[], options: PartitionOptions = {}, from = 0, to = messages.length) {
  const records: TrafficRecord[] = [];
  const analysis = new PartitionAnalysis({ emit: (record) => void records.push(record) }, options);
  for (let offset = from; offset < to; offset++) analysis.take(offset, offset * 1000, messages[offset]!);
  return { records, analysis };
}

function byObserver(records: readonly TrafficRecord[], name: string): TrafficRecord[] {
  return records.filter((record) => record['observer.name'] === name);
}

/** One list behind the other, element by element, the second so many behind. */
function alternating<T>(first: readonly T[], second: readonly T[], lag: number): T[] {
  const all: T[] = [];
  for (let i = 0; i < Math.max(first.length, second.length + lag); i++) {
    if (i < first.length) all.push(first[i]!);
    if (i >= lag && i - lag < second.length) all.push(second[i - lag]!);
  }
  return all;
}

/** Of each pair now the one comes first, now the other. */
function takingTurns<T>(first: readonly T[], second: readonly T[]): T[] {
  const all: T[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    for (const list of i % 2 === 0 ? [first, second] : [second, first]) if (i < list.length) all.push(list[i]!);
  return all;
}

function withoutMark(record: TrafficRecord): TrafficRecord {
  const unmarked = { ...record };
  delete unmarked['observer.twin_of'];
  return unmarked;
}

test.each([
  { seed: 1, lag: 0 },
  { seed: 6, lag: 5 },
  { seed: 4, lag: 1000 },
])('two_observers_of_the_same_packets_make_two_observations_of_which_the_second_is_marked ($seed, $lag)', async ({ seed, lag }) => {
  const capture = await mixedCapture(seed);
  const [a, b] = [await seenBy('a', capture), await seenBy('b', capture)];
  const alone = a.flatMap((list) => read(list).records);
  const other = b.flatMap((list) => read(list).records);
  const together = a.flatMap((list, partition) => read(alternating(list, b[partition]!, lag)).records);

  expect(byId(byObserver(together, 'a'))).toEqual(byId(alone));
  const twins = byObserver(together, 'b');
  expect(new Set(twins.map((record) => record[twinField]))).toEqual(new Set(['a/eth0']));
  expect(byId(twins.map(withoutMark))).toEqual(byId(other));
  // The same conversations under ids of their own.
  const communities = (records: readonly TrafficRecord[]) => records.map((record) => record['network.community_id'] ?? '').toSorted();
  expect(communities(twins)).toEqual(communities(alone));
  const ids = new Set(alone.map((record) => record['event.id']));
  expect(twins.some((record) => ids.has(record['event.id']))).toBe(false);
});

test('whoever_is_ahead_each_conversation_has_one_record_without_the_mark', async () => {
  const capture = await mixedCapture(6);
  const [a, b] = [await seenBy('a', capture), await seenBy('b', capture)];
  const alone = a.flatMap((list) => read(list).records);
  let firsts = 0;
  for (const [partition, list] of a.entries()) {
    const { records } = read(takingTurns(list, b[partition]!));
    firsts += byObserver(records, 'b').filter((record) => record[twinField] === undefined).length;
    const conversations = (of: readonly TrafficRecord[]) =>
      of.map((record) => [record['event.dataset'], record['network.community_id'], record['event.start']].join(' ')).toSorted();
    const shown = records.filter((record) => record[twinField] === undefined);
    expect(conversations(shown)).toEqual(conversations(read(list).records));
  }
  // Now the one, now the other was first.
  expect(firsts).toBeGreaterThan(0);
  expect(firsts).toBeLessThan(alone.length);
});

test('whoever_goes_on_from_a_checkpoint_marks_as_an_undisturbed_reader_does', async () => {
  const capture = await mixedCapture(4);
  const [a, b] = [await seenBy('a', capture), await seenBy('b', capture)];
  for (const [partition, ofA] of a.entries()) {
    const list = takingTurns(ofA, b[partition]!);
    const expected = byId(read(list).records);
    for (let at = 1; at < list.length; at += 3) {
      const first = read(list, {}, 0, at);
      const checkpoint = decodeCheckpoint(encodeCheckpoint(first.analysis.checkpoint()!));
      // Killed a little later, and once more after the next checkpoint, which may be in front of where the first had come to.
      const second = read(
        list,
        { checkpoint },
        checkpoint.offset,
        Math.min(list.length, Math.max(checkpoint.offset + 1, at - 2 + (at % 5))),
      );
      const again = decodeCheckpoint(encodeCheckpoint(second.analysis.checkpoint() ?? checkpoint));
      const third = read(list, { checkpoint: again }, again.offset);
      for (const record of [...first.records, ...second.records, ...third.records])
        expect(byId([record]).values().next().value).toBe(expected.get(`${record['event.dataset']} ${record['event.id']}`));
      expect(byId([...first.records, ...second.records, ...third.records]).size).toBe(expected.size);
    }
  }
});

test('files_have_no_twins', async () => {
  const capture = await mixedCapture(1);
  const { messages } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('one.pcap') });
  const { messages: other } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('other.pcap') });
  const { records, analysis } = read([...messages[0]!, ...other[0]!]);
  expect(records.some((record) => twinField in record)).toBe(false);
  expect(analysis.checkpoint()).not.toHaveProperty('sightings');
});
