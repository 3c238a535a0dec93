import { readU32, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';

/** Unsigned 32 bits in the byte order of the machine that wrote the capture. The caller has checked the length. */
export function readWord(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? readU32le(bytes, at) : readU32(bytes, at);
}

/** Unsigned 16 bits, likewise. */
export function readHalf(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
}
