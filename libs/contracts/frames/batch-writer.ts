import { ByteWriter } from '@orbweaver/kernel/bytes/byte-writer.ts';
import { writeHeader, type BatchHeader, type Link, type Session } from './batch-header.ts';
import { EntryKind, clockStepLimit, linkLimit } from './format.ts';
import type { PacketFields } from './packet-fields.ts';

/** What every entry has. */
export interface EntryTime {
  readonly seconds: number;
  readonly nanos: number;
}

/** Gathers the entries of one partition and closes them into batches. Copies what it is given. */
export class BatchWriter {
  readonly #session: Session;
  readonly #body = new ByteWriter(64 * 1024);
  readonly #head = new ByteWriter(512);
  #links: Link[] = [];
  #entries = 0;
  #sequence = 0;
  #clockBefore = 0;
  #clock = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Bytes of the entries so far. */
  get length(): number {
    return this.#body.length;
  }

  get isEmpty(): boolean {
    return this.#entries === 0;
  }

  /** False if the batch has to be closed before an entry of this link and clock fits in. */
  hasRoomFor(link: Link, clock: number): boolean {
    if (this.#entries === 0) return true;
    return clock - this.#clock <= clockStepLimit && (this.#links.length < linkLimit || this.#links.includes(link));
  }

  /** Adds a frame as it was captured: `[start, end)` of `bytes`. `link` is told by identity. */
  addFrame(link: Link, clock: number, time: EntryTime, originalLength: number, bytes: Uint8Array, start: number, end: number): void {
    this.#begin(EntryKind.frame, link, clock, time, end - start, originalLength);
    this.#body.raw(bytes, start, end);
  }

  /** Adds a decoded packet; its captured bytes are `[start, end)` of `bytes`. */
  addPacket(
    link: Link,
    clock: number,
    time: EntryTime,
    originalLength: number,
    packet: PacketFields,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.#begin(EntryKind.packet, link, clock, time, end - start, originalLength);
    packet.write(this.#body);
    this.#body.raw(bytes, start, end);
  }

  /** The batch with what was added, whose bytes are the caller's; the next one begins. */
  close(clock: number, time: EntryTime, counters: BatchHeader['counters'], isLast = false): Uint8Array {
    this.#head.reset();
    writeHeader(this.#head, {
      session: this.#session,
      sequence: this.#sequence++,
      isLast,
      entries: this.#entries,
      clockBefore: this.#entries === 0 ? clock : this.#clockBefore,
      clockAfter: clock,
      seconds: time.seconds,
      nanos: time.nanos,
      links: this.#links,
      counters,
    });
    const batch = new Uint8Array(this.#head.length + this.#body.length);
    batch.set(this.#head.bytes.subarray(0, this.#head.length));
    batch.set(this.#body.bytes.subarray(0, this.#body.length), this.#head.length);
    this.#body.reset();
    this.#entries = 0;
    this.#links = [];
    return batch;
  }

  #begin(kind: number, link: Link, clock: number, time: EntryTime, captured: number, originalLength: number): void {
    if (this.#entries === 0) this.#clockBefore = this.#clock = clock;
    let index = this.#links.indexOf(link);
    if (index < 0) index = this.#links.push(link) - 1;
    const body = this.#body;
    body.u8(kind);
    body.u8(index);
    body.u16(clock - this.#clock);
    body.u48(time.seconds);
    body.u32(time.nanos);
    body.u32(captured);
    body.u32(originalLength);
    this.#clock = clock;
    this.#entries++;
  }
}
