import { afterAll } from 'vitest';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { createLogger } from '../../service/logger.ts';
import { busConformance } from '../conformance/bus-conformance.ts';
import { KafkaBus } from '../kafka/kafka-bus.ts';
import { ensureTopics } from '../kafka/topics.ts';
import { settingsFor } from './kafka-settings.ts';

const { address } = await sharedServer('kafka');
const prefix = ownPrefix();
const bus = new KafkaBus(settingsFor(address), 'test', createLogger({ level: 'silent', pretty: false, service: 'test' }));
let names = 0;
afterAll(() => bus.close());

busConformance('kafka', () =>
  Promise.resolve({
    bus,
    topic: async (partitions, maxMessageBytes = 2 ** 21) => {
      const name = `${prefix}t${names++}`;
      const topic = { name, writer: 'dissector', key: '', codec: 'json', partitions, retention: 3600e3, maxMessageBytes } as const;
      await ensureTopics(bus.kafka, [topic], { replication: 1 });
      return name;
    },
    group: () => `${prefix}g${names++}`,
    tooLarge: 2 * 2 ** 20,
  }),
);
