import { crc32 } from 'node:zlib';

/**
 * A pack is a header and then entries, one a piece of content, only ever appended to:
 *
 *     pack    magic(8 octets, `ORBPACK1`) entry*
 *     entry   magic(32) codec(8) zeros(24) stored length(32) plain length(32) CRC-32 of the stored bytes(32) CRC-32 of the 20 octets before(32) bytes
 *
 * Numbers are little-endian. An entry counts once its checks hold: a write that a crash cut short is no entry.
 */
export const packMagic = Buffer.from('ORBPACK1');
export const entryHeaderLength = 24;
const entryMagic = 0x424c4f42;

export const Codec = { plain: 0, zstd: 1 } as const;

/** Bytes of one pack, after which the next begins. */
export const packLimit = 256 << 20;

export const packName = (pack: number): string => `pack-${pack}.bin`;

export interface EntryHeader {
  readonly codec: number;
  readonly storedLength: number;
  readonly plainLength: number;
  readonly check: number;
}

export function encodeEntryHeader({ codec, storedLength, plainLength, check }: EntryHeader): Buffer {
  const header = Buffer.alloc(entryHeaderLength);
  header.writeUInt32LE(entryMagic, 0);
  header.writeUInt8(codec, 4);
  header.writeUInt32LE(storedLength, 8);
  header.writeUInt32LE(plainLength, 12);
  header.writeUInt32LE(check, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 20)), 20);
  return header;
}

/** Undefined if these are not the 24 octets before a piece of content. */
export function decodeEntryHeader(header: Buffer): EntryHeader | undefined {
  if (header.length < entryHeaderLength || header.readUInt32LE(0) !== entryMagic) return undefined;
  if (crc32(header.subarray(0, 20)) !== header.readUInt32LE(20)) return undefined;
  return {
    codec: header.readUInt8(4),
    storedLength: header.readUInt32LE(8),
    plainLength: header.readUInt32LE(12),
    check: header.readUInt32LE(16),
  };
}
