import { readU32, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { readHalf, readWord } from './byte-order.ts';
import { CaptureFormat } from './capture-format.ts';
import type { FrameSink } from './frame.ts';
import { readInterface, type CaptureInterface } from './pcapng-interface.ts';

/** Block types (draft-ietf-opsawg-pcapng, section 11). The others are passed over. */
const Block = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;

const byteOrderMagic = 0x1a2b3c4d;

/** Bytes of a block that must be held to be read; what libpcap and Wireshark allow too. Blocks of no interest may be longer. */
const blockLimit = 16 * 1024 * 1024;

/** Interfaces of one section. Captures of whole racks have hundreds. */
const interfaceLimit = 65_536;

/** True if a pcapng file may begin with these four bytes. */
export function recognisePcapng(bytes: Uint8Array, at: number): boolean {
  return readU32(bytes, at) === Block.section;
}

/**
 * pcapng: blocks of type 4, total length 4, body, total length 4. A section header block sets the byte order and forgets all interfaces.
 */
export class PcapngFormat extends CaptureFormat {
  override wanted = 12;
  #littleEndian = true;
  #blocks = 0;
  #interfaces: CaptureInterface[] = [];

  get unit(): string {
    return `block ${this.#blocks + 1}`;
  }

  override walk(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    let at = start;
    while (end - at >= smallestBlock) {
      const type = readWord(bytes, at, this.#littleEndian);
      if (type === Block.section && !this.#readByteOrder(bytes, at)) return at;
      const length = readWord(bytes, at + 4, this.#littleEndian);
      if (length < smallestBlock || (length & 3) !== 0) {
        return this.fail(
          'corrupt',
          at + 4,
          `a block claims a length of ${length}, expected a multiple of 4 that is at least ${smallestBlock}`,
        );
      }
      if (isOfInterest(type)) {
        if (length > blockLimit)
          return this.fail('corrupt', at + 4, `a block claims a length of ${length}, expected at most ${blockLimit}`);
        if (end - at < length) {
          this.wanted = length;
          return at;
        }
        const again = readWord(bytes, at + length - 4, this.#littleEndian);
        if (again !== length) {
          return this.fail('corrupt', at + length - 4, `a block claims a length of ${length} at its beginning and of ${again} at its end`);
        }
        this.#readBlock(type, bytes, at, at + length - 4, sink);
        if (this.error !== undefined) return at;
      }
      this.#blocks++;
      at += length;
    }
    this.wanted = smallestBlock;
    return at;
  }

  #readByteOrder(bytes: Uint8Array, at: number): boolean {
    if (readU32le(bytes, at + 8) === byteOrderMagic) this.#littleEndian = true;
    else if (readU32(bytes, at + 8) === byteOrderMagic) this.#littleEndian = false;
    else {
      this.fail('corrupt', at + 8, 'a section header without the byte-order magic 0x1a2b3c4d');
      return false;
    }
    return true;
  }

  /** `end` is the end of the block's body. */
  #readBlock(type: number, bytes: Uint8Array, at: number, end: number, sink: FrameSink): void {
    const body = at + 8;
    const smallest = smallestBody(type);
    if (end - body < smallest) {
      this.fail('corrupt', at, `a block of type ${type} with a body of ${end - body} bytes, expected at least ${smallest}`);
      return;
    }
    switch (type) {
      case Block.section: {
        const major = readHalf(bytes, body + 4, this.#littleEndian);
        if (major !== 1)
          this.fail('unsupported', body + 4, `pcapng version ${major}.${readHalf(bytes, body + 6, this.#littleEndian)}, expected 1.x`);
        this.#interfaces = [];
        return;
      }
      case Block.interface:
        if (this.#interfaces.length === interfaceLimit) this.fail('corrupt', at, `a section with more than ${interfaceLimit} interfaces`);
        else this.#interfaces.push(readInterface(bytes, body, end, this.#littleEndian));
        return;
      case Block.enhancedPacket:
        this.#readPacket(readWord(bytes, body, this.#littleEndian), bytes, body, end, sink);
        return;
      case Block.packet:
        // The obsolete one: the interface has but 2 bytes, and 2 count drops. All else is the same.
        this.#readPacket(readHalf(bytes, body, this.#littleEndian), bytes, body, end, sink);
        return;
      case Block.simplePacket:
        this.#readSimplePacket(bytes, body, end, sink);
    }
  }

  /** Section 4.3: interface 4, time 4 + 4, captured length 4, original length 4, data, options. */
  #readPacket(index: number, bytes: Uint8Array, body: number, end: number, sink: FrameSink): void {
    const littleEndian = this.#littleEndian;
    const captured = readWord(bytes, body + 12, littleEndian);
    if (captured > end - body - 20) {
      this.fail(
        'corrupt',
        body + 12,
        `packet ${this.frame.number + 1} claims ${captured} captured bytes in a block that holds ${end - body - 20}`,
      );
      return;
    }
    const from = this.#select(index, body);
    if (from === undefined) return;
    from.timescale.apply(readWord(bytes, body + 4, littleEndian), readWord(bytes, body + 8, littleEndian), this.frame);
    this.#emit(bytes, body + 20, captured, readWord(bytes, body + 16, littleEndian), sink);
  }

  /** Section 4.4: original length 4, data, as much as the first interface's snapshot length allows. No time: the frame keeps that of the one before. */
  #readSimplePacket(bytes: Uint8Array, body: number, end: number, sink: FrameSink): void {
    const from = this.#select(0, body);
    if (from === undefined) return;
    const original = readWord(bytes, body, this.#littleEndian);
    const captured = Math.min(original, end - body - 4, from.snapLength === 0 ? Infinity : from.snapLength);
    this.frame.fractionDigits = from.timescale.digits;
    this.#emit(bytes, body + 4, captured, original, sink);
  }

  #select(index: number, at: number): CaptureInterface | undefined {
    const from = this.#interfaces[index];
    if (from === undefined) {
      this.fail(
        'corrupt',
        at,
        `packet ${this.frame.number + 1} on interface ${index}, but the section describes ${this.#interfaces.length}`,
      );
      return undefined;
    }
    this.frame.linkType = from.linkType;
    this.frame.interfaceIndex = index;
    this.frame.interfaceName = from.name;
    return from;
  }

  #emit(bytes: Uint8Array, start: number, captured: number, original: number, sink: FrameSink): void {
    const frame = this.frame;
    frame.bytes = bytes;
    frame.start = start;
    frame.end = start + captured;
    frame.originalLength = original > captured ? original : captured;
    frame.number++;
    sink(frame);
  }
}

/** Type, two lengths; a section header's byte-order magic stands in place of the second. */
const smallestBlock = 12;

function isOfInterest(type: number): boolean {
  return (
    type === Block.enhancedPacket ||
    type === Block.section ||
    type === Block.interface ||
    type === Block.simplePacket ||
    type === Block.packet
  );
}

function smallestBody(type: number): number {
  switch (type) {
    case Block.section:
      return 16;
    case Block.interface:
      return 8;
    case Block.simplePacket:
      return 4;
    default:
      return 20;
  }
}
