import { redisPrefixes } from '@orbweaver/contracts/topics/redis-prefixes.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type CheckpointStore } from '@orbweaver/command/partitions/checkpoint.ts';
import type { Cache } from '@orbweaver/command/streaming/cache.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';

/** Checkpoints in the working memory. `group` keeps apart those who read the same partitions independently. */
export class CachedCheckpoints implements CheckpointStore {
  readonly #cache: Cache;
  readonly #group: string;
  readonly #log: Logger;

  constructor(cache: Cache, group: string, log: Logger) {
    this.#cache = cache;
    this.#group = group;
    this.#log = log;
  }

  async load(partition: number): Promise<Checkpoint | undefined> {
    const bytes = await this.#cache.get(this.#keyOf(partition));
    if (bytes === undefined) return undefined;
    try {
      return decodeCheckpoint(bytes);
    } catch (error) {
      this.#log.error({ err: error, partition }, 'the checkpoint cannot be read and is passed over');
      return undefined;
    }
  }

  has(partition: number): Promise<boolean> {
    return this.#cache.has(this.#keyOf(partition));
  }

  async save(partition: number, checkpoint: Checkpoint): Promise<void> {
    await this.#cache.set(this.#keyOf(partition), encodeCheckpoint(checkpoint));
  }

  #keyOf(partition: number): string {
    return `${redisPrefixes.checkpoints.prefix}${this.#group}:${partition}`;
  }
}
