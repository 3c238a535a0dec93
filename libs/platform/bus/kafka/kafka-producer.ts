import type { Kafka, Producer as Client, TopicMessages } from 'kafkajs';
import { MessageRefused, type Message, type Partition, type Producer } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '../../service/logger.ts';
import { clientRetry, explain } from './client.ts';

/** Bytes of one request, and of its part for one partition: a broker takes no more for a partition than the topic's largest message. */
const requestBytes = 8 * 2 ** 20;
const partBytes = 2 ** 20;
/** Bytes that wait to be sent; beyond it `send` waits before it takes more. */
const waitingBytes = 32 * 2 ** 20;
/** Milliseconds between two attempts while Kafka takes nothing: from, up to. */
const retryPause = [200, 3000] as const;

interface Waiting {
  readonly to: Partition;
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Kafka takes these for good or not at all, however often they are sent. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

/**
 * Sends through one idempotent client, a request at a time, so that the order of each partition stands whatever has to be sent again. While Kafka is away it tries
 * on, with a client made anew where the old one's sequence numbers mean nothing any more.
 */
export class KafkaProducer implements Producer {
  readonly #kafka: Kafka;
  readonly #log: Logger;
  #client: Client | undefined;
  #queue: Waiting[] = [];
  #bytes = 0;
  #room: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #problem: string | undefined;
  #isClosed = false;

  constructor(kafka: Kafka, log: Logger) {
    this.#kafka = kafka;
    this.#log = log;
  }

  async partitionsOf(topic: string): Promise<number> {
    const admin = this.#kafka.admin({ retry: clientRetry });
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]!.partitions.length;
    } finally {
      await admin.disconnect();
    }
  }

  /** Undefined: well. */
  problem(): string | undefined {
    return this.#problem;
  }

  async send(to: Partition, messages: readonly Message[]): Promise<void> {
    const bytes = messages.reduce((sum, { value }) => sum + value.length, 0);
    while (this.#bytes > waitingBytes && !this.#isClosed) await new Promise<void>((resolve) => this.#room.push(resolve));
    if (this.#isClosed) throw new Error('the producer is closed');
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ to, messages, bytes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // What cannot be sent now is given up: its `send` rejects.
    await this.#running;
    await this.#client?.disconnect().catch(() => undefined);
  }

  async #run(): Promise<void> {
    // What is sent within the same turn goes together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      await this.#deliver(group);
      for (const { bytes } of group) this.#bytes -= bytes;
      const room = this.#room;
      this.#room = [];
      for (const resolve of room) resolve();
    }
    this.#running = undefined;
  }

  /** As much as goes into one request, each partition's in its order. */
  #takeGroup(): Waiting[] {
    const parts = new Map<string, number>();
    const left: Waiting[] = [];
    const group: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#queue) {
      const key = `${waiting.to.topic}/${waiting.to.partition}`;
      const part = parts.get(key) ?? 0;
      if (group.length > 0 && (bytes + waiting.bytes > requestBytes || (part > 0 && part + waiting.bytes > partBytes))) {
        // Nothing that comes later may overtake it.
        parts.set(key, Infinity);
        left.push(waiting);
        continue;
      }
      parts.set(key, part + waiting.bytes);
      bytes += waiting.bytes;
      group.push(waiting);
    }
    this.#queue = left;
    return group;
  }

  async #deliver(group: readonly Waiting[]): Promise<void> {
    for (let pause = retryPause[0] as number; ; pause = Math.min(pause * 2, retryPause[1])) {
      try {
        const client = (this.#client ??= await this.#connect());
        await client.sendBatch({ acks: -1, topicMessages: toTopics(group) });
        if (this.#problem !== undefined) this.#log.info('Kafka takes messages again');
        this.#problem = undefined;
        for (const { resolve } of group) resolve();
        return;
      } catch (error) {
        if (isRefusal(error)) return await this.#refuse(group, error);
        const reason = explain(error);
        if (this.#problem === undefined) this.#log.warn({ reason }, 'Kafka takes no messages; trying again until it does');
        this.#problem = `Kafka takes no messages: ${reason}`;
        await this.#client?.disconnect().catch(() => undefined);
        this.#client = undefined;
      }
      if (this.#isClosed) {
        for (const { reject } of group) reject(new Error(`not sent: ${this.#problem}`));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** One of them is refused: each is sent by itself to find out which. */
  async #refuse(group: readonly Waiting[], error: unknown): Promise<void> {
    if (group.length > 1) {
      for (const waiting of group) await this.#deliver([waiting]);
      return;
    }
    const [{ to, bytes, reject }] = group as [Waiting];
    reject(new MessageRefused(`${to.topic}/${to.partition} refuses a message of ${bytes} bytes: ${explain(error)}`, { cause: error }));
  }

  async #connect(): Promise<Client> {
    const client = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: clientRetry,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!,
    });
    await client.connect();
    return client;
  }
}

function toTopics(group: readonly Waiting[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages['messages']>();
  for (const { to, messages } of group) {
    let list = topics.get(to.topic);
    if (list === undefined) topics.set(to.topic, (list = []));
    for (const { value, headers } of messages)
      list.push({
        value: Buffer.from(value.buffer, value.byteOffset, value.length),
        partition: to.partition,
        ...(headers === undefined ? {} : { headers }),
      });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function isRefusal(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (refusals.has((at as { type?: string }).type ?? '')) return true;
  return false;
}
