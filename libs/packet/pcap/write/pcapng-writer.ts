import type { FrameToWrite } from './pcap-writer.ts';

export interface InterfaceToWrite {
  readonly linkType: number;
  readonly snapLength?: number;
  readonly name?: string;
  /** `if_tsresol`: a power of ten, or with bit 7 of two; 9 if not given. */
  readonly resolution?: number;
  /** `if_tsoffset`, in seconds. */
  readonly offsetSeconds?: number;
}

/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng), in one byte order. */
export class PcapngBlocks {
  readonly #littleEndian: boolean;

  constructor(littleEndian = true) {
    this.#littleEndian = littleEndian;
  }

  /** Section 4.1. Begins a section: interfaces are numbered anew. */
  section(): Uint8Array {
    return this.block(0x0a0d0d0a, [this.#u32(0x1a2b3c4d), this.#u16(1), this.#u16(0), this.#u32(0xffff_ffff), this.#u32(0xffff_ffff)]);
  }

  /** Section 4.2. */
  interface(about: InterfaceToWrite): Uint8Array {
    const parts = [this.#u16(about.linkType), this.#u16(0), this.#u32(about.snapLength ?? 0)];
    if (about.name !== undefined) parts.push(this.#option(2, new TextEncoder().encode(about.name)));
    parts.push(this.#option(9, Uint8Array.of(about.resolution ?? 9)));
    if (about.offsetSeconds !== undefined) parts.push(this.#option(14, this.#u64(BigInt(about.offsetSeconds))));
    parts.push(this.#option(0, new Uint8Array(0)));
    return this.block(1, parts);
  }

  /** Section 4.3, on an interface whose clock counts `10^-digits` seconds without offset. */
  packet(frame: FrameToWrite, index = 0, digits = 9): Uint8Array {
    const units = BigInt(frame.seconds) * 10n ** BigInt(digits) + BigInt(Math.floor(frame.nanos / 10 ** (9 - digits)));
    return this.packetAt(frame, index, units);
  }

  /** The same, at a time in the interface's own units. */
  packetAt(frame: FrameToWrite, index: number, units: bigint): Uint8Array {
    const time = [this.#u32(Number(units >> 32n)), this.#u32(Number(units & 0xffff_ffffn))];
    return this.block(6, [this.#u32(index), ...time, ...this.#lengths(frame), padded(frame.bytes)]);
  }

  /** Appendix A: the obsolete packet block. */
  oldPacket(frame: FrameToWrite, index: number, units: bigint): Uint8Array {
    const time = [this.#u32(Number(units >> 32n)), this.#u32(Number(units & 0xffff_ffffn))];
    return this.block(2, [this.#u16(index), this.#u16(0), ...time, ...this.#lengths(frame), padded(frame.bytes)]);
  }

  /** Section 4.4: on the first interface, without a time. */
  simplePacket(frame: FrameToWrite): Uint8Array {
    return this.block(3, [this.#u32(frame.originalLength ?? frame.bytes.length), padded(frame.bytes)]);
  }

  /** Any block; the body's length must be a multiple of four. */
  block(type: number, body: readonly Uint8Array[]): Uint8Array {
    const length = 12 + body.reduce((sum, part) => sum + part.length, 0);
    return Buffer.concat([this.#u32(type), this.#u32(length), ...body, this.#u32(length)]);
  }

  #lengths(frame: FrameToWrite): Uint8Array[] {
    return [this.#u32(frame.bytes.length), this.#u32(frame.originalLength ?? frame.bytes.length)];
  }

  #option(code: number, value: Uint8Array): Uint8Array {
    return Buffer.concat([this.#u16(code), this.#u16(value.length), padded(value)]);
  }

  #u16(value: number): Uint8Array {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, this.#littleEndian);
    return bytes;
  }

  #u32(value: number): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, this.#littleEndian);
    return bytes;
  }

  #u64(value: bigint): Uint8Array {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, value, this.#littleEndian);
    return bytes;
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  if ((bytes.length & 3) === 0) return bytes;
  const whole = new Uint8Array((bytes.length + 3) & ~3);
  whole.set(bytes);
  return whole;
}
