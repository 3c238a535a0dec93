import { afterAll, expect, test, vi } from 'vitest';
import type { ConsumerConfig } from 'kafkajs';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { createLogger } from '../../service/logger.ts';
import { KafkaBus } from '../kafka/kafka-bus.ts';
import { KafkaConsumer } from '../kafka/kafka-consumer.ts';
import { ensureTopics } from '../kafka/topics.ts';
import { settingsFor } from './kafka-settings.ts';

vi.setConfig({ testTimeout: 120_000 });

const stack = await openStack();
const kafka = await stack.server('kafka');
const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const bus = new KafkaBus(settingsFor(kafka.address), 'test', log);
afterAll(async () => {
  await bus.close();
  await stack.close();
});

const name = 'paused';
const topic = { name, writer: 'dissector', key: '', codec: 'json', partitions: 2, retention: 3600e3, maxMessageBytes: 1000 } as const;
const at = (partition: number) => ({ topic: name, partition });

test('a_pause_outlives_the_client_and_what_came_meanwhile_is_handled_once_it_is_over', async () => {
  await ensureTopics(bus.kafka, [topic], { replication: 1 });
  const producer = await bus.producer();
  const send = (value: string, partition: number) => producer.send(at(partition), [{ value: Buffer.from(value) }]);
  /** Partitions of which a client brought something, whether it was handled or not. */
  const brought: number[] = [];
  const clients = {
    consumer: (config: ConsumerConfig) => {
      const client = bus.kafka.consumer(config);
      client.on(client.events.START_BATCH_PROCESS, ({ payload }) => void brought.push(payload.partition));
      // It is no member yet: that must be no reason to fail.
      setImmediate(() => consumer.resume([at(1)]));
      return client;
    },
  };
  const consumer = new KafkaConsumer(clients, { group: 'paused', topics: [name] }, 6000, log);
  const handled: string[] = [];
  await consumer.start({
    batch: async ({ partition, messages }) => {
      await consumer.commit(at(partition), messages.at(-1)!.offset + 1);
      handled.push(...messages.map(({ value }) => Buffer.from(value).toString()));
    },
  });
  const has = (...values: string[]) => expect.poll(() => [...handled].sort(), { timeout: 60_000 }).toEqual(values);
  await send('a0', 0);
  await send('a1', 1);
  await has('a0', 'a1');

  consumer.pause([at(0)]);
  await kafka.kill();
  await expect.poll(() => consumer.problem(), { timeout: 60_000 }).toMatch(/^Kafka gives no messages/);
  brought.length = 0;
  await kafka.start();
  await send('b0', 0);
  await send('b1', 1);
  await has('a0', 'a1', 'b1');
  await send('c1', 1);
  await has('a0', 'a1', 'b1', 'c1');
  expect(new Set(brought)).toEqual(new Set([1]));

  consumer.resume([at(0)]);
  await has('a0', 'a1', 'b0', 'b1', 'c1');
  await consumer.stop();
});
