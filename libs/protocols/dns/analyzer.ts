import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side, type DatagramAnalyzer, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { dialectOf } from './detect.ts';
import { headerLength, readMessage, type Dialect } from './message.ts';
import { Stitcher } from './stitcher.ts';

function openDialect(flow: FlowContext): Dialect {
  const dialect = dialectOf(flow.sourcePort, flow.destinationPort);
  if (dialect !== 'dns') flow.setMainProtocol(dialect);
  return dialect;
}

/** One message a datagram. */
export class DnsDatagrams implements DatagramAnalyzer {
  readonly #dialect: Dialect;
  readonly #stitcher: Stitcher;

  constructor(flow: FlowContext) {
    this.#dialect = openDialect(flow);
    this.#stitcher = new Stitcher(flow, this.#dialect);
  }

  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    const message = readMessage(bytes, start, end, length, this.#dialect);
    if (message !== undefined) this.#stitcher.message(side, message);
  }

  get isAtRest(): boolean {
    return !this.#stitcher.isWaiting;
  }

  finish(): void {
    this.#stitcher.finish();
  }
}

/** Octets of the length before each message over TCP (RFC 1035, section 4.2.2). */
const prefixLength = 2;

/** First size of the buffer for a message that straddles segments; it grows to the message's length, at most 64 KiB. */
const firstBuffer = 512;

/** One side's stream. What is whole is read where it lies; only what straddles is copied. */
interface Reader {
  held: Uint8Array;
  heldLength: number;
  /** Bytes behind a hole that still belong to a message that was given up. */
  discard: number;
  /** After a hole that nobody knows the place of. */
  isLost: boolean;
}

export class DnsStream implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #dialect: Dialect;
  readonly #stitcher: Stitcher;
  readonly #readers: readonly [Reader, Reader] = [newReader(), newReader()];

  /** `exchanges`: those that another analyzer of the flow had read when it came to rest. */
  constructor(flow: FlowContext, exchanges = 0) {
    this.#flow = flow;
    this.#dialect = openDialect(flow);
    this.#stitcher = new Stitcher(flow, this.#dialect, exchanges);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const reader = this.#readers[side];
    const skipped = Math.min(reader.discard, end - start);
    reader.discard -= skipped;
    let at = start + skipped;
    while (at < end && !reader.isLost) {
      if (reader.heldLength > 0 || end - at < prefixLength || end - at < prefixLength + readU16(bytes, at)) {
        at += this.#hold(reader, side, bytes, at, end);
      } else {
        const length = readU16(bytes, at);
        this.#message(side, bytes, at + prefixLength, at + prefixLength + length, length);
        at += prefixLength + length;
      }
    }
  }

  /** Copies what the held message still needs; returns how much that was. */
  #hold(reader: Reader, side: Side, bytes: Uint8Array, at: number, end: number): number {
    const needed = reader.heldLength < prefixLength ? prefixLength : prefixLength + readU16(reader.held, 0);
    const count = Math.min(needed - reader.heldLength, end - at);
    ensureRoom(reader, reader.heldLength + count, needed);
    reader.held.set(bytes.subarray(at, at + count), reader.heldLength);
    reader.heldLength += count;
    const whole = reader.heldLength >= prefixLength ? prefixLength + readU16(reader.held, 0) : Infinity;
    if (reader.heldLength === whole) {
      reader.heldLength = 0;
      this.#message(side, reader.held, prefixLength, whole, whole - prefixLength);
    }
    return count;
  }

  /** A hole inside a message spares the ones behind it. */
  gap(side: Side, length: number): void {
    const reader = this.#readers[side];
    const missing = reader.discard > 0 ? reader.discard : missingOf(reader);
    if (missing < length) {
      reader.isLost = true;
      if (this.#readers[1 - side]!.isLost) this.#flow.abandon('dns: bytes missing between messages');
    }
    this.#flush(side);
    reader.discard = Math.max(0, missing - length);
  }

  close(side: Side): void {
    this.#flush(side);
  }

  finish(): void {
    this.#flush(Side.source);
    this.#flush(Side.destination);
    this.#stitcher.finish();
  }

  /** Between two exchanges. */
  rest(): number | undefined {
    const isBetween = this.#readers.every(({ heldLength, discard, isLost }) => heldLength === 0 && discard === 0 && !isLost);
    return isBetween && !this.#stitcher.isWaiting ? this.#stitcher.exchanges : undefined;
  }

  /** Reads what there is of a message that will not be completed. */
  #flush(side: Side): void {
    const reader = this.#readers[side];
    const { held, heldLength } = reader;
    reader.heldLength = 0;
    if (heldLength >= prefixLength + headerLength) this.#message(side, held, prefixLength, heldLength, readU16(held, 0));
  }

  /** A length of nothing is no message, and no harm. */
  #message(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    if (length === 0) return;
    const message = readMessage(bytes, start, end, length, this.#dialect);
    if (message === undefined || (message.error === 'malformed question' && message.questions.length === 0)) {
      this.#readers[side].isLost = true;
      return this.#flow.abandon('dns: no message behind the length');
    }
    this.#stitcher.message(side, message);
  }
}

const nothing = new Uint8Array(0);

const newReader = (): Reader => ({ held: nothing, heldLength: 0, discard: 0, isLost: false });

/** Bytes that the held message lacks; 0 if none is held or its length is not known. */
function missingOf(reader: Reader): number {
  return reader.heldLength < prefixLength ? 0 : prefixLength + readU16(reader.held, 0) - reader.heldLength;
}

function ensureRoom(reader: Reader, length: number, limit: number): void {
  if (length <= reader.held.length) return;
  const grown = new Uint8Array(Math.max(length, Math.min(limit, Math.max(firstBuffer, reader.held.length * 2))));
  grown.set(reader.held.subarray(0, reader.heldLength));
  reader.held = grown;
}
