import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Enrichment } from '../enrichment.ts';
import { nameAnswers, type NameAnswer } from '../names/answers.ts';
import { Names } from '../names/names.ts';
import { packetMicros } from '../names/packet-time.ts';
import { addAnswer, nameAt, type Run } from '../names/runs.ts';
import { answer, at, call, made } from './made-record.ts';

const noVendors = { vendorOf: () => undefined };

/** What becomes of records that come in this order. */
function enriched(...records: TrafficRecord[]): TrafficRecord[] {
  const enrichment = new Enrichment(noVendors);
  return records.filter((record) => enrichment.take(record));
}

const nameOf = (...records: TrafficRecord[]) => enriched(...records).at(-1)!['destination.domain'];

test('a_flow_has_the_name_that_its_client_was_given_before_it_began', () => {
  expect(nameOf(answer('10.0.0.7', 'shop.example', '192.0.2.9', 1), call('10.0.0.7', '192.0.2.9', 2))).toBe('shop.example');
});

test('an_answer_that_came_after_the_beginning_says_nothing_of_a_flow', () => {
  expect(nameOf(answer('10.0.0.7', 'shop.example', '192.0.2.9', 3), call('10.0.0.7', '192.0.2.9', 2))).toBeUndefined();
});

test('of_several_names_of_an_address_the_newest_that_the_client_asked_for_wins', () => {
  const answers = [
    answer('10.0.0.7', 'a.cdn.example', '192.0.2.9', 1),
    answer('10.0.0.7', 'b.cdn.example', '192.0.2.9', 2),
    answer('10.0.0.8', 'c.cdn.example', '192.0.2.9', 3),
    answer('10.0.0.7', 'd.cdn.example', '192.0.2.9', 9),
  ];
  expect(nameOf(...answers, call('10.0.0.7', '192.0.2.9', 5))).toBe('b.cdn.example');
  expect(nameOf(...answers, call('10.0.0.8', '192.0.2.9', 5))).toBe('c.cdn.example');
});

test('who_has_not_asked_gets_what_anyone_was_told_last', () => {
  const answers = [answer('10.0.0.7', 'a.example', '192.0.2.9', 1), answer('10.0.0.8', 'b.example', '192.0.2.9', 2)];
  expect(nameOf(...answers, call('10.0.0.99', '192.0.2.9', 5))).toBe('b.example');
});

test('the_one_that_calls_is_named_too', () => {
  expect(enriched(answer('10.0.0.9', 'laptop.example', '10.0.0.7', 1), call('10.0.0.7', '10.0.0.9', 2))[1]).toMatchObject({
    'source.domain': 'laptop.example',
  });
});

test('a_name_holds_for_its_time_to_live_and_five_minutes_more', () => {
  const given = answer('10.0.0.7', 'shop.example', '192.0.2.9', 0, 60);
  expect(nameOf(given, call('10.0.0.7', '192.0.2.9', 360))).toBe('shop.example');
  expect(nameOf(given, call('10.0.0.7', '192.0.2.9', 360.1))).toBeUndefined();
  const forEver = answer('10.0.0.7', 'shop.example', '192.0.2.9', 0, 2 ** 31);
  expect(nameOf(forEver, call('10.0.0.7', '192.0.2.9', 86_400 + 301))).toBeUndefined();
});

test('an_address_that_was_given_to_another_host_has_the_new_name_from_then_on', () => {
  const answers = [answer('10.0.0.7', 'old.example', '192.0.2.9', 0, 3600), answer('10.0.0.7', 'new.example', '192.0.2.9', 100, 5)];
  expect(nameOf(...answers, call('10.0.0.7', '192.0.2.9', 50))).toBe('old.example');
  expect(nameOf(...answers, call('10.0.0.7', '192.0.2.9', 200))).toBe('new.example');
  // The new one has run out, the old one has not.
  expect(nameOf(...answers, call('10.0.0.7', '192.0.2.9', 1000))).toBe('old.example');
});

test('aliases_are_followed_to_the_name_that_was_asked_for', () => {
  const record = answer('10.0.0.7', 'www.shop.example', '192.0.2.9', 1);
  record['dns.answers'] = [
    { name: 'www.shop.example', type: 'CNAME', class: 'IN', ttl: 60, data: 'edge.cdn.example' },
    { name: 'edge.cdn.example', type: 'A', class: 'IN', ttl: 60, data: '192.0.2.9' },
    { name: 'edge.cdn.example', type: 'A', class: 'IN', ttl: 60, data: '192.0.2.10' },
  ];
  expect(nameAnswers(record).map(({ name, address }) => [name, address])).toEqual([
    ['www.shop.example', '192.0.2.9'],
    ['www.shop.example', '192.0.2.10'],
  ]);
});

test('what_multicast_dns_announces_names_the_owner_of_the_address', () => {
  const record = answer('192.168.1.20', 'printer.local', '192.168.1.20', 1, 120);
  delete record['dns.question.name'];
  Object.assign(record, { 'source.port': 5353, 'destination.port': 5353, 'destination.ip': '224.0.0.251' });
  expect(nameOf(record, call('192.168.1.7', '192.168.1.20', 2))).toBe('printer.local');
});

test.each<[string, Partial<TrafficRecord>]>([
  ['an error', { 'dns.response_code': 'NXDOMAIN' }],
  ['another port', { 'destination.port': 5300 }],
  ['a zone transfer', { 'dns.response.messages': 3 }],
  ['another dataset', { 'event.dataset': 'http' }],
  ['no addresses', { 'dns.answers': [{ name: 'a', type: 'TXT', class: 'IN', ttl: 1, data: '192.0.2.9' }] }],
])('%s gives no names', (_, fields) => {
  expect(nameAnswers(Object.assign(answer('10.0.0.7', 'shop.example', '192.0.2.9', 1), fields))).toEqual([]);
});

test('datasets_that_are_not_wanted_give_their_names_and_are_dropped', () => {
  const enrichment = new Enrichment(noVendors, new Set(['flow']));
  expect(enrichment.take(answer('10.0.0.7', 'shop.example', '192.0.2.9', 1))).toBe(false);
  const flow = call('10.0.0.7', '192.0.2.9', 2);
  expect(enrichment.take(flow)).toBe(true);
  expect(flow['destination.domain']).toBe('shop.example');
  expect(Enrichment.needed(new Set(['flow']))).toEqual(new Set(['flow', 'dns']));
});

test('runs_say_what_the_answers_say', () => {
  const answers = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 60 }), life: fc.integer({ min: 1, max: 40 }) }),
    { maxLength: 12, selector: ({ at }) => at },
  );
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 100 }), (given, time) => {
      const all = given
        .map(({ name, at: came, life }): NameAnswer => ({ client: '', address: '', name, at: came, until: came + life }))
        .toSorted((one, other) => one.at - other.at);
      const runs: Run[] = [];
      for (const one of all) addAnswer(runs, one, 0);
      expect(nameAt(runs, time, 0)).toBe(all.findLast((one) => one.at < time && time <= one.until)?.name);
    }),
  );
});

test('beyond_the_limit_the_oldest_address_is_forgotten_and_counted', () => {
  const names = new Names(4);
  for (let i = 1; i <= 3; i++) for (const one of nameAnswers(answer('10.0.0.7', `${i}.example`, `192.0.2.${i}`, i))) names.add(one);
  expect([names.runs, names.forgotten]).toEqual([4, 1]);
  const [first, last] = [call('10.0.0.7', '192.0.2.1', 9), call('10.0.0.7', '192.0.2.3', 9)];
  names.enrich(first);
  names.enrich(last);
  expect([first['destination.domain'], last['destination.domain']]).toEqual([undefined, '3.example']);
});

test('times_are_read_with_any_number_of_digits', () => {
  const second = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;
  expect(packetMicros('2026-01-02T03:04:05Z')).toBe(second);
  expect(packetMicros('2026-01-02T03:04:05.1Z')).toBe(second + 100_000);
  expect(packetMicros('2026-01-02T03:04:05.123456Z')).toBe(second + 123_456);
  expect(packetMicros('2026-01-02T03:05:05.123456789Z')).toBe(second + 60_123_456);
  expect(packetMicros(made({ '@timestamp': at(0) })['@timestamp'])).toBe(1_767_323_045_000_000);
});

test('a_caller_means_the_newest_name_that_holds_of_its_own_or_else_of_anyones', () => {
  const told = fc.array(
    fc.record({
      client: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
      name: fc.constantFrom('a', 'b'),
      ttl: fc.integer({ min: 1, max: 900 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(told, fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'), (answers, caller) => {
      const given = answers.map(({ client, name, ttl }, i) => answer(client, name, '192.0.2.9', 100 * i, ttl));
      const time = 100 * answers.length;
      const holding = given.flatMap((record) => nameAnswers(record)).filter(({ until }) => packetMicros(at(time)) <= until);
      const expected = holding.findLast(({ client }) => client === caller) ?? holding.at(-1);
      expect(nameOf(...given, call(caller, '192.0.2.9', time))).toBe(expected?.name);
    }),
  );
});
