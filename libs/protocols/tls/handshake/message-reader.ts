import { hold, isFull } from './holdings.ts';
import { isMessageType, isReadMessage } from './message-types.ts';

/** Bytes of one message that are held: hellos stay below 20 KB, and certificate chains are refused at 100 KB by the usual clients. */
export const maximumMessageBytes = 512 * 1024;

export interface MessageSink {
  /** A message whole, its body `[start, end)`; an empty range for one that is not read (`isReadMessage`), as soon as its header is there. */
  message(side: number, type: number, bytes: Uint8Array, start: number, end: number): void;
  /** A message was given up: too long, or a hole in it. */
  messageMissed(side: number): void;
}

const headerBytes = 4;
/** A message up to this long gets its room at once, a longer one no more than twice what has come of it. */
const firstHold = 8192;
const empty = new Uint8Array(0);

/**
 * Cuts one side's handshake bytes into messages (RFC 8446 §4: type, 24-bit length, body), however records split or join them. A message that lies
 * whole in what it is given is read where it lies; only one that straddles is copied, and no more of it than has come.
 */
export class MessageReader {
  readonly #side: number;
  readonly #sink: MessageSink;
  #held = empty;
  #heldLength = 0;
  /** Bytes still to come of a message that is not read. */
  #skip = 0;
  /** The rest of the record belongs to nothing known. */
  #ignoreRecord = false;

  constructor(side: number, sink: MessageSink) {
    this.#side = side;
    this.#sink = sink;
  }

  /** True between messages. */
  get idle(): boolean {
    return this.#heldLength === 0 && this.#skip === 0;
  }

  /** A record of handshake bytes begins: whatever came before, a message may begin here. */
  recordStarts(): void {
    this.#ignoreRecord = false;
  }

  /** Bytes are missing: the message under way is given up. */
  lose(): void {
    if (!this.idle) this.#sink.messageMissed(this.#side);
    this.reset();
    this.#ignoreRecord = true;
  }

  /** Forgets what is held. To be called at the end as well: the held bytes are counted. */
  reset(): void {
    this.#release();
    this.#skip = 0;
    this.#ignoreRecord = false;
  }

  #release(): Uint8Array {
    const held = this.#held;
    hold(-held.length);
    this.#held = empty;
    this.#heldLength = 0;
    return held;
  }

  read(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#ignoreRecord) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#heldLength === 0 && end - at >= headerBytes) {
        at = this.#readHere(bytes, at, end);
      } else {
        at = this.#readHeld(bytes, at, end);
      }
    }
  }

  /** A message whose header lies in `bytes`. Returns where reading goes on. */
  #readHere(bytes: Uint8Array, at: number, end: number): number {
    const type = bytes[at]!;
    const body = at + headerBytes;
    const bodyEnd = body + bodyLength(bytes, at);
    if (!this.#accept(type, bodyEnd - body)) return body;
    if (bodyEnd > end) return this.#hold(bytes, at, end);
    this.#sink.message(this.#side, type, bytes, body, bodyEnd);
    return bodyEnd;
  }

  /** A message of which a part is held: first the rest of its header, then of its body. */
  #readHeld(bytes: Uint8Array, at: number, end: number): number {
    const held = this.#heldLength;
    const wanted = held < headerBytes ? headerBytes : this.#wanted();
    const next = this.#hold(bytes, at, Math.min(end, at + wanted - held));
    if (held < headerBytes && this.#heldLength === headerBytes && !this.#accept(this.#held[0]!, bodyLength(this.#held, 0))) {
      this.#release();
    } else if (this.#heldLength >= headerBytes && this.#heldLength === this.#wanted()) {
      const message = this.#release();
      this.#sink.message(this.#side, message[0]!, message, headerBytes, wanted);
    }
    return next;
  }

  #wanted(): number {
    return headerBytes + bodyLength(this.#held, 0);
  }

  /** Looks at a header: true if the body is to be read. Other bodies are skipped by their length; what is no message, with its record. */
  #accept(type: number, length: number): boolean {
    if (!isMessageType(type)) {
      this.#ignoreRecord = true;
      this.#sink.messageMissed(this.#side);
      return false;
    }
    if (isReadMessage(type) && length <= maximumMessageBytes) return true;
    if (isReadMessage(type)) this.#sink.messageMissed(this.#side);
    else this.#sink.message(this.#side, type, empty, 0, 0);
    this.#skip = length;
    return false;
  }

  /** Drops a message whose header is known, and skips what is still to come of it. */
  #giveUp(bytes: Uint8Array, start: number, end: number): number {
    const length = this.#heldLength + end - start;
    this.#skip = (this.#heldLength === 0 ? headerBytes + bodyLength(bytes, start) : this.#wanted()) - length;
    this.#release();
    this.#sink.messageMissed(this.#side);
    return end;
  }

  #hold(bytes: Uint8Array, start: number, end: number): number {
    const length = this.#heldLength + end - start;
    if (length > this.#held.length) {
      if (length > headerBytes && isFull()) return this.#giveUp(bytes, start, end);
      const whole = length <= headerBytes ? headerBytes : this.#heldLength > 0 ? this.#wanted() : headerBytes + bodyLength(bytes, start);
      const grown = new Uint8Array(Math.min(whole, Math.max(length, firstHold, 2 * this.#held.length)));
      hold(grown.length - this.#held.length);
      if (this.#heldLength > 0) grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, end), this.#heldLength);
    this.#heldLength = length;
    return end;
  }
}

function bodyLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
