import { Instant } from '@orbweaver/kernel/instant.ts';
import { Side } from './analyzer.ts';

/** Octets of a header, at most. */
const headerLimit = 8;
/** First size of the buffer for a frame that straddles segments. */
const firstBuffer = 512;

/** One frame as its receiver gets it. One object a side, changed in place: what must stay is copied. */
export interface Frame {
  readonly side: Side;
  readonly header: Uint8Array;
  /** Where the wanted octets of the body stand: `[start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Octets of the whole body on the wire. */
  readonly length: number;
  /** Octets of it that the capture lacks. The wanted ones end where the first is missing. */
  readonly missed: number;
  /** When its first octet came. */
  readonly begun: Instant;
  /** Offset behind the frame in the input of this call of `data`. */
  readonly next: number;
}

/** Decides what a frame is, and takes it. */
export interface FrameReceiver {
  /** Octets of the header that begins with `first`. */
  headerLength(side: Side, first: number): number;
  /** Octets of the body behind this header; negative if it makes no sense. */
  bodyLength(side: Side, header: Uint8Array): number;
  /** How many of the body's first octets are to be seen; the rest is skipped. */
  wanted(side: Side, header: Uint8Array, length: number): number;
  /** False if the side is to be read no further in this call. */
  frame(frame: Frame): boolean;
}

/** How reading went on: through all of the input, stopped by the receiver, or ended by a header that makes no sense. */
export const Framing = { ok: 0, stopped: 1, invalid: 2 } as const;
export type Framing = (typeof Framing)[keyof typeof Framing];

/** Both sides of a connection, each where a frame begins. */
export const framedStreams = (receiver: FrameReceiver): readonly [FramedStream, FramedStream] => [
  new FramedStream(Side.source, receiver),
  new FramedStream(Side.destination, receiver),
];

/**
 * Cuts one side's stream into frames of a header that tells the length and a body. A frame that lies whole in the input is handed on where it lies; of one that straddles
 * only the wanted octets are copied, so the memory held is bounded by what the receiver wants.
 */
export class FramedStream implements Frame {
  readonly side: Side;
  readonly header = new Uint8Array(headerLimit);
  bytes: Uint8Array = this.header;
  start = 0;
  end = 0;
  length = 0;
  missed = 0;
  next = 0;
  readonly begun = new Instant();
  readonly #receiver: FrameReceiver;
  #headerHeld = 0;
  #headerWanted = 0;
  /** Octets of the body still to come; only of use while in a body. */
  #left = 0;
  #inBody = false;
  /** Wanted octets not yet seen. */
  #lacking = 0;
  #held: Uint8Array = this.header;
  #heldLength = 0;

  constructor(side: Side, receiver: FrameReceiver) {
    this.side = side;
    this.#receiver = receiver;
  }

  data(bytes: Uint8Array, start: number, end: number, now: Instant): Framing {
    let at = start;
    while (at < end) {
      if (!this.#inBody) {
        at = this.#readHeader(bytes, at, end, now);
        if (this.#headerHeld < this.#headerWanted) return Framing.ok;
        if (!this.#openBody()) return Framing.invalid;
      }
      if (this.#heldLength === 0 && this.missed === 0 && this.#left === this.length && end - at >= this.length) {
        this.bytes = bytes;
        this.start = at;
        this.end = at + this.#lacking;
        at += this.length;
      } else {
        at = this.#readBody(bytes, at, end);
        if (this.#left > 0) return Framing.ok;
        this.#showHeld();
      }
      this.next = at;
      if (!this.#deliver()) return Framing.stopped;
    }
    return Framing.ok;
  }

  /** False if the hole goes past the frame that is open: nobody knows where the next one begins. A frame that ends with the hole is delivered. */
  gap(length: number): boolean {
    if (!this.#inBody || length > this.#left) return false;
    this.missed += length;
    this.#left -= length;
    this.#lacking = 0;
    if (this.#left > 0) return true;
    this.#showHeld();
    this.next = 0;
    this.#deliver();
    return true;
  }

  #readHeader(bytes: Uint8Array, start: number, end: number, now: Instant): number {
    let at = start;
    if (this.#headerHeld === 0) {
      this.begun.set(now.seconds, now.nanos);
      this.#headerWanted = Math.min(headerLimit, this.#receiver.headerLength(this.side, bytes[at]!));
    }
    while (at < end && this.#headerHeld < this.#headerWanted) this.header[this.#headerHeld++] = bytes[at++]!;
    return at;
  }

  #openBody(): boolean {
    this.length = this.#receiver.bodyLength(this.side, this.header);
    if (this.length < 0) return false;
    this.#inBody = true;
    this.#left = this.length;
    this.missed = 0;
    this.#heldLength = 0;
    this.#lacking = Math.min(this.length, this.#receiver.wanted(this.side, this.header, this.length));
    return true;
  }

  #readBody(bytes: Uint8Array, start: number, end: number): number {
    const count = Math.min(this.#left, end - start);
    const copied = Math.min(count, this.#lacking);
    if (copied > 0) {
      this.#ensureRoom(this.#heldLength + copied);
      this.#held.set(bytes.subarray(start, start + copied), this.#heldLength);
      this.#heldLength += copied;
      this.#lacking -= copied;
    }
    this.#left -= count;
    return start + count;
  }

  #ensureRoom(length: number): void {
    if (length <= this.#held.length && this.#held !== this.header) return;
    const grown = new Uint8Array(Math.max(length, firstBuffer, this.#heldLength * 2));
    grown.set(this.#held.subarray(0, this.#heldLength));
    this.#held = grown;
  }

  #showHeld(): void {
    this.bytes = this.#held;
    this.start = 0;
    this.end = this.#heldLength;
  }

  #deliver(): boolean {
    this.#inBody = false;
    this.#headerHeld = 0;
    this.#headerWanted = 0;
    const goesOn = this.#receiver.frame(this);
    // A long frame's buffer does not stay with a quiet connection.
    if (this.#held.length > firstBuffer) this.#held = this.header;
    this.#heldLength = 0;
    return goesOn;
  }
}
