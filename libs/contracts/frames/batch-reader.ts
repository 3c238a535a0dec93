import { Cursor } from '@orbweaver/kernel/bytes/cursor.ts';
import { readHeader, readU48, type BatchHeader, type Link } from './batch-header.ts';
import { EntryKind, entryBytesLimit, entryLimit, latestSecond } from './format.ts';
import { PacketFields } from './packet-fields.ts';

/** One entry of a batch, decoded in place: `bytes` is the batch itself and nothing is copied. */
export class FrameEntry {
  /** One of `EntryKind`. */
  kind = 0;
  link: Link = noLink;
  /** Whole seconds that the session had been going on, by its packets, when this one came; never goes back. */
  clock = 0;
  /** Since 1970. */
  seconds = 0;
  nanos = 0;
  /** On the wire. */
  originalLength = 0;
  /** The captured bytes are `[start, end)`. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** Of a packet. */
  readonly packet = new PacketFields();
}

/**
 * Reads batches. One is made and `open`ed for each message:
 *
 *     const problem = reader.open(value);
 *     while (reader.next(entry)) take(entry);
 *     if (reader.problem !== undefined) ...
 *
 * Every length is checked against the message. Nothing is thrown; a problem is a sentence for people, and what came before it was right.
 */
export class BatchReader {
  problem: string | undefined;
  readonly #cursor = new Cursor();
  #header: BatchHeader | undefined;
  #left = 0;
  #index = 0;
  #clock = 0;

  /** Returns the header; undefined, with `problem`, if this is no batch that can be read. */
  open(message: Uint8Array): BatchHeader | undefined {
    this.problem = undefined;
    this.#header = undefined;
    this.#left = 0;
    this.#index = 0;
    const header = readHeader(this.#cursor.reset(message));
    if (typeof header === 'string') {
      this.problem = header;
      return undefined;
    }
    if (header.entries > entryLimit) {
      this.problem = `it says that it has ${header.entries} entries, at most ${entryLimit} were expected`;
      return undefined;
    }
    this.#header = header;
    this.#left = header.entries;
    this.#clock = header.clockBefore;
    return header;
  }

  /** Fills `entry` with the next one; false at the end, or at a problem. */
  next(entry: FrameEntry): boolean {
    const header = this.#header;
    const from = this.#cursor;
    if (header === undefined) return false;
    if (this.#left === 0) {
      if (from.remaining > 0 && this.problem === undefined) this.problem = `${from.remaining} bytes follow behind its last entry`;
      return false;
    }
    this.#left--;
    const index = this.#index++;
    entry.kind = from.u8();
    const link = header.links[from.u8()];
    entry.clock = this.#clock += from.u16();
    entry.seconds = readU48(from);
    entry.nanos = from.u32();
    const captured = from.u32();
    entry.originalLength = from.u32();
    let wrong: string | undefined;
    if (entry.kind === EntryKind.packet) wrong = entry.packet.read(from);
    else if (entry.kind !== EntryKind.frame) wrong = `its kind is ${entry.kind}, expected 0 or 1`;
    const at = wrong === undefined && captured <= entryBytesLimit ? from.take(captured) : -1;
    if (wrong === undefined) {
      if (from.overrun) wrong = `it goes beyond the end of the message`;
      else if (at < 0) wrong = `it has ${captured} bytes, at most ${entryBytesLimit} were expected`;
      else if (link === undefined) wrong = 'it names a link that the header does not have';
      else if (entry.nanos > 999_999_999 || entry.seconds > latestSecond) wrong = 'its time is none';
      else if (entry.kind === EntryKind.frame && entry.originalLength < captured)
        wrong = `${captured} bytes were captured of a frame of ${entry.originalLength}`;
      else if (this.#clock > header.clockAfter) wrong = `its clock ${this.#clock} is beyond the batch's, ${header.clockAfter}`;
      else if (entry.kind === EntryKind.packet && entry.packet.payloadEnd > captured)
        wrong = `its payload ends at ${entry.packet.payloadEnd} of ${captured} bytes`;
    }
    if (wrong !== undefined) {
      this.problem = `entry ${index} of ${header.entries}: ${wrong}`;
      this.#left = 0;
      this.#header = undefined;
      return false;
    }
    entry.link = link!;
    entry.bytes = from.bytes;
    entry.start = at;
    entry.end = at + captured;
    return true;
  }
}

const EMPTY = new Uint8Array(0);
const noLink: Link = { type: 0, digits: 6 };
