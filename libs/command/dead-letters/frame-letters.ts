import { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { readHeader, writeHeader, type BatchHeader } from '@orbweaver/contracts/frames/batch-header.ts';

/**
 * Makes a session of its own out of frame batches that were refused: the one that they belonged to has gone on without them, and would take them for batches that come twice. Its
 * packets have the file or the observer that they had, so their records have the ids that they would have had.
 */
export class FrameLetters {
  readonly #name: string;
  /** Of each session and partition: its last header, and how many batches there were. */
  readonly #open = new Map<string, { readonly partition: number; header: BatchHeader; sequence: number }>();

  /** `name` tells this replay from every other one. */
  constructor(name: string) {
    this.#name = name;
  }

  /** The batch as one of the new session; a text says why this build cannot read it. */
  take(partition: number, batch: Uint8Array): Uint8Array | string {
    const from = new Cursor().reset(batch);
    const header = readHeader(from);
    if (typeof header === 'string') return header;
    const { source, startedSeconds, startedNanos } = header.session;
    const key = `${partition} ${startedSeconds}.${startedNanos} ${source}`;
    const open = this.#open.get(key) ?? { partition, header, sequence: 0 };
    this.#open.set(key, open);
    open.header = header;
    return this.#batch(header, open.sequence++, false, batch.subarray(from.offset));
  }

  /** The batches that end the sessions, each for its partition. */
  *end(): Generator<{ readonly partition: number; readonly batch: Uint8Array }> {
    for (const { partition, header, sequence } of this.#open.values()) {
      const { clockAfter } = header;
      const empty = { ...header, entries: 0, links: [], counters: {}, clockBefore: clockAfter };
      yield { partition, batch: this.#batch(empty, sequence, true, new Uint8Array(0)) };
    }
    this.#open.clear();
  }

  #batch(header: BatchHeader, sequence: number, isLast: boolean, entries: Uint8Array): Uint8Array {
    // One that is broken off ends when nothing more is heard of it, as a live one does.
    const session = { ...header.session, source: `${this.#name} of ${header.session.source}`, isReplayable: false };
    const head = new ByteWriter(512);
    writeHeader(head, { ...header, session, sequence, isLast });
    return Buffer.concat([head.bytes.subarray(0, head.length), entries]);
  }
}
