/** A message to be sent. */
export interface Message {
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as it was received. */
export interface Received {
  /** Position within its partition; grows by at least one from message to message. */
  readonly offset: number;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, when it was sent. Part of the message: a replay gives the same. */
  readonly timestamp: number;
}

export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Writes messages.
 *
 * - Durable: when `send` has resolved, the messages survive a crash of the process and of a broker.
 * - Order: messages of one partition stand in the order of the `send` calls of this producer, also when they had to be sent again.
 * - At least once: after a failure of the network a message may stand there twice; who must not count twice numbers its messages.
 * - Back-pressure: `send` waits while the bus cannot take more, for as long as that lasts. It rejects only when the message itself is refused
 *   (`MessageRefused`) or the producer is closed.
 */
export interface Producer {
  /** How many partitions a topic has. */
  partitionsOf(topic: string): Promise<number>;
  send(to: Partition, messages: readonly Message[]): Promise<void>;
  /** Sends what waits, then lets go. */
  close(): Promise<void>;
}

/** The bus will never take this message: too large, or no such topic or partition. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}

/** Messages of one partition in their order, none left out since the batch before. */
export interface Batch extends Partition {
  readonly messages: readonly Received[];
  /** Offset behind the last message that the partition has: how far the reader lags. */
  readonly end: number;
}

export interface BatchControl {
  /** True once the partition may be someone else's: what is done further is done for nothing (and must do no harm). */
  readonly isLost: boolean;
  /** The messages up to this offset were handled: after a failure or a new assignment within this process the batch goes on behind it. */
  handled(offset: number): void;
}

/** What a consumer does with what it gets. One batch of a partition at a time; partitions side by side. */
export interface BatchHandler {
  /**
   * A partition is this process's from now on, or still is after the group was shared out anew or a batch failed. Returns the offset to begin at; undefined
   * for the one that the bus would begin at, which is `next`: the committed one, the oldest message where nothing was committed, after a failure the one behind what was
   * handled. Called when its first message has come.
   */
  assigned?(partition: Partition, next: number): Promise<number | undefined>;
  /** The partition is someone else's. */
  revoked?(partition: Partition): void;
  /**
   * Takes a batch. While it runs, the group is told that this process lives. If it rejects, the batch comes again from behind the last
   * `handled` message, after a pause.
   */
  batch(batch: Batch, control: BatchControl): Promise<void>;
}

/**
 * Reads topics as a member of a group: each partition has one reader in the group.
 *
 * - Nothing is committed by itself. `commit` resolves when the offset is stored; it rejects if the partition is not (or no longer) this process's.
 * - A member that dies without a word is noticed within the session's time-out, and its partitions go to others.
 */
export interface Consumer {
  /** Joins and begins. Resolves once joined. */
  start(handler: BatchHandler): Promise<void>;
  /** `offset` is the next one to be read. */
  commit(partition: Partition, offset: number): Promise<void>;
  /** No more batches of these partitions, as far as they are this process's, until `resume` or until they are someone else's; the group goes on. */
  pause(partitions: readonly Partition[]): void;
  resume(partitions: readonly Partition[]): void;
  /** Undefined: well. Else what is wrong. */
  problem(): string | undefined;
  /** Ends the batch at hand, leaves the group. Offsets stay as they were committed. */
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
}

/** Where messages go through: Kafka, or this process. */
export interface Bus {
  producer(): Promise<Producer>;
  consumer(options: ConsumerOptions): Consumer;
  close(): Promise<void>;
}
