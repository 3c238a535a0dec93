import { readU16, readU32, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const headerLength = 8;
const login = 0x10;
const prelogin = 0x12;
const endOfMessage = 0x01;
/** Up to the length of the first option, or the version of a login. */
const headLength = 16;

export const mayBegin = (octet: number): boolean => octet === prelogin || octet === login;

/**
 * What a client begins with ([MS-TDS], section 2.2.3.1): type, status, length, 2, process id, 2, packet, window, always 0; then a PRELOGIN, whose first option is the version,
 * or a LOGIN7 at once.
 */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  const type = bytes[start]!;
  if (!mayBegin(type) || (end - start > 1 && bytes[start + 1] !== endOfMessage)) return Verdict.no;
  if (end - start < headLength) return Verdict.needMore;
  const length = readU16(bytes, start + 2);
  if (length < headLength || readU16(bytes, start + 4) !== 0 || bytes[start + 7] !== 0) return Verdict.no;
  const isSound = type === prelogin ? isPrelogin(bytes, start, length) : isLogin(bytes, start, length);
  return isSound ? Verdict.client : Verdict.no;
}

/** Token VERSION, 0, with offset, 2, and length, 2, always 6 (section 2.2.6.5). */
function isPrelogin(bytes: Uint8Array, start: number, length: number): boolean {
  const offset = readU16(bytes, start + headerLength + 1);
  return bytes[start + headerLength] === 0 && readU16(bytes, start + headerLength + 3) === 6 && headerLength + offset + 6 <= length;
}

/** Length of the login, 4, then the version of TDS, 4, from 7.0 to 7.4 (section 2.2.6.4). */
function isLogin(bytes: Uint8Array, start: number, length: number): boolean {
  const major = readU32(bytes, start + 12) & 0xff;
  return readU32le(bytes, start + headerLength) === length - headerLength && major >= 0x70 && major <= 0x74;
}
