import 'reflect-metadata';
import { afterAll, expect, test, vi } from 'vitest';
import { deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { openElasticsearchReader } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { startIndexWriter } from '../index-writer.ts';
import { settings } from '../settings.ts';

const [kafka, elasticsearch] = [await sharedServer('kafka'), await sharedServer('elasticsearch')];
const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const indexPrefix = `${ownPrefix()}orbweaver`;
const config = readSettings(settings, {
  flags: {
    kafkaBrokers: kafka.address,
    kafkaSessionTimeout: '6s',
    elasticsearchNodes: elasticsearch.address,
    indexPrefix,
    operationsPort: '0',
  },
  environment: {},
  file: {},
});
const bus = new KafkaBus(config, 'test', log);
const store = openElasticsearchReader(
  datasets.map(({ schema }) => schema),
  { nodes: [elasticsearch.address], prefix: indexPrefix },
);
afterAll(async () => {
  await bus.close();
  await store.close();
});

const flow = (id: string): TrafficRecord => ({
  '@timestamp': '2026-01-02T03:04:05.000001Z',
  'event.id': id,
  'event.dataset': 'flow',
  'event.start': '2026-01-02T03:04:05.000001Z',
  'event.end': '2026-01-02T03:04:06Z',
  'event.duration': 999_999_000,
  'flow.id': id,
  'source.ip': '10.0.0.7',
});

async function send(partition: number, records: readonly object[]): Promise<void> {
  const value = new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await (await bus.producer()).send({ topic: topics.enriched.name, partition }, [{ value }]);
}

const count = async () => (await store.reader.extent(['flow']))?.count ?? 0;
const ready = async (port: number) => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status;

test('records_go_from_kafka_to_elasticsearch_and_what_does_not_fit_to_the_dead_letters', { timeout: 120_000 }, async () => {
  await ensureTopics(bus.kafka, [topics.enriched, deadLetters('index-writer')], { replication: 1 });
  const first = await startIndexWriter(config, log);
  await send(0, [flow('a'), flow('b'), { ...flow('c'), 'source.port': 'many' }, { ...flow('d'), 'flow.surprise': 1 }]);
  await send(1, [flow('e')]);
  await vi.waitUntil(async () => (await count()) === 3, { timeout: 60_000, interval: 200 });
  expect(await ready(first.port)).toBe(200);

  const letters: string[] = [];
  const consumer = bus.consumer({ group: `${indexPrefix}-letters`, topics: [deadLetters('index-writer').name] });
  await consumer.start({
    batch: async ({ messages }) => {
      for (const { value, headers } of messages) {
        const { 'event.id': id } = JSON.parse(new TextDecoder().decode(value)) as TrafficRecord;
        letters.push(
          `${id} ${headers['orbweaver-stage']} ${headers['orbweaver-topic']}/${headers['orbweaver-partition']} ${headers['orbweaver-reason']}`,
        );
      }
      return Promise.resolve();
    },
  });
  await vi.waitUntil(() => letters.length === 2, { timeout: 30_000 });
  expect(letters.sort()).toEqual([
    `c index ${topics.enriched.name}/0 source.port is no integer`,
    expect.stringMatching(/^d index .*strict_dynamic_mapping_exception.*\[flow\.surprise\]/),
  ]);

  const metrics = await (await fetch(`http://127.0.0.1:${first.port}/metrics`)).text();
  expect(metrics).toContain('orbweaver_index_writer_records_total 5');
  expect(metrics).toContain('orbweaver_index_writer_dead_letters_total 2');
  expect((await first.stop()).filter(({ outcome }) => outcome !== 'done')).toEqual([]);

  // The next one goes on behind what was stored.
  await send(0, [flow('f')]);
  const second = await startIndexWriter(config, log);
  await vi.waitUntil(async () => (await count()) === 4, { timeout: 60_000, interval: 200 });
  const seen = await (await fetch(`http://127.0.0.1:${second.port}/metrics`)).text();
  expect(seen).toContain('orbweaver_index_writer_records_total 1');
  await second.stop();
});

test('it_is_up_before_elasticsearch_is_and_says_what_it_waits_for', async () => {
  const away = { ...config, elasticsearchNodes: ['http://127.0.0.1:1'] };
  const waiting = await startIndexWriter(away, log);
  await vi.waitUntil(async () => (await ready(waiting.port)) === 503);
  await vi.waitFor(async () => {
    const report = (await (await fetch(`http://127.0.0.1:${waiting.port}/health/ready`)).json()) as { checks: Record<string, string> };
    expect(report.checks['elasticsearch']).toContain('does not answer');
  });
  await waiting.stop();
});
