import { MessageFailed, PartitionReader, type ReaderOptions, type ReaderParts } from '@orbweaver/command/partitions/partition-reader.ts';
import type { Batch, BatchControl, Partition } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';

/** A message whose analysis fails so often goes to the dead letters. */
const triesOfMessage = 3;
/** Milliseconds for which readiness tells of a message that could not be taken. */
const toldFor = 60_000;

/** The partitions that are this process's, each read by itself. */
export class Dissection {
  readonly readers = new Map<number, PartitionReader>();
  checkpointsLost = 0;
  deadLetters = 0;
  /** Milliseconds that the last checkpoint took, and that the last batch took. */
  checkpointTime = 0;
  batchTime = 0;
  readonly #options: ReaderOptions;
  readonly #parts: ReaderParts;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  /** Where partitions begin again whose reader failed before its first checkpoint. */
  readonly #restarts = new Map<number, number>();
  #problem: string | undefined;
  /** The last message of each partition whose analysis failed, and how often it did. */
  readonly #failures = new Map<number, { readonly offset: number; times: number; readonly reason: string }>();
  #refusal: { readonly text: string; readonly at: number } | undefined;

  constructor(
    options: ReaderOptions,
    parts: Omit<ReaderParts, 'checkpointLost' | 'checkpointForgotten' | 'givenUp' | 'deadLetter'>,
    checkpointInterval: number,
    log: Logger,
  ) {
    this.#options = options;
    this.#log = log;
    this.#parts = {
      ...parts,
      checkpointLost: (partition, from) => {
        this.checkpointsLost++;
        log.error(
          { ...partition, from },
          'the working memory has no checkpoint of this partition: if it was read before, flows that were open then are told from the middle on',
        );
      },
      checkpointForgotten: (partition) => log.error({ ...partition }, 'the working memory was emptied: the checkpoint is noted anew'),
      givenUp: ({ partition }, offset) => {
        const failure = this.#failures.get(partition);
        return failure?.offset === offset && failure.times >= triesOfMessage ? failure.reason : undefined;
      },
      deadLetter: (partition, offset, reason) => {
        this.deadLetters++;
        this.#refusal = {
          text: `${partition.topic}/${partition.partition} had a message that lies with the dead letters: ${reason}`,
          at: Date.now(),
        };
        log.error({ ...partition, offset, reason }, 'a message cannot be taken and lies with the dead letters');
      },
    };
    this.#timer = setInterval(() => void this.checkpoint(), checkpointInterval);
  }

  /** Undefined: well. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** Undefined: all messages of late could be taken. */
  refusal(): string | undefined {
    return this.#refusal !== undefined && Date.now() - this.#refusal.at < toldFor ? this.#refusal.text : undefined;
  }

  assigned(partition: Partition, committed: number): Promise<number | undefined> {
    let reader = this.readers.get(partition.partition);
    if (reader === undefined) this.readers.set(partition.partition, (reader = new PartitionReader(partition, this.#options, this.#parts)));
    return reader.assigned(this.#restarts.get(partition.partition) ?? committed);
  }

  revoked(partition: Partition): void {
    this.#restarts.delete(partition.partition);
    this.readers.get(partition.partition)?.drop();
    this.readers.delete(partition.partition);
  }

  async batch(batch: Batch, control: BatchControl): Promise<void> {
    const started = performance.now();
    const reader = this.readers.get(batch.partition);
    if (reader === undefined) return;
    try {
      await reader.take(batch, control);
    } catch (error) {
      if (error instanceof MessageFailed) this.#noteFailure(batch.partition, error);
      // Its state cannot be trusted any more: it is read again from the last checkpoint.
      this.revoked(batch);
      this.#restarts.set(batch.partition, reader.checkpointed);
      throw error;
    } finally {
      this.batchTime = performance.now() - started;
    }
  }

  #noteFailure(partition: number, { offset, message }: MessageFailed): void {
    const known = this.#failures.get(partition);
    if (known?.offset === offset) known.times++;
    else this.#failures.set(partition, { offset, times: 1, reason: message });
  }

  /** Makes a checkpoint of every partition that has moved on. */
  async checkpoint(): Promise<void> {
    const started = performance.now();
    const results = await Promise.allSettled([...this.readers.values()].map((reader) => reader.checkpoint()));
    const failed = results.find((result) => result.status === 'rejected');
    this.checkpointTime = performance.now() - started;
    const problem = failed === undefined ? undefined : `no checkpoint can be made: ${(failed.reason as Error).message}`;
    if (problem !== undefined && this.#problem === undefined) this.#log.warn({ reason: problem }, 'trying again until it can');
    this.#problem = problem;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.checkpoint();
  }
}
