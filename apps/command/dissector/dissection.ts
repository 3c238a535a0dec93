import { PartitionReader, type ReaderOptions, type ReaderParts } from '@orbweaver/command/partitions/partition-reader.ts';
import type { Batch, BatchControl, Partition } from '@orbweaver/command/streaming/bus.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';

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

  constructor(options: ReaderOptions, parts: Omit<ReaderParts, 'checkpointLost' | 'deadLetter'>, checkpointInterval: number, log: Logger) {
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
      deadLetter: (partition, offset, reason) => {
        this.deadLetters++;
        log.error({ ...partition, offset, reason }, 'a message cannot be taken and lies with the dead letters');
      },
    };
    this.#timer = setInterval(() => void this.checkpoint(), checkpointInterval);
  }

  /** Undefined: well. */
  problem(): string | undefined {
    return this.#problem;
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
      // Its state cannot be trusted any more: it is read again from the last checkpoint.
      this.revoked(batch);
      this.#restarts.set(batch.partition, reader.checkpointed);
      throw error;
    } finally {
      this.batchTime = performance.now() - started;
    }
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
