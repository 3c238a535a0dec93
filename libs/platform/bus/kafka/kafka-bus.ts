import type { Kafka } from 'kafkajs';
import type { Bus, ConsumerOptions } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '../../service/logger.ts';
import { createKafka } from './client.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { KafkaProducer } from './kafka-producer.ts';
import type { KafkaSettings } from './settings.ts';

/** The bus on a Kafka cluster. `clientId` is the app's name. */
export class KafkaBus implements Bus {
  readonly kafka: Kafka;
  readonly #sessionTimeout: number;
  readonly #log: Logger;
  readonly #producers: KafkaProducer[] = [];
  readonly #consumers: KafkaConsumer[] = [];

  constructor(settings: KafkaSettings, clientId: string, log: Logger) {
    this.kafka = createKafka(settings, clientId, log);
    this.#sessionTimeout = settings.kafkaSessionTimeout;
    this.#log = log;
  }

  producer(): Promise<KafkaProducer> {
    const producer = new KafkaProducer(this.kafka, this.#log);
    this.#producers.push(producer);
    return Promise.resolve(producer);
  }

  consumer(options: ConsumerOptions): KafkaConsumer {
    const consumer = new KafkaConsumer(this.kafka, options, this.#sessionTimeout, this.#log);
    this.#consumers.push(consumer);
    return consumer;
  }

  /** Undefined: well. Else what is wrong with Kafka, for readiness. */
  problem(): string | undefined {
    for (const part of [...this.#producers, ...this.#consumers]) {
      const problem = part.problem();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    await Promise.all(this.#producers.map((producer) => producer.close()));
  }
}
