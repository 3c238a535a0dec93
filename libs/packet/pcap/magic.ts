import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';

/** What people hand in by mistake, by its first four bytes. */
const others: ReadonlyMap<number, string> = new Map([
  [0x736e6f6f, 'a snoop capture'],
  [0x474d4255, 'a Microsoft Network Monitor capture'],
  [0x52545353, 'a Microsoft Network Monitor 1 capture'],
  [0x58435000, 'a Sniffer Pro capture'],
  [0xfd377a58, 'an xz file'],
  [0x425a6839, 'a bzip2 file'],
  [0x04224d18, 'an lz4 file'],
  [0x504b0304, 'a zip file'],
  [0x377abcaf, 'a 7z file'],
  [0x7f454c46, 'a program'],
  [0x89504e47, 'a PNG image'],
  [0x25504446, 'a PDF document'],
]);

/** Says for people what four bytes look like: `0x48656c6c ("Hell")`. */
export function describeMagic(bytes: Uint8Array, at: number): string {
  const magic = readU32(bytes, at);
  const known = others.get(magic);
  const hex = `0x${magic.toString(16).padStart(8, '0')}`;
  if (known !== undefined) return `${hex} (${known})`;
  const first = bytes.subarray(at, at + 4);
  const isText = first.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `${hex} ("${String.fromCharCode(...first)}", text)` : hex;
}
