import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const headerLength = 8;
/** Up to the offset of what is connected to. */
const headLength = 28;
const packetLimit = 8191;
const connect = 1;
/** Versions of the protocol, from Oracle 8 on. */
const firstVersion = 300;
const lastVersion = 399;
const parenthesis = 0x28;

export const mayBegin = (octet: number): boolean => octet <= packetLimit >>> 8;

/**
 * The client's CONNECT, as Wireshark's dissector has it: length, 2; checksum, 2, never used; type, 1; flags, 1; checksum of the header, 2; version, 2; at 24 and 26 length and offset of
 * the text that says what to connect to, `(DESCRIPTION=...)`, which follows by itself where it is long.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (!mayBegin(bytes[start]!) || (end - start > 4 && bytes[start + 4] !== connect)) return Verdict.no;
  if (end - start < headLength) return Verdict.needMore;
  const length = readU16(bytes, start);
  const version = readU16(bytes, start + headerLength);
  const isHeader = readU16(bytes, start + 2) === 0 && readU16(bytes, start + 6) === 0 && length >= headLength && length <= packetLimit;
  if (!isHeader || version < firstVersion || version > lastVersion) return Verdict.no;
  const text = readU16(bytes, start + 26);
  if (text < headLength || text > length) return Verdict.no;
  if (text === length) return Verdict.client;
  if (start + text >= end) return Verdict.needMore;
  return bytes[start + text] === parenthesis && text + readU16(bytes, start + 24) === length ? Verdict.client : Verdict.no;
}
