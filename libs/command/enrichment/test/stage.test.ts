import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatSessionEnd, sessionEndHeader } from '@orbweaver/contracts/topics/session-end.ts';
import { decodeToldNames, encodeToldNames, sessionHeader, tickHeader, type ToldNames } from '@orbweaver/contracts/topics/told-names.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Message, Partition } from '../../streaming/bus.ts';
import { AddressClasses } from '../address-classes/address-classes.ts';
import { nameAnswers } from '../names/answers.ts';
import { KnownNames } from '../stage/known-names.ts';
import { RecordEnricher, type EnricherOptions } from '../stage/record-enricher.ts';
import { answer, call } from './made-record.ts';

const session = { source: 'file a.pcap', startedSeconds: 1000, startedNanos: 5 };
const partitions = 2;

/** What a partition tells of an answer that it saw, if any, and how far it is. */
function told(partition: number, tick: number | null, ...records: TrafficRecord[]): ToldNames {
  const answers = records.flatMap((record) =>
    nameAnswers(record).map(({ client, address, name, at, until }) => [client, address, name, at, until, tick! - 1] as const),
  );
  return { session, isReplayable: true, partition, tick, answers };
}

function open(options: Partial<EnricherOptions> = {}) {
  const clock = { now: 0 };
  const names = new KnownNames(partitions, () => clock.now);
  const sent: { to: Partition; message: Message }[] = [];
  const committed: [number, number][] = [];
  const paused = new Set<number>();
  const bus = { fails: false, namesProblem: undefined as string | undefined };
  const enricher = new RecordEnricher(
    { waitingBytes: 1e6, patience: 1000, ...options },
    {
      names,
      enrichers: [new AddressClasses()],
      producer: {
        send: (to, messages) => {
          if (bus.fails) return Promise.reject(new Error('refused'));
          for (const message of messages) sent.push({ to, message });
          return Promise.resolve();
        },
      },
      consumer: {
        commit: ({ partition }, offset) => Promise.resolve(void committed.push([partition, offset])),
        pause: (all) => all.forEach(({ partition }) => paused.add(partition)),
        resume: (all) => all.forEach(({ partition }) => paused.delete(partition)),
      },
      tracing: { handle: (_headers, work) => work(), headers: () => undefined },
      namesProblem: () => bus.namesProblem,
      now: () => clock.now,
    },
  );
  let offset = 0;
  const topic = topics.records.name;
  const give = async (tick: number, records: readonly (TrafficRecord | string)[], of = session, more: Record<string, string> = {}) => {
    if (offset === 0) await enricher.assigned({ topic, partition: 0 }, 0);
    const value = Buffer.from(records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'));
    const headers = { [sessionHeader]: formatSessionEnd(of), [tickHeader]: String(tick), ...more };
    const message = { offset: offset++, value, headers, timestamp: 0 };
    await enricher.batch({ topic, partition: 0, messages: [message], end: offset }, { isLost: false, handled: () => undefined });
    await settled();
  };
  const tell = async (...all: ToldNames[]) => {
    for (const one of all) names.told(one);
    enricher.pump();
    await settled();
  };
  const records = () =>
    sent
      .filter(({ to }) => to.topic === topics.enriched.name)
      .flatMap(({ message }) => Buffer.from(message.value).toString().trim().split('\n').filter(Boolean))
      .map((line) => JSON.parse(line) as TrafficRecord);
  return { enricher, names, sent, committed, paused, bus, clock, give, tell, records };
}

const settled = async () => {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
};

test('a_record_waits_until_every_partition_has_told_what_was_answered_before', async () => {
  const { enricher, give, tell, records, committed } = open();
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  await tell(told(0, 1007));
  expect(records()).toEqual([]);
  await enricher.commit();
  expect(committed).toEqual([[0, 0]]);
  await tell(told(1, 1005, answer('10.0.0.7', 'shop.example', '192.0.2.9', 4)));
  expect(records()).toEqual([]);
  await tell(told(1, 1007));
  expect(records().map((record) => record['destination.domain'])).toEqual(['shop.example']);
  await enricher.commit();
  expect(committed.at(-1)).toEqual([0, 1]);
});

test('what_was_all_done_before_the_first_commit_is_committed', async () => {
  const { enricher, give, tell, committed } = open();
  await tell(told(0, null), told(1, null));
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  await enricher.commit();
  expect(committed).toEqual([[0, 1]]);
  await enricher.commit();
  expect(committed).toHaveLength(1);
});

test('an_answer_that_was_told_ahead_is_unknown_to_what_was_complete_before_it', async () => {
  const { give, tell, records } = open();
  // The clock was set back: by its time the answer is the older one.
  await tell(told(0, 1100, answer('10.0.0.7', 'later.example', '192.0.2.9', 1)), told(1, 1100));
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  expect(records()[0]).not.toHaveProperty(['destination.domain']);
});

test('a_session_that_is_over_everywhere_holds_nothing_up', async () => {
  const { give, tell, records } = open();
  await tell(told(0, null), told(1, null));
  await give(5000, [call('10.0.0.7', '192.0.2.9', 5)]);
  expect(records()).toHaveLength(1);
});

test('messages_of_a_session_keep_their_order_and_others_pass_them', async () => {
  const { give, tell, records, sent, enricher, committed } = open();
  const other = { ...session, source: 'file b.pcap' };
  await give(1005, [call('10.0.0.1', '10.0.0.9', 1)]);
  await give(1001, [call('10.0.0.2', '10.0.0.9', 1)]);
  await give(0, [], session, { [sessionEndHeader]: formatSessionEnd(session) });
  await tell({ ...told(0, 2000), session: other }, { ...told(1, 2000), session: other });
  await give(1005, [call('10.0.0.3', '10.0.0.9', 1)], other);
  await tell(told(0, 1003), told(1, 1003));
  expect(records().map((record) => record['source.ip'])).toEqual(['10.0.0.3']);
  await enricher.commit();
  expect(committed).toEqual([[0, 0]]);
  await tell(told(0, 1006), told(1, 1006));
  expect(records().map((record) => record['source.ip'])).toEqual(['10.0.0.3', '10.0.0.1', '10.0.0.2']);
  expect(sent.at(-1)!.message).toMatchObject({ headers: { [sessionEndHeader]: formatSessionEnd(session) } });
  await enricher.commit();
  expect(committed.at(-1)).toEqual([0, 4]);
});

test('when_nothing_more_is_told_records_go_on_without_names_and_are_counted', async () => {
  const { give, tell, records, enricher, clock, bus } = open();
  await tell(told(0, 1003, answer('10.0.0.7', 'old.example', '192.0.2.9', 1)));
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  bus.namesProblem = 'away';
  clock.now = 5000;
  await tell();
  expect(records()).toEqual([]);
  bus.namesProblem = undefined;
  await tell();
  expect(records()).toHaveLength(1);
  expect(records()[0]).not.toHaveProperty(['destination.domain']);
  expect(enricher.counters).toMatchObject({ records: 1, unnamed: 1 });
});

test('own_fields_stay_to_the_letter_and_what_is_no_record_is_a_dead_letter', async () => {
  const { give, tell, sent, enricher } = open();
  await tell(told(0, null), told(1, null));
  const line =
    '{"@timestamp":"2026-01-02T03:04:05.5Z", "event.id":"x","event.dataset":"http","source.ip":"10.0.0.1","destination.ip":"9.9.9.9","a":1e3}';
  await give(1, [line, 'torn {', '[]', '{"event.id":"x"}']);
  const [out, ...letters] = sent.map(({ message }) => Buffer.from(message.value).toString());
  expect(out).toBe(`${line.slice(0, -1)},"network.direction":"outbound"}\n`);
  expect(letters).toEqual(['torn {', '[]', '{"event.id":"x"}']);
  expect(sent.slice(1).map(({ to }) => to.topic)).toEqual(Array(3).fill('dlq.enricher.v1'));
  expect(sent[3]!.message.headers).toMatchObject({
    'orbweaver-stage': 'enrich',
    'orbweaver-reason': 'it has no @timestamp',
    'orbweaver-offset': '0',
  });
  expect(enricher.counters.deadLetters).toBe(3);
});

test('too_much_in_hand_pauses_the_partition_until_it_has_gone', async () => {
  const { give, tell, paused } = open({ waitingBytes: 100 });
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  expect([...paused]).toEqual([0]);
  await tell(told(0, null), told(1, null));
  expect([...paused]).toEqual([]);
});

test('what_was_not_taken_on_is_read_again', async () => {
  const { give, tell, bus, enricher } = open();
  await tell(told(0, null), told(1, null));
  bus.fails = true;
  await give(1, [call('10.0.0.7', '192.0.2.9', 5)]);
  expect(enricher.problem()).toMatch(/refused/);
  await expect(give(1, [call('10.0.0.7', '192.0.2.9', 6)])).rejects.toThrow('refused');
  expect(await enricher.assigned({ topic: topics.records.name, partition: 0 }, 2)).toBe(0);
  expect(enricher.problem()).toBeUndefined();
});

test('a_partition_that_was_paused_goes_on_when_what_it_has_in_hand_is_refused', async () => {
  const { give, tell, bus, paused, enricher } = open({ waitingBytes: 100 });
  await give(1005, [call('10.0.0.7', '192.0.2.9', 5)]);
  expect([...paused]).toEqual([0]);
  bus.fails = true;
  await tell(told(0, null), told(1, null));
  expect([...paused]).toEqual([]);
  await expect(give(1006, [call('10.0.0.7', '192.0.2.9', 6)])).rejects.toThrow('refused');
  expect(await enricher.assigned({ topic: topics.records.name, partition: 0 }, 2)).toBe(0);
});

test('names_are_the_same_in_whichever_order_the_partitions_tell_and_however_often', () => {
  const given = [1, 2, 3, 4, 5, 6].map((second) =>
    told(second % 2, 1000 + second, answer('10.0.0.7', `${'abc'[second % 3]}.example`, '192.0.2.9', second, 1)),
  );
  const ends = [told(0, null), told(1, null)];
  const names = (order: readonly ToldNames[]) => {
    const known = new KnownNames(partitions);
    for (const one of [...order, ...ends]) known.told(one);
    return [1.5, 2.5, 3.5, 4.5, 5.5, 6.5].map((second) => {
      const record = call('10.0.0.7', '192.0.2.9', second);
      known.of(formatSessionEnd(session))!.enrich(record);
      return record['destination.domain'];
    });
  };
  const expected = names(given);
  expect(new Set(expected).size).toBe(3);
  fc.assert(
    fc.property(fc.shuffledSubarray([...given, ...given], { minLength: given.length }), (order) => {
      const missing = given.filter((one) => !order.includes(one));
      expect(names([...order, ...missing])).toEqual(expected);
    }),
  );
});

test('what_is_told_travels_whole_and_nothing_else_is_taken_for_it', () => {
  const one = told(1, 1003, answer('10.0.0.7', 'shop.example', '192.0.2.9', 1));
  expect(decodeToldNames(encodeToldNames([one]))).toEqual([one]);
  for (const text of ['', '{}', '[1]', '[{"session":{}}]', JSON.stringify([{ ...one, answers: [['a']] }])])
    expect(decodeToldNames(Buffer.from(text)), text).toBeUndefined();
});
