/**
 * Frame layout (RFC 6455, section 5.2):
 *
 *     FIN(1) RSV1(1) RSV2(1) RSV3(1) opcode(4)
 *     MASK(1) length(7)        126: 2 more octets, 127: 8 more octets
 *     masking key (4 octets)   if MASK
 *     payload                  octet i is XORed with key[i mod 4]
 */
const longestHeader = 14;

/** Octets of a control frame's payload (section 5.5). */
const controlLimit = 125;

/** Octets that are unmasked at a time. */
const unmaskSize = 16 * 1024;

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What the frames of one side tell. */
export interface FrameEvents {
  /** A part of the payload, unmasked; the octets change after the call. */
  payload(reader: FrameReader, bytes: Uint8Array, start: number, end: number): void;
  /** The frame is complete. */
  end(reader: FrameReader): void;
}

/**
 * One side's stream as frames. A push parser: payload passes through, of a header at most 14 octets are copied.
 */
export class FrameReader {
  opcode = 0;
  isFinal = false;
  /** RSV1: the message is compressed (RFC 7692, section 6). */
  isCompressed = false;
  /** Octets of payload of this frame. */
  length = 0;
  /** The octets are no frames, or a hole took the place where one begins: nothing more is read. */
  isLost = false;
  /** True once a frame's header is complete, until its payload is. */
  isInFrame = false;
  readonly #events: FrameEvents;
  readonly #header = new Uint8Array(longestHeader);
  #gathered = 0;
  #remaining = 0;
  #isMasked = false;
  /** Position in the masking key. */
  #phase = 0;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  get isControl(): boolean {
    return this.opcode >= Opcode.close;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.isLost) at = this.isInFrame ? this.#readPayload(bytes, at, end) : this.#readHeader(bytes, at, end);
  }

  /** `length` octets are missing: of payload they are counted, beyond it the framing is lost. Returns how many were payload. */
  gap(length: number): number {
    if (this.isLost) return 0;
    const within = this.isInFrame ? Math.min(length, this.#remaining) : 0;
    this.#remaining -= within;
    this.#phase = (this.#phase + within) & 3;
    if (this.isInFrame && this.#remaining === 0) this.#endFrame();
    if (within < length) this.isLost = true;
    return within;
  }

  #readHeader(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      this.#header[this.#gathered++] = bytes[at++]!;
      if (this.#gathered >= 2 && this.#gathered === this.#headerLength()) {
        this.#openFrame();
        break;
      }
    }
    return at;
  }

  #headerLength(): number {
    const second = this.#header[1]!;
    const short = second & 0x7f;
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
  }

  #openFrame(): void {
    const header = this.#header;
    const first = header[0]!;
    this.opcode = first & 0x0f;
    this.isFinal = (first & 0x80) !== 0;
    this.isCompressed = (first & 0x40) !== 0;
    this.#isMasked = (header[1]! & 0x80) !== 0;
    this.length = this.#payloadLength();
    this.#gathered = 0;
    this.#phase = 0;
    this.#remaining = this.length;
    if (!this.#isValid(first)) {
      this.isLost = true;
      return;
    }
    this.isInFrame = true;
    if (this.length === 0) this.#endFrame();
  }

  /** The payload's length, or -1 past 2^53. */
  #payloadLength(): number {
    const header = this.#header;
    const short = header[1]! & 0x7f;
    if (short < 126) return short;
    if (short === 126) return (header[2]! << 8) | header[3]!;
    if (header[2]! !== 0 || header[3]! >= 0x20) return -1;
    let length = 0;
    for (let i = 3; i < 10; i++) length = length * 256 + header[i]!;
    return length;
  }

  /** Sections 5.2 and 5.5: no extension in use gives the other reserved bits and opcodes a meaning. */
  #isValid(first: number): boolean {
    if ((first & 0x30) !== 0 || this.length < 0) return false;
    if (this.opcode >= Opcode.close) return this.opcode <= Opcode.pong && this.isFinal && this.length <= controlLimit;
    return this.opcode <= Opcode.binary;
  }

  #readPayload(bytes: Uint8Array, at: number, end: number): number {
    const stop = Math.min(end, at + this.#remaining);
    this.#remaining -= stop - at;
    if (this.#isMasked) this.#unmask(bytes, at, stop);
    else this.#events.payload(this, bytes, at, stop);
    if (this.#remaining === 0) this.#endFrame();
    return stop;
  }

  #unmask(bytes: Uint8Array, start: number, end: number): void {
    const key = this.#header;
    const keyAt = this.#keyOffset();
    for (let at = start; at < end;) {
      const stop = Math.min(end, at + unmaskSize);
      const length = stop - at;
      const phase = this.#phase;
      const k0 = key[keyAt + phase]!;
      const k1 = key[keyAt + ((phase + 1) & 3)]!;
      const k2 = key[keyAt + ((phase + 2) & 3)]!;
      const k3 = key[keyAt + ((phase + 3) & 3)]!;
      let i = 0;
      for (; i + 3 < length; i += 4) {
        unmasked[i] = bytes[at + i]! ^ k0;
        unmasked[i + 1] = bytes[at + i + 1]! ^ k1;
        unmasked[i + 2] = bytes[at + i + 2]! ^ k2;
        unmasked[i + 3] = bytes[at + i + 3]! ^ k3;
      }
      for (; i < length; i++) unmasked[i] = bytes[at + i]! ^ key[keyAt + ((phase + i) & 3)]!;
      at = stop;
      this.#phase = (phase + length) & 3;
      this.#events.payload(this, unmasked, 0, length);
    }
  }

  /** Where the key stands in the header, whose octets stay until the next one begins. */
  #keyOffset(): number {
    const short = this.#header[1]! & 0x7f;
    return short === 126 ? 4 : short === 127 ? 10 : 2;
  }

  #endFrame(): void {
    this.isInFrame = false;
    this.#events.end(this);
  }
}

/** Shared: what is in it does not outlive the call. */
const unmasked = new Uint8Array(unmaskSize);
