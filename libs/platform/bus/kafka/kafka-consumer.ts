import type { Consumer as Client, EachBatchPayload, Kafka } from 'kafkajs';
import type { Batch, BatchHandler, Consumer, ConsumerOptions, Partition, Received } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '../../service/logger.ts';
import { clientRetry, explain } from './client.ts';

/** Bytes that one fetch brings of a partition. */
const fetchBytes = 4 * 2 ** 20;
/** Milliseconds that a broker waits for something to come. */
const fetchWait = 250;
/** Milliseconds after which a partition that was added is noticed. */
const metadataAge = 30_000;
/** Partitions whose batches are handled side by side. */
const concurrency = 4;
/** Milliseconds after which a batch that failed comes again, and after which a client that gave up is made anew. */
const retryPause = 1000;

/** One member of a consumer group. The client below it is made anew whenever it gives up, for as long as this is not stopped. */
export class KafkaConsumer implements Consumer {
  readonly #kafka: Pick<Kafka, 'consumer'>;
  readonly #options: ConsumerOptions;
  readonly #sessionTimeout: number;
  readonly #log: Logger;
  #client: Client | undefined;
  #handler: BatchHandler | undefined;
  #isStopped = false;
  #problem: string | undefined = 'not yet a member of its group';
  /** What is this member's, and whether `assigned` has been asked since it became so. */
  readonly #owned = new Map<string, { readonly partition: Partition; isAsked: boolean; isPaused: boolean }>();
  /** The client is a member: before that it knows of no partitions. */
  #hasJoined = false;
  /** Batches at hand, by partition: after the group was shared out anew the next one waits for them. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(kafka: Pick<Kafka, 'consumer'>, options: ConsumerOptions, sessionTimeout: number, log: Logger) {
    this.#kafka = kafka;
    this.#options = options;
    this.#sessionTimeout = sessionTimeout;
    this.#log = log;
  }

  start(handler: BatchHandler): Promise<void> {
    this.#handler = handler;
    return new Promise((resolve) => void this.#connect(resolve));
  }

  async commit(partition: Partition, offset: number): Promise<void> {
    if (this.#client === undefined || !this.#owned.has(keyOf(partition))) throw new Error(`${keyOf(partition)} is another member's`);
    await this.#client.commitOffsets([{ ...partition, offset: String(offset) }]);
  }

  pause(partitions: readonly Partition[]): void {
    this.#setPaused(partitions, true);
  }

  resume(partitions: readonly Partition[]): void {
    this.#setPaused(partitions, false);
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const client = this.#client;
    this.#client = undefined;
    await client?.disconnect();
  }

  /** Makes a client and joins; again after a pause if that fails. */
  async #connect(joined: () => void): Promise<void> {
    if (this.#isStopped) return;
    const client = this.#kafka.consumer({
      groupId: this.#options.group,
      sessionTimeout: this.#sessionTimeout,
      heartbeatInterval: Math.floor(this.#sessionTimeout / 5),
      rebalanceTimeout: Math.max(this.#sessionTimeout, 30_000),
      maxBytesPerPartition: fetchBytes,
      maxWaitTimeInMs: fetchWait,
      metadataMaxAge: metadataAge,
      allowAutoTopicCreation: false,
      // Whatever ends the client ends it for good: a new one is made below.
      retry: { ...clientRetry, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#client = client;
    this.#hasJoined = false;
    const again = (error: unknown) => {
      if (this.#client !== client || this.#isStopped) return;
      this.#client = undefined;
      const reason = explain(error);
      if (!this.#problem?.endsWith(reason))
        this.#log.warn({ reason, group: this.#options.group }, 'Kafka gives no messages; trying again until it does');
      this.#problem = `Kafka gives no messages: ${reason}`;
      client.disconnect().catch(() => undefined);
      setTimeout(() => void this.#connect(joined), retryPause);
    };
    client.on(client.events.GROUP_JOIN, ({ payload }) => {
      if (this.#client !== client) return;
      this.#hasJoined = true;
      this.#share(payload.memberAssignment as Record<string, number[]>);
      this.#problem = undefined;
      joined();
    });
    client.on(client.events.CRASH, ({ payload }) => again(payload.error));
    try {
      await client.connect();
      await client.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
      await client.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: concurrency,
        eachBatch: (payload) => this.#take(client, payload),
      });
    } catch (error) {
      again(error);
    }
  }

  #share(assignment: Readonly<Record<string, readonly number[]>>): void {
    const owned = new Map<string, Partition>();
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) owned.set(`${topic}/${partition}`, { topic, partition });
    for (const [key, { partition }] of this.#owned) {
      if (owned.has(key)) continue;
      this.#owned.delete(key);
      // A batch that is at hand ends first.
      void (this.#running.get(key) ?? Promise.resolve()).then(() => {
        if (!this.#owned.has(key)) this.#handler?.revoked?.(partition);
      });
    }
    // The client goes back to what was committed: each is asked again where to begin.
    for (const [key, partition] of owned)
      this.#owned.set(key, { partition, isAsked: false, isPaused: this.#owned.get(key)?.isPaused ?? false });
    this.#tellPauses();
    this.#log.debug({ group: this.#options.group, partitions: [...owned.keys()].join(' ') }, 'partitions were shared out');
  }

  #setPaused(partitions: readonly Partition[], isPaused: boolean): void {
    for (const partition of partitions) {
      const owned = this.#owned.get(keyOf(partition));
      if (owned !== undefined) owned.isPaused = isPaused;
    }
    this.#tellPauses();
  }

  /** A client that was made anew knows of no pause, one that lost a partition and has it again of one that is over. */
  #tellPauses(): void {
    if (!this.#hasJoined) return;
    for (const { partition, isPaused } of this.#owned.values()) {
      const partitions = [{ topic: partition.topic, partitions: [partition.partition] }];
      if (isPaused) this.#client?.pause(partitions);
      else this.#client?.resume(partitions);
    }
  }

  async #take(client: Client, payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const key = keyOf({ topic, partition });
    await this.#running.get(key);
    const handled = this.#handle(client, payload);
    const ended = handled.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(key, ended);
    try {
      await handled;
    } finally {
      if (this.#running.get(key) === ended) this.#running.delete(key);
    }
  }

  async #handle(client: Client, { batch, heartbeat, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const key = keyOf({ topic, partition });
    const owned = this.#owned.get(key);
    if (owned === undefined || isStale() || owned.isPaused) return;
    let lost: unknown;
    const isLost = () => lost !== undefined || !isRunning() || this.#client !== client || !this.#owned.has(key);
    const beat = () => {
      heartbeat().catch((error: unknown) => {
        lost ??= error ?? new Error('lost');
      });
    };
    const beating = setInterval(beat, Math.floor(this.#sessionTimeout / 5));
    try {
      if (!owned.isAsked) {
        const from = Number(batch.firstOffset());
        const wanted = await this.#handler!.assigned?.({ topic, partition }, from);
        if (this.#owned.get(key) !== owned) return;
        owned.isAsked = true;
        if (wanted !== undefined && wanted !== from && wanted <= Number(batch.highWatermark)) {
          client.seek({ topic, partition, offset: String(wanted) });
          return;
        }
      }
      const taken: Batch = { topic, partition, messages: batch.messages.map(received), end: Number(batch.highWatermark) };
      await this.#handler!.batch(taken, {
        get isLost() {
          return isLost();
        },
        handled: (offset) => resolveOffset(String(offset)),
      });
      if (isLost()) return;
      resolveOffset(batch.lastOffset());
      this.#problem = undefined;
    } catch (error) {
      owned.isAsked = false;
      if (lost === undefined) {
        const reason = explain(error);
        this.#log.error({ err: error, topic, partition }, 'a batch failed and will come again');
        this.#problem = `${key} does not move on: ${reason}`;
        await new Promise((resolve) => setTimeout(resolve, retryPause));
      }
    } finally {
      clearInterval(beating);
    }
    // The client has to learn of a lost membership by itself.
    if (lost !== undefined) throw lost;
  }
}

function received({ offset, value, headers, timestamp }: EachBatchPayload['batch']['messages'][number]): Received {
  const texts: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers ?? {})) texts[name] = String(Array.isArray(header) ? header[0] : header);
  return { offset: Number(offset), value: value ?? empty, headers: texts, timestamp: Number(timestamp) };
}

const empty = new Uint8Array(0);
const keyOf = ({ topic, partition }: Partition) => `${topic}/${partition}`;
