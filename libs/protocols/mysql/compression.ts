import { inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { Side } from '../sdk/analyzer.ts';
import { FramedStream, Framing, type Frame, type FrameReceiver } from '../sdk/framed-stream.ts';
import { readLength } from './protocol.ts';

/** Length of the body, 3, little-endian; number, 1; length of what it unpacks to, 3, or 0 if it is not packed. */
const headerSize = 7;
const unpackedAt = 4;

/** Octets of one compressed packet that are held, on the wire and unpacked. Servers and clients fill them up to 16 KiB, and let longer rows and statements be longer. */
const packedLimit = 256 * 1024;
const unpackedLimit = 1024 * 1024;

/**
 * Octets that one side may unpack to: so many, and for each octet on the wire so many more. Text takes ten times the room unpacked and a row of one letter a thousand; a connection of nothing but
 * the latter costs its reader what it cost nobody to send.
 */
const firstAllowance = 4 * 1024 * 1024;
const allowanceRatio = 50;

export type Compression = 'zlib' | 'zstd';

/** Takes the stream of packets inside. Each is false if it cannot go on. */
export interface UnpackedReceiver {
  unpacked(side: Side, bytes: Uint8Array): boolean;
  /** So many octets of it are missing: not captured, or more than are held. */
  unpackedGap(side: Side, length: number): boolean;
}

/**
 * One side of the compressed protocol (MySQL's "Compression"): packets of their own, whose bodies put one behind the other are the stream of packets that would have been sent else. One that could
 * not be unpacked is a hole of known length in it.
 */
export class CompressedStream implements FrameReceiver {
  readonly #stream: FramedStream;
  readonly #compression: Compression;
  readonly #receiver: UnpackedReceiver;
  #allowance = firstAllowance;
  #goesOn = true;

  constructor(side: Side, compression: Compression, receiver: UnpackedReceiver) {
    this.#stream = new FramedStream(side, this);
    this.#compression = compression;
    this.#receiver = receiver;
  }

  /** False if it cannot go on. */
  data(bytes: Uint8Array, start: number, end: number, now: Instant): boolean {
    return this.#stream.data(bytes, start, end, now) !== Framing.invalid && this.#goesOn;
  }

  /** False if nobody knows where the next packet begins, or the receiver cannot go on. */
  gap(length: number): boolean {
    return this.#stream.gap(length) && this.#goesOn;
  }

  headerLength(): number {
    return headerSize;
  }

  bodyLength(_: Side, header: Uint8Array): number {
    return readLength(header, 0);
  }

  wanted(_: Side, header: Uint8Array, length: number): number {
    const unpacked = readLength(header, unpackedAt);
    this.#allowance += length * allowanceRatio;
    if (length > packedLimit || unpacked > unpackedLimit || unpacked > this.#allowance) return 0;
    this.#allowance -= unpacked;
    return length;
  }

  frame(frame: Frame): boolean {
    const { side, header, bytes, start, end, length } = frame;
    const unpackedLength = readLength(header, unpackedAt);
    const isWhole = end - start === length;
    if (!isWhole) this.#goesOn = this.#receiver.unpackedGap(side, unpackedLength || length);
    else if (unpackedLength === 0) this.#goesOn = this.#receiver.unpacked(side, bytes.subarray(start, end));
    else this.#unpack(side, bytes.subarray(start, end), unpackedLength);
    return this.#goesOn;
  }

  #unpack(side: Side, packed: Uint8Array, length: number): void {
    const unpacked = unpack(this.#compression, packed, length);
    this.#goesOn = unpacked?.length === length && this.#receiver.unpacked(side, unpacked);
  }
}

/** Undefined if it is not so compressed, or unpacks to more than it says. */
function unpack(compression: Compression, packed: Uint8Array, length: number): Uint8Array | undefined {
  const options = { maxOutputLength: length };
  try {
    return compression === 'zlib' ? inflateSync(packed, options) : zstdDecompressSync(packed, options);
  } catch {
    // The only way that node:zlib has to say so; once a connection, which ends with it.
    return undefined;
  }
}
