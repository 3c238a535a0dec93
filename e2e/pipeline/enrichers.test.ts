import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answer, call } from '@orbweaver/command/enrichment/test/made-record.ts';
import { nameAnswers } from '@orbweaver/command/enrichment/names/answers.ts';
import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatSessionEnd } from '@orbweaver/contracts/topics/session-end.ts';
import { encodeToldNames, sessionHeader, tickHeader } from '@orbweaver/contracts/topics/told-names.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { settingsFor } from '@orbweaver/platform/bus/test/kafka-settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { openStack, type Stack } from '@orbweaver/testing/stack/stack.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const partitions = 6;
const session = { source: 'file a.pcap', startedSeconds: 1000, startedNanos: 0 };
const tick = 1005;

let stack: Stack;
let bus: KafkaBus;
let producer: Producer;
let settings: Record<string, string>;
const enrichers: Service[] = [];
/** Enriched records by id, with the partition that they came in. */
const enriched = new Map<string, { record: TrafficRecord; partition: number }>();

beforeAll(async () => {
  stack = await openStack();
  const { address } = await stack.server('kafka');
  settings = { KAFKA_BROKERS: address, KAFKA_SESSION_TIMEOUT: '6s' };
  bus = new KafkaBus(settingsFor(address), 'test', createLogger({ level: 'silent', pretty: false, service: 'test' }));
  producer = await bus.producer();
});
afterAll(async () => {
  await Promise.all(enrichers.map((enricher) => enricher.end()));
  await bus?.close();
  await stack?.close();
});

/** One record into each partition. */
async function send(name: string): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    const record = { ...call('10.0.0.7', '192.0.2.9', 5), 'event.id': `${name}-${partition}` };
    const headers = { [sessionHeader]: formatSessionEnd(session), [tickHeader]: String(tick) };
    await producer.send({ topic: topics.records.name, partition }, [{ value: Buffer.from(JSON.stringify(record)), headers }]);
  }
}

async function expectEnriched(name: string): Promise<void> {
  const ids = Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`);
  await expect.poll(() => ids.filter((id) => !enriched.has(id)), { timeout: 60_000, interval: 200 }).toEqual([]);
  expect(ids.map((id) => enriched.get(id)!.partition)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(ids.map((id) => enriched.get(id)!.record['destination.domain'])).toEqual(ids.map(() => 'shop.example'));
}

/** Resolves once half of the partitions are someone else's. */
async function untilShared(enricher: Service): Promise<void> {
  const partitionsOf = async () => [...(await enricher.metrics()).matchAll(/^\w*enricher_lag\{/gm)].length;
  await expect.poll(partitionsOf, { timeout: 60_000, interval: 200 }).toBe(partitions / 2);
}

test('an_enricher_makes_as_many_partitions_as_the_records_have_where_someone_made_fewer', async () => {
  await ensureTopics(bus.kafka, [topics.enriched], { replication: 1, partitions: 2 });
  await ensureTopics(bus.kafka, [topics.records, topics.names], { replication: 1, partitions });
  enrichers.push(await startService('enricher', settings));
  await enrichers[0]!.ready();
  expect(await producer.partitionsOf(topics.enriched.name)).toBe(partitions);

  const reader = bus.consumer({ group: 'reader', topics: [topics.enriched.name] });
  await reader.start({
    assigned: () => Promise.resolve(0),
    batch: ({ partition, messages }, { handled }) => {
      for (const { offset, value } of messages) {
        for (const line of Buffer.from(value).toString().trim().split('\n')) {
          const record = JSON.parse(line) as TrafficRecord;
          enriched.set(record['event.id'], { record, partition });
        }
        handled(offset);
      }
      return Promise.resolve();
    },
  });
  const answers = nameAnswers(answer('10.0.0.7', 'shop.example', '192.0.2.9', 4)).map(
    ({ client, address, name, at, until }) => [client, address, name, at, until, tick - 1] as const,
  );
  const told = Array.from({ length: partitions }, (_, partition) => ({
    ...{ session, isReplayable: true, partition, tick: tick + 2 },
    answers: partition === 0 ? answers : [],
  }));
  await producer.send({ topic: topics.names.name, partition: 0 }, [{ value: encodeToldNames(told) }]);
  await send('one');
  await expectEnriched('one');
});

test('names_are_known_to_whoever_a_partition_moves_to_when_one_joins_is_killed_or_leaves', async () => {
  const first = enrichers[0]!;
  const second = await startService('enricher', settings);
  enrichers.push(second);
  await untilShared(first);
  await send('two');
  await expectEnriched('two');

  await first.end('SIGKILL');
  await send('three');
  await expectEnriched('three');

  const third = await startService('enricher', settings);
  enrichers.push(third);
  await untilShared(second);
  expect(await second.end('SIGTERM'), second.output).toBe(0);
  await send('four');
  await expectEnriched('four');
});
