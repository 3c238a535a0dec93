import { sextets } from '@orbweaver/kernel/bytes/base64.ts';

/** Octets that are decoded before they go on. */
const pieceSize = 3 * 1024;
/** Octets that four characters stand for. */
const groupSize = 3;
const padding = 0x3d;

/** Filled and handed on within one call, by whichever reader is at work. */
const piece = new Uint8Array(pieceSize);

/** Where decoded octets go. */
export interface OctetSink {
  push(bytes: Uint8Array, start: number, end: number): void;
  /** What comes makes no sense any more. */
  lose(): void;
}

/** Base64 (RFC 4648, section 4) of several texts in a row, each of which may end in padding, however it is cut. */
export class Base64Reader {
  readonly #sink: OctetSink;
  /** The bits of the group of four characters under way. */
  #bits = 0;
  #count = 0;
  #padding = 0;
  #isLost = false;

  constructor(sink: OctetSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let filled = 0;
    for (let at = start; at < end && !this.#isLost; at++) {
      this.#add(bytes[at]!);
      if (this.#count < 4) continue;
      filled = this.#endGroup(filled);
      if (filled + groupSize <= pieceSize) continue;
      this.#sink.push(piece, 0, filled);
      filled = 0;
    }
    if (filled > 0) this.#sink.push(piece, 0, filled);
    if (this.#isLost) this.#sink.lose();
  }

  lose(): void {
    this.#isLost = true;
    this.#sink.lose();
  }

  /** Padding stands at the end of a group, for one or two characters. */
  #add(octet: number): void {
    const isPadding = octet === padding && this.#count >= 2;
    const value = isPadding ? 0 : sextets[octet]!;
    this.#isLost = value >= 64 || (!isPadding && this.#padding > 0);
    if (isPadding) this.#padding++;
    this.#bits = (this.#bits << 6) | value;
    this.#count++;
  }

  /** Adds the octets of a whole group to the piece; returns how many it has then. */
  #endGroup(filled: number): number {
    const octets = this.#isLost ? 0 : groupSize - this.#padding;
    for (let i = 0; i < octets; i++) piece[filled + i] = this.#bits >> (16 - 8 * i);
    this.#bits = this.#count = this.#padding = 0;
    return filled + octets;
  }
}
