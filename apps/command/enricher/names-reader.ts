import { decodeToldNames } from '@orbweaver/contracts/topics/told-names.ts';
import type { Batch, BatchControl, BatchHandler, Partition } from '@orbweaver/command/streaming/bus.ts';
import type { KnownNames } from '@orbweaver/command/enrichment/stage/known-names.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';

/** Messages after which the event loop has its turn. */
const messagesAtATime = 64;

/** Reads everything that the dissectors tell of names: every enricher knows all of it. */
export class NamesReader implements BatchHandler {
  /** Messages that cannot be read. */
  refused = 0;
  /** Offset behind the last message that was read. */
  next = 0;
  readonly #names: KnownNames;
  readonly #moved: () => void;
  readonly #log: Logger;

  /** `moved` is told when records may have been waiting for what was read. */
  constructor(names: KnownNames, moved: () => void, log: Logger) {
    this.#names = names;
    this.#moved = moved;
    this.#log = log;
  }

  /** Nothing is committed: it goes on where it was, from the oldest message that is kept. */
  assigned(_partition: Partition, oldest: number): Promise<number> {
    return Promise.resolve(Math.max(this.next, oldest));
  }

  async batch({ messages }: Batch, control: BatchControl): Promise<void> {
    let turn = 0;
    let hasMoved = false;
    for (const { offset, value } of messages) {
      if (control.isLost) return;
      if (offset >= this.next) hasMoved = this.#take(offset, value) || hasMoved;
      control.handled(offset);
      if (++turn % messagesAtATime === 0) await new Promise(setImmediate);
    }
    if (hasMoved) this.#moved();
  }

  #take(offset: number, value: Uint8Array): boolean {
    this.next = offset + 1;
    const all = decodeToldNames(value);
    if (all === undefined) {
      this.refused++;
      this.#log.error({ offset }, 'a message about names cannot be read and is passed over');
      return false;
    }
    let hasMoved = false;
    for (const told of all) hasMoved = this.#names.told(told) || hasMoved;
    return hasMoved;
  }
}
