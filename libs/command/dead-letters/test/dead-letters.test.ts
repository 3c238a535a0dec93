import { expect, test } from 'vitest';
import { inOneChunk, mixedCapture } from '../../partitions/test/mixed-capture.ts';
import { analyse, byId, fileSession, route } from '../../partitions/test/through-partitions.ts';
import { PartitionAnalysis } from '../../partitions/partition-analysis.ts';
import { BatchWriter } from '@orbweaver/contracts/frames/batch-writer.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { FrameLetters } from '../frame-letters.ts';
import { LetterKinds } from '../kinds.ts';
import { isMeant, letterOf, type Letter } from '../letter.ts';
import { Replayed, rangesOf } from '../replayed.ts';

const letter = (offset: number, reason: string, time = 1000): Letter => ({
  offset,
  time,
  stage: 'index',
  reason,
  from: { topic: 't', partition: 1, offset: 5 },
  value: new Uint8Array(1),
});

test('a_letter_without_headers_is_told_as_it_is', () => {
  const value = new Uint8Array(3);
  expect(letterOf({ offset: 1, timestamp: 2, value, headers: {} })).toEqual({
    ...{ offset: 1, time: 2, stage: 'unknown', reason: 'not given', from: undefined, value },
  });
});

test('letters_are_meant_by_stage_part_of_the_reason_and_time', () => {
  const one = letter(0, 'source.port is no integer', 1000);
  expect(isMeant(one, {})).toBe(true);
  expect(isMeant(one, { stage: 'index', reason: 'PORT', from: 1000, to: 1001 })).toBe(true);
  for (const filter of [{ stage: 'decode' }, { reason: 'mac' }, { from: 1001 }, { to: 1000 }]) expect(isMeant(one, filter)).toBe(false);
});

test('reasons_that_differ_in_numbers_and_quotations_are_one_and_there_is_no_end_of_kinds', () => {
  const kinds = new LetterKinds();
  kinds.add(letter(0, "too long at 17 in 'a'", 1000), true);
  kinds.add(letter(1, "too long at 4711 in 'b'", 2000), false);
  expect(kinds.all).toEqual([{ stage: 'index', reason: "too long at 17 in 'a'", count: 2, waiting: 1, first: 1000, last: 2000 }]);
  for (let i = 0; i < 1000; i++) kinds.add(letter(2, `reason ${'x'.repeat(i)}`), true);
  expect(kinds.all).toHaveLength(201);
  expect(kinds.all.at(-1)).toMatchObject({ reason: 'other reasons', count: 801 });
});

test('a_note_covers_the_letters_that_were_there_when_it_was_taken_and_no_later_ones', () => {
  const replayed = new Replayed();
  const note = (text: string) => replayed.note('dlq.a.v1', new TextEncoder().encode(text), 5000);
  note(JSON.stringify({ topic: 'dlq.a.v1', offsets: rangesOf([1, 2, 3, 7]) }));
  note(JSON.stringify({ topic: 'dlq.b.v1', offsets: [[4, 4]] }));
  for (const text of ['', '{}', '[]', 'null', '{"topic":"dlq.a.v1","offsets":[["4",4]]}']) note(text);
  expect([0, 1, 2, 3, 4, 6, 7].filter((offset) => replayed.has({ offset, time: 5000 }))).toEqual([1, 2, 3, 7]);
  expect(replayed.has({ offset: 2, time: 5001 })).toBe(false);
});

test('batches_that_were_refused_give_the_records_of_their_packets_though_their_session_has_gone_on', async () => {
  const capture = await mixedCapture(3);
  const { messages } = await route(inOneChunk(capture), { partitions: 1, session: fileSession('a.pcap'), batchBytes: 6000 });
  const records: TrafficRecord[] = [];
  const analysis = new PartitionAnalysis({ emit: (record) => void records.push(record) });
  let offset = 0;
  const take = (value: Uint8Array) => analysis.take(offset++, 0, value);
  // The session has ended without anything that could be read.
  take(new BatchWriter(fileSession('a.pcap')).close(0, { seconds: 0, nanos: 0 }, {}, true));
  expect(take(messages[0]![0]!)).toEqual({ kind: 'void' });
  const letters = new FrameLetters('replay 1');
  for (const value of messages[0]!) {
    const batch = letters.take(0, value);
    if (typeof batch === 'string') throw new Error(batch);
    expect(take(batch)).toEqual({ kind: 'taken' });
  }
  for (const { batch } of letters.end()) take(batch);
  expect(byId(records)).toEqual(byId(await analyse(inOneChunk(capture), 'a.pcap')));
  expect(analysis.openFlows).toBe(0);
  expect(letters.take(0, Uint8Array.of(9))).toContain('format version 9');
});
