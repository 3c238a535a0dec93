import { expect, test } from 'vitest';
import { formatSessionEnd, sessionEndHeader } from '@orbweaver/contracts/topics/session-end.ts';
import type { Batch, BatchControl, Message, Partition } from '../../streaming/bus.ts';
import { RecordIndexer } from '../record-indexer.ts';
import { StoreUnavailable, type AppendReceipt, type Writer } from '../writer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);

function batchOf(...values: string[]): Batch {
  const messages = values.map((value, index) => ({ offset: 10 + index, value: bytes(value), headers: {}, timestamp: 0 }));
  return { topic: 'enrich.records.v1', partition: 3, messages, end: 100 };
}

/** A store that refuses lines with `bad` in them, and what happened, in order. */
function parts(append?: () => Promise<AppendReceipt>) {
  const happened: string[] = [];
  const letters: Message[] = [];
  const writer = {
    append: async (batch: Uint8Array) => {
      if (append !== undefined) return append();
      const lines = text(batch).split('\n').filter(Boolean);
      happened.push(`append ${lines.join(' ')}`);
      const refused = lines.flatMap((record, at) => (record.includes('bad') ? [{ at, record, reason: 'no integer' }] : []));
      return { records: lines.length, bytes: batch.length, refused };
    },
  } as unknown as Writer;
  const consumer = { commit: async (_: Partition, offset: number) => void happened.push(`commit ${offset}`) };
  const producer = {
    send: async ({ topic }: Partition, messages: readonly Message[]) => {
      happened.push(`bury ${messages.length} in ${topic}`);
      letters.push(...messages);
    },
  };
  const handled: number[] = [];
  const control = { isLost: false, handled: (offset: number) => void handled.push(offset) };
  return {
    happened,
    letters,
    handled,
    control: control as BatchControl & { isLost: boolean },
    indexer: new RecordIndexer({ writer, consumer, producer }),
  };
}

test('an_offset_is_committed_behind_what_the_store_has', async () => {
  const { indexer, happened, handled, control } = parts();
  await indexer.batch(batchOf('a\nb\n', 'c\n'), control);
  expect(happened).toEqual(['append a b c', 'commit 12']);
  expect(handled).toEqual([11]);
  expect(indexer.counters()).toMatchObject({ messages: 2, records: 3, deadLetters: 0, lag: { 'enrich.records.v1/3': 88 } });
});

test('what_the_store_refuses_is_buried_before_the_offset_moves_and_nothing_else_is', async () => {
  const { indexer, happened, letters, control } = parts();
  await indexer.batch(batchOf('a\n\nb\n', 'bad1\nc', 'bad2\n'), control);
  expect(happened).toEqual(['append a b bad1 c bad2', 'bury 2 in dlq.index-writer.v1', 'commit 13']);
  expect(letters.map(({ value, headers }) => [text(value), headers])).toEqual([
    ['bad1', headers('11')],
    ['bad2', headers('12')],
  ]);
});

test('a_store_that_is_away_leaves_the_offset_where_it_is', async () => {
  const { indexer, happened, handled, control } = parts(() => Promise.reject(new StoreUnavailable('away')));
  await expect(indexer.batch(batchOf('a\n'), control)).rejects.toThrow('away');
  expect([happened, handled]).toEqual([[], []]);
});

test('a_partition_that_was_lost_gets_no_more_of_the_batch', async () => {
  const { indexer, happened, control } = parts();
  control.isLost = true;
  await indexer.batch(batchOf('a\n'), control);
  expect(happened).toEqual([]);
});

test('a_large_batch_goes_in_portions_each_committed_by_itself', async () => {
  const { indexer, happened, control } = parts();
  const half = `${'x'.repeat(9 * 2 ** 20)}\n`;
  await indexer.batch(batchOf(half, half, 'c\n'), control);
  expect(happened.map((each) => each.slice(0, 9))).toEqual(['append xx', 'commit 11', 'append xx', 'commit 13']);
});

function headers(offset: string) {
  return {
    'orbweaver-stage': 'index',
    'orbweaver-reason': 'no integer',
    'orbweaver-topic': 'enrich.records.v1',
    'orbweaver-partition': '3',
    'orbweaver-offset': offset,
  };
}

test('the_end_of_a_session_is_told_once_everything_in_front_of_it_is_stored_and_before_the_offset_moves', async () => {
  const { indexer, happened, letters, control } = parts();
  const session = { source: 'file shop.pcap', startedSeconds: 1, startedNanos: 2 };
  const batch = batchOf('a\n', '', 'b\n');
  const [first, end, other] = batch.messages;
  const ends = { ...end!, headers: { [sessionEndHeader]: formatSessionEnd(session) } };
  await indexer.batch({ ...batch, messages: [first!, ends, other!] }, control);
  expect(happened).toEqual(['append a b', 'bury 1 in index.ends.v1', 'commit 13']);
  expect(letters.map(({ value }) => JSON.parse(text(value)) as unknown)).toEqual([{ ...session, of: 'records', partition: 3 }]);
});

test('letters_go_in_parts_that_a_broker_takes', async () => {
  const { indexer, happened, letters, control } = parts();
  await indexer.batch(batchOf(...Array.from({ length: 5 }, () => `bad${'x'.repeat(400_000)}`), 'bad\n'.repeat(10_000)), control);
  expect(letters).toHaveLength(10_005);
  const counts = happened.flatMap((what) => /^bury (\d+)/.exec(what)?.[1] ?? []).map(Number);
  expect(counts.slice(0, 2)).toEqual([2, 2]);
  expect(Math.max(...counts)).toBeLessThan(8000);
});
