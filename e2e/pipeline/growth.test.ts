import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { analyse } from '@orbweaver/command/partitions/test/through-partitions.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { settingsFor } from '@orbweaver/platform/bus/test/kafka-settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { openStack, type Stack } from '@orbweaver/testing/stack/stack.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const sample = join(import.meta.dirname, '../../libs/testing/captures/sample/shop.pcapng.gz');
const [before, after] = [2, 4];
/** Live capture needs it. */
const mayCapture = process.platform === 'linux' && process.getuid?.() === 0;
/** It takes half a minute until a service has noticed. */
const patiently = { timeout: 90_000, interval: 500 };

let stack: Stack;
let bus: KafkaBus;
let settings: Record<string, string>;
const services: Service[] = [];

beforeAll(async () => {
  stack = await openStack();
  const [kafka, redis] = await Promise.all([stack.server('kafka'), stack.server('redis')]);
  settings = { KAFKA_BROKERS: kafka.address, REDIS_URL: redis.address };
  bus = new KafkaBus(settingsFor(kafka.address), 'test', createLogger({ level: 'silent', pretty: false, service: 'test' }));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.end()));
  await bus?.close();
  await stack?.close();
});

async function start(name: string, own: Record<string, string> = {}): Promise<Service> {
  const service = await startService(name, { ...settings, ...own });
  services.push(service);
  await service.ready();
  return service;
}

test('partitions_that_are_added_to_the_frames_go_through_the_whole_pipeline', async () => {
  await ensureTopics(bus.kafka, [topics.frames], { replication: 1, partitions: before });
  const dissector = await start('dissector');
  const enricher = await start('enricher');
  const live = mayCapture ? await start('whisperer', { INTERFACE: 'lo', CAPTURE_FILTER: 'udp port 9' }) : undefined;
  const producer = await bus.producer();
  expect(await producer.partitionsOf(topics.enriched.name)).toBe(before);

  const admin = bus.kafka.admin();
  await admin.connect();
  await admin.createPartitions({ topicPartitions: [{ topic: topics.frames.name, count: after }] });
  await admin.disconnect();
  await expect.poll(() => producer.partitionsOf(topics.records.name), patiently).toBe(after);
  expect(await enricher.ended(), enricher.output).toBe(1);
  expect(enricher.output).toContain(`${topics.records.name} has ${after} partitions and had ${before} when this began`);
  expect(dissector.isRunning).toBe(true);
  // A session has as many partitions as there were at its beginning.
  if (live !== undefined) {
    expect(await live.ended(), live.output).toBe(1);
    expect(live.output).toContain(`${topics.frames.name} has ${after} partitions and had ${before} when this session began`);
  }

  // As whoever runs it does.
  await start('enricher');
  expect(await producer.partitionsOf(topics.enriched.name)).toBe(after);
  const came = new Map<string, number>();
  const named = new Set<string>();
  await bus.consumer({ group: 'reader', topics: [topics.enriched.name] }).start({
    batch: ({ partition, messages }) => {
      for (const { value } of messages)
        for (const line of Buffer.from(value).toString().split('\n').filter(Boolean)) {
          const record = JSON.parse(line) as TrafficRecord;
          came.set(record['event.id'], partition);
          if (record['destination.domain'] !== undefined) named.add(record['event.id']);
        }
      return Promise.resolve();
    },
  });
  const whisperer = await startService('whisperer', settings, [sample]);
  expect(await whisperer.ended(), whisperer.output).toBe(0);
  const expected = await analyse(openCapture(sample), sample);
  await expect.poll(() => came.size, patiently).toBe(expected.length);
  expect(new Set(came.values())).toEqual(new Set([0, 1, 2, 3]));
  expect(named.size).toBeGreaterThan(0);
});
