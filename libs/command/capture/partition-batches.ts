import type { Link, Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { BatchWriter, type EntryTime } from '@orbweaver/contracts/frames/batch-writer.ts';
import { entryBytesLimit } from '@orbweaver/contracts/frames/format.ts';
import type { PacketFields } from '@orbweaver/contracts/frames/packet-fields.ts';

/** Bytes of entries after which a batch is closed: with what stands around it below a power of two, in which Kafka's client holds each of its copies. */
export const batchBytes = 252 * 1024;
/** Bytes kept of one frame: more than any link carries, so that a batch stays below what a topic takes. */
const frameBytes = entryBytesLimit / 2;

/** Takes a closed batch, whose bytes are its own. */
export type BatchSink = (partition: number, batch: Uint8Array) => void;

/** The batches of one session that are being filled, one a partition. */
export class PartitionBatches {
  /** Frames of which the end was left out since they were too long for a batch. */
  cut = 0;
  batches = 0;
  readonly #writers: readonly BatchWriter[];
  readonly #sink: BatchSink;
  readonly #counters: () => Readonly<Record<string, number>>;
  readonly #limit: number;

  constructor(session: Session, partitions: number, sink: BatchSink, counters: () => Readonly<Record<string, number>>, limit = batchBytes) {
    this.#writers = Array.from({ length: partitions }, () => new BatchWriter(session));
    this.#sink = sink;
    this.#counters = counters;
    this.#limit = limit;
  }

  addFrame(
    partition: number,
    link: Link,
    clock: number,
    time: EntryTime,
    originalLength: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const to = Math.min(end, start + frameBytes);
    if (to < end) this.cut++;
    this.#writerFor(partition, link, clock, time).addFrame(link, clock, time, originalLength, bytes, start, to);
    this.#closeIfFull(partition, clock, time);
  }

  addPacket(
    partition: number,
    link: Link,
    clock: number,
    time: EntryTime,
    originalLength: number,
    fields: PacketFields,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const to = Math.min(end, start + frameBytes);
    if (to < end) {
      this.cut++;
      fields.payloadEnd = Math.min(fields.payloadEnd, to - start);
      fields.payloadStart = Math.min(fields.payloadStart, fields.payloadEnd);
    }
    this.#writerFor(partition, link, clock, time).addPacket(link, clock, time, originalLength, fields, bytes, start, to);
    this.#closeIfFull(partition, clock, time);
  }

  /** Closes what was begun; with `marks` also sends batches without an entry, so that a quiet partition moves on. */
  flush(clock: number, time: EntryTime, marks: boolean): void {
    for (const [partition, writer] of this.#writers.entries()) if (marks || !writer.isEmpty) this.#close(partition, clock, time, false);
  }

  /** The session ends: a last batch for every partition. */
  end(clock: number, time: EntryTime): void {
    for (const partition of this.#writers.keys()) this.#close(partition, clock, time, true);
  }

  #writerFor(partition: number, link: Link, clock: number, time: EntryTime): BatchWriter {
    const writer = this.#writers[partition]!;
    if (!writer.hasRoomFor(link, clock)) this.#close(partition, clock, time, false);
    return writer;
  }

  #closeIfFull(partition: number, clock: number, time: EntryTime): void {
    if (this.#writers[partition]!.length >= this.#limit) this.#close(partition, clock, time, false);
  }

  #close(partition: number, clock: number, time: EntryTime, isLast: boolean): void {
    this.batches++;
    this.#sink(partition, this.#writers[partition]!.close(clock, time, this.#counters(), isLast));
  }
}
