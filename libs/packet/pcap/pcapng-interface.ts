import { readHalf, readWord } from './byte-order.ts';
import { Timescale, microseconds } from './timescale.ts';

/** What an Interface Description Block says. */
export interface CaptureInterface {
  readonly linkType: number;
  /** Most bytes captured of a packet; 0 for no limit. */
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly timescale: Timescale;
}

/** Bytes of an interface name that are kept. */
const nameLimit = 256;

const Option = { end: 0, name: 2, timeResolution: 9, timeOffset: 14 } as const;

const text = new TextDecoder();

/**
 * draft-ietf-opsawg-pcapng, section 4.2: link type 2, reserved 2, snapshot length 4, then options of code 2, length 2, value padded to four bytes.
 * `[start, end)` is the block's body, at least 8 bytes.
 */
export function readInterface(bytes: Uint8Array, start: number, end: number, littleEndian: boolean): CaptureInterface {
  let name: string | undefined;
  let resolution = microseconds;
  let offsetSeconds = 0;
  let at = start + 8;
  while (end - at >= 4) {
    const code = readHalf(bytes, at, littleEndian);
    const length = readHalf(bytes, at + 2, littleEndian);
    const value = at + 4;
    if (code === Option.end || length > end - value) break;
    if (code === Option.name) name = text.decode(bytes.subarray(value, value + Math.min(length, nameLimit))).replace(/\0.*$/s, '');
    if (code === Option.timeResolution && length >= 1) resolution = bytes[value]!;
    if (code === Option.timeOffset && length >= 8) offsetSeconds = readSigned64(bytes, value, littleEndian);
    at = value + ((length + 3) & ~3);
  }
  return {
    linkType: readHalf(bytes, start, littleEndian),
    snapLength: readWord(bytes, start + 4, littleEndian),
    name,
    timescale: new Timescale(resolution, offsetSeconds),
  };
}

function readSigned64(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const high = readWord(bytes, littleEndian ? at + 4 : at, littleEndian) | 0;
  return high * 0x1_0000_0000 + readWord(bytes, littleEndian ? at : at + 4, littleEndian);
}
