import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import type { Side } from '../sdk/analyzer.ts';
import { FieldList } from './field-list.ts';
import { Flag, FrameReader, FrameType, headerSize, type FrameEvents } from './frames.ts';
import { HpackDecoder } from './hpack.ts';

/** Octets of one header block, over all its frames; a longer one is not decoded. */
export const blockLimit = 256 * 1024;

/** A header block of one side, complete. Changed in place. */
export class HeaderBlock {
  stream = 0;
  /** The stream that a PUSH_PROMISE reserves, else 0. */
  promised = 0;
  endsStream = false;
  /** Octets of its frames on the wire. */
  wireBytes = 0;
  readonly since = new Instant();
}

/** What one side says of streams. */
export interface StreamEvents {
  headers(side: Side, block: HeaderBlock, fields: FieldList): void;
  data(side: Side, stream: number, bytes: Uint8Array, start: number, end: number): void;
  dataMissing(side: Side, stream: number, length: number): void;
  /** A DATA frame is complete: `wireBytes` with its header and padding. */
  dataEnd(side: Side, stream: number, wireBytes: number, endsStream: boolean): void;
  reset(side: Side, stream: number, code: number): void;
  goAway(side: Side, lastStream: number, code: number): void;
  /** Frames of any stream may have gone unseen, in a hole of `length` octets or, where it is 0, since the framing made no sense. */
  lost(side: Side, length: number): void;
}

/** One side's frames as what they say: header blocks put together and decoded, the rest passed on. */
export class SideReader implements FrameEvents {
  readonly frames: FrameReader;
  readonly #side: Side;
  readonly #events: StreamEvents;
  readonly #decoder = new HpackDecoder();
  readonly #block = new HeaderBlock();
  #isOpen = false;
  #isBroken = false;
  #bytes = new Uint8Array(0);
  #length = 0;
  #isKnownWhole = false;

  constructor(side: Side, isClient: boolean, events: StreamEvents, now: Instant) {
    this.#side = side;
    this.#events = events;
    this.frames = new FrameReader(this, now, isClient);
  }

  data(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    this.#events.data(this.#side, frame.stream, bytes, start, end);
  }

  dataMissing(frame: FrameReader, length: number): void {
    this.#events.dataMissing(this.#side, frame.stream, length);
  }

  lost(length: number): void {
    this.#forget();
    this.#events.lost(this.#side, length);
  }

  #forget(): void {
    this.#isOpen = false;
    this.#decoder.forget();
  }

  end(frame: FrameReader, payload: Uint8Array, length: number): void {
    if (!this.#isKnownWhole) {
      this.#isKnownWhole = true;
      if (!frame.isFromBeginning) this.#decoder.forget();
    }
    const isContinuation = frame.type === FrameType.continuation;
    if (this.#isOpen !== isContinuation || (isContinuation && frame.stream !== this.#block.stream)) {
      // Nothing may come between the frames of a block (RFC 9113, section 6.10).
      this.#forget();
      if (isContinuation) return;
    }
    switch (frame.type) {
      case FrameType.data:
        return this.#events.dataEnd(this.#side, frame.stream, headerSize + frame.length, (frame.flags & Flag.endStream) !== 0);
      case FrameType.headers:
        return this.#openBlock(frame, payload, length, 0);
      case FrameType.pushPromise:
        return this.#openPromise(frame, payload, length);
      case FrameType.continuation:
        return this.#addToBlock(frame, payload, 0, length);
      case FrameType.reset:
        return this.#events.reset(this.#side, frame.stream, readU32(payload, 0));
      case FrameType.goAway:
        return this.#events.goAway(this.#side, readU32(payload, 0) & 0x7fffffff, readU32(payload, 4));
      default:
    }
  }

  /** HEADERS: pad length (8) if PADDED, E (1) dependency (31) weight (8) if PRIORITY, fragment, padding (section 6.2). */
  #openBlock(frame: FrameReader, payload: Uint8Array, length: number, promised: number, from = 0): void {
    const padded = (frame.flags & Flag.padded) !== 0;
    const padding = padded ? payload[0]! : 0;
    const priority = frame.type === FrameType.headers && frame.flags & Flag.priority ? 5 : 0;
    const start = Math.max(from, (padded ? 1 : 0) + priority);
    const block = this.#block;
    block.stream = frame.stream;
    block.promised = promised;
    block.endsStream = frame.type === FrameType.headers && (frame.flags & Flag.endStream) !== 0;
    block.wireBytes = 0;
    block.since.set(frame.since.seconds, frame.since.nanos);
    this.#isOpen = true;
    this.#isBroken = start + padding > frame.length;
    this.#length = 0;
    this.#addToBlock(frame, payload, start, frame.isCut ? length : length - padding);
  }

  /** PUSH_PROMISE: pad length (8) if PADDED, R (1) promised stream (31), fragment, padding (section 6.6). */
  #openPromise(frame: FrameReader, payload: Uint8Array, length: number): void {
    const at = frame.flags & Flag.padded ? 1 : 0;
    const promised = length < at + 4 ? 0 : readU32(payload, at) & 0x7fffffff;
    this.#openBlock(frame, payload, length, promised, at + 4);
  }

  #addToBlock(frame: FrameReader, payload: Uint8Array, start: number, end: number): void {
    this.#block.wireBytes += headerSize + frame.length;
    if (frame.isCut || this.#length + end - start > blockLimit) this.#isBroken = true;
    const isLast = (frame.flags & Flag.endHeaders) !== 0;
    if (isLast && this.#length === 0 && !this.#isBroken) return this.#endBlock(payload, start, end);
    if (!this.#isBroken) this.#append(payload, start, end);
    if (isLast) this.#endBlock(this.#bytes, 0, this.#length);
  }

  #append(payload: Uint8Array, start: number, end: number): void {
    const length = this.#length + Math.max(0, end - start);
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(blockLimit, Math.max(1024, length * 2)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(payload.subarray(start, Math.max(start, end)), this.#length);
    this.#length = length;
  }

  #endBlock(bytes: Uint8Array, start: number, end: number): void {
    this.#isOpen = false;
    const fields = new FieldList();
    if (this.#isBroken) {
      this.#decoder.forget();
      fields.isPastLimit = true;
    } else if (!this.#decoder.decode(bytes, start, end, fields)) fields.hidden();
    this.#events.headers(this.#side, this.#block, fields);
  }
}
