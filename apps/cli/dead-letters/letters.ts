import { isMeant, letterOf, type Letter, type LetterFilter } from '@orbweaver/command/dead-letters/letter.ts';
import { Replayed } from '@orbweaver/command/dead-letters/replayed.ts';
import type { Received } from '@orbweaver/command/streaming/bus.ts';
import { deadLetters, topics, type App } from '@orbweaver/contracts/topics/topics.ts';
import { explain } from '@orbweaver/platform/bus/kafka/client.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { readTopic } from '@orbweaver/platform/bus/kafka/read-topic.ts';
import type { KafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { ClientError } from '../client/server.ts';

export interface LetterOptions extends LetterFilter {
  readonly group?: readonly string[];
}

/** Services with dead letters. */
const groups = ['dissector', 'enricher', 'index-writer'] as const satisfies readonly App[];

/** The dead letters of one service, in the order in which they came. */
export interface LetterBox {
  readonly group: string;
  readonly topic: string;
  /** Calls `take` for each letter that is meant. */
  read(take: (letter: Letter, isReplayed: boolean) => void | Promise<void>): Promise<void>;
}

/** Opens the bus and the letter boxes that are meant, and closes the bus behind `work`. Throws `ClientError` if Kafka does not answer. */
export async function withLetters(
  settings: KafkaSettings,
  { group, ...filter }: LetterOptions,
  work: (boxes: readonly LetterBox[], bus: KafkaBus) => Promise<void>,
): Promise<void> {
  const unknown = group?.filter((name) => !groups.some((known) => known === name)) ?? [];
  if (unknown.length > 0) throw new ClientError(`--group: there is no ${unknown.join(', ')}; expected some of ${groups.join(', ')}`);
  const bus = new KafkaBus(settings, 'orbweaver', createLogger({ level: 'silent', pretty: false, service: 'orbweaver' }));
  try {
    const there = await topicsOf(bus, settings);
    const boxes = groups
      .filter((name) => (group ?? groups).includes(name) && there.has(deadLetters(name).name))
      .map((name) => boxOf(bus, name, filter, there));
    await work(boxes, bus);
  } finally {
    await bus.close();
  }
}

async function topicsOf(bus: KafkaBus, { kafkaBrokers }: KafkaSettings): Promise<ReadonlySet<string>> {
  const admin = bus.kafka.admin();
  try {
    await admin.connect();
    return new Set(await admin.listTopics());
  } catch (error) {
    throw new ClientError(`Kafka at ${kafkaBrokers.join(', ')} does not answer (${explain(error)}); name its brokers with --kafka-brokers`);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function boxOf(bus: KafkaBus, group: App, filter: LetterFilter, there: ReadonlySet<string>): LetterBox {
  const topic = deadLetters(group).name;
  return {
    group,
    topic,
    read: async (take) => {
      const replayed = new Replayed();
      if (there.has(topics.replays.name))
        await readTopic(bus, topics.replays.name, ({ value, timestamp }) => replayed.note(topic, value, timestamp));
      await readTopic(bus, topic, async (message: Received) => {
        const letter = letterOf(message);
        if (isMeant(letter, filter)) await take(letter, replayed.has(letter));
      });
    },
  };
}
