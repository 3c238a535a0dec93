import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { createLogger } from '../../service/logger.ts';
import { KafkaBus } from '../kafka/kafka-bus.ts';
import { ensureTopics } from '../kafka/topics.ts';
import { settingsFor } from './kafka-settings.ts';

const stack = await openStack({ isSecured: true });
afterAll(() => stack.close());
const { address } = await stack.server('kafka');
const { username, password, ca } = stack.access!;
const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const signIn = { kafkaTls: 'true', kafkaTlsCa: ca, kafkaSasl: 'plain', kafkaUsername: username, kafkaPassword: password };
const topic = {
  name: 'secured',
  writer: 'dissector',
  key: '',
  codec: 'json',
  partitions: 1,
  retention: 3600e3,
  maxMessageBytes: 1000,
} as const;

test('messages_go_through_tls_with_sasl', async () => {
  const bus = new KafkaBus(settingsFor(address, signIn), 'test', log);
  await ensureTopics(bus.kafka, [topic], { replication: 1 });
  await (await bus.producer()).send({ topic: 'secured', partition: 0 }, [{ value: new Uint8Array([1, 2, 3]) }]);
  const came = new EventTarget();
  const arrived = once(came, 'message') as Promise<[CustomEvent<Uint8Array>]>;
  await bus.consumer({ group: 'secured', topics: ['secured'] }).start({
    batch: ({ messages }) => Promise.resolve(void came.dispatchEvent(new CustomEvent('message', { detail: messages[0]!.value }))),
  });
  expect([...(await arrived)[0].detail]).toEqual([1, 2, 3]);
  await bus.close();
});

test('a_wrong_password_and_an_unknown_authority_are_refused', async () => {
  const wrong = new KafkaBus(settingsFor(address, { ...signIn, kafkaPassword: 'wrong' }), 'test', log);
  await expect(ensureTopics(wrong.kafka, [topic], { replication: 1 })).rejects.toThrow(/authentication failed/i);
  const untrusting = Object.fromEntries(Object.entries(signIn).filter(([name]) => name !== 'kafkaTlsCa'));
  const unknown = new KafkaBus(settingsFor(address, untrusting), 'test', log);
  await expect(ensureTopics(unknown.kafka, [topic], { replication: 1 })).rejects.toThrow(/certificate|issuer/i);
});
