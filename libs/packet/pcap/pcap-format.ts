import { readHalf, readWord } from './byte-order.ts';
import { CaptureFormat, captureLengthLimit } from './capture-format.ts';
import type { Frame, FrameSink } from './frame.ts';

/**
 * The file format of libpcap (draft-ietf-opsawg-pcap). File header: magic 4, version 2 + 2, reserved 8, snapshot length 4, link type 4. Then records:
 * seconds 4, fraction 4, captured length 4, original length 4, data.
 */
export interface PcapVariant {
  readonly name: string;
  readonly nanoseconds: boolean;
  /** Bytes between magic and first record. */
  readonly fileHeader: number;
  readonly recordHeader: number;
}

const variants: ReadonlyMap<number, PcapVariant> = new Map([
  [0xa1b2c3d4, { name: 'pcap', nanoseconds: false, fileHeader: 24, recordHeader: 16 }],
  [0xa1b23c4d, { name: 'pcap with nanoseconds', nanoseconds: true, fileHeader: 24, recordHeader: 16 }],
  // Navtel's, of which libpcap knows the number and the nanoseconds.
  [0xa12b3c4d, { name: 'Navtel pcap', nanoseconds: true, fileHeader: 24, recordHeader: 16 }],
  // Alexey Kuznetsov's patched libpcap: interface index 4, protocol 2, packet type 1, padding 1 behind each record header.
  [0xa1b2cd34, { name: 'modified pcap', nanoseconds: false, fileHeader: 24, recordHeader: 24 }],
  // Ixia's lcap, hardware and software: the size of all records, 4, behind the file header.
  [0x1c0001ac, { name: 'Ixia hardware lcap', nanoseconds: true, fileHeader: 28, recordHeader: 16 }],
  [0x1c0001ab, { name: 'Ixia software lcap', nanoseconds: false, fileHeader: 28, recordHeader: 16 }],
]);

/** The variant that begins with these four bytes, and its byte order; undefined if none does. */
export function recognisePcap(bytes: Uint8Array, at: number): { variant: PcapVariant; littleEndian: boolean } | undefined {
  for (const littleEndian of [true, false]) {
    const variant = variants.get(readWord(bytes, at, littleEndian));
    if (variant !== undefined) return { variant, littleEndian };
  }
  return undefined;
}

/** How a version wrote captured and original length. */
const LengthOrder = { plain: 0, swapped: 1, eitherWay: 2 } as const;

export class PcapFormat extends CaptureFormat {
  readonly #variant: PcapVariant;
  readonly #littleEndian: boolean;
  #lengthOrder: number = LengthOrder.plain;
  #hasHeader = false;

  constructor(frame: Frame, variant: PcapVariant, littleEndian: boolean) {
    super(frame);
    this.#variant = variant;
    this.#littleEndian = littleEndian;
    this.wanted = variant.fileHeader;
    frame.fractionDigits = variant.nanoseconds ? 9 : 6;
    frame.interfaceIndex = 0;
    frame.interfaceName = undefined;
  }

  get unit(): string {
    return this.#hasHeader ? `packet ${this.frame.number + 1}` : 'the file header';
  }

  override walk(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    let at = start;
    if (!this.#hasHeader) {
      if (end - at < this.wanted) return at;
      this.#readFileHeader(bytes, at);
      if (this.error !== undefined) return at;
      at += this.#variant.fileHeader;
    }
    return this.#walkRecords(bytes, at, end, sink);
  }

  #readFileHeader(bytes: Uint8Array, at: number): void {
    const littleEndian = this.#littleEndian;
    const major = readHalf(bytes, at + 4, littleEndian);
    const minor = readHalf(bytes, at + 6, littleEndian);
    // 543.0 is what DEC's tcpdump wrote.
    if (major !== 2 && !(major === 543 && minor === 0)) {
      this.fail('unsupported', at + 4, `pcap version ${major}.${minor}, expected 2.x`);
      return;
    }
    // Before 2.3 the two lengths stood the other way round; of 2.3 there are files of both kinds.
    if (major === 2 && minor < 3) this.#lengthOrder = LengthOrder.swapped;
    else if (major === 2 && minor === 3) this.#lengthOrder = LengthOrder.eitherWay;
    // The upper six bits tell the length of a frame check sequence.
    this.frame.linkType = readWord(bytes, at + 20, littleEndian) & 0x03ff_ffff;
    this.#hasHeader = true;
  }

  #walkRecords(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    const frame = this.frame;
    const littleEndian = this.#littleEndian;
    const nanoseconds = this.#variant.nanoseconds;
    const unitsPerSecond = nanoseconds ? 1_000_000_000 : 1_000_000;
    const headerLength = this.#variant.recordHeader;
    let at = start;
    while (end - at >= headerLength) {
      let captured = readWord(bytes, at + 8, littleEndian);
      let original = readWord(bytes, at + 12, littleEndian);
      if (this.#lengthOrder !== LengthOrder.plain && (this.#lengthOrder === LengthOrder.swapped || captured > original)) {
        [captured, original] = [original, captured];
      }
      if (captured > captureLengthLimit) {
        return this.fail(
          'corrupt',
          at + 8,
          `packet ${frame.number + 1} claims ${captured} captured bytes, expected at most ${captureLengthLimit}`,
        );
      }
      const dataStart = at + headerLength;
      const dataEnd = dataStart + captured;
      if (dataEnd > end) {
        this.wanted = dataEnd - at;
        return at;
      }
      let seconds = readWord(bytes, at, littleEndian);
      let fraction = readWord(bytes, at + 4, littleEndian);
      if (fraction >= unitsPerSecond) {
        seconds += Math.floor(fraction / unitsPerSecond);
        fraction %= unitsPerSecond;
      }
      frame.seconds = seconds;
      frame.nanos = nanoseconds ? fraction : fraction * 1000;
      if (frame.bytes !== bytes) frame.bytes = bytes;
      frame.start = dataStart;
      frame.end = dataEnd;
      frame.originalLength = original > captured ? original : captured;
      frame.number++;
      sink(frame);
      at = dataEnd;
    }
    this.wanted = headerLength;
    return at;
  }
}
