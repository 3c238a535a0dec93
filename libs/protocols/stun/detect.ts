import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const headerLength = 20;
const magicCookie = 0x2112a442;

/** Type, length, cookie, transaction id (RFC 8489, section 5); the length is a multiple of four and ends with the datagram. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < headerLength || headerLength + readU16(bytes, start + 2) !== end - start) return Verdict.no;
  return detectHeader(bytes, start);
}

/** Over TCP the length alone frames the messages (RFC 8489, section 6.2.2). */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start]! > 0x3f) return Verdict.no;
  return end - start < 8 ? Verdict.needMore : detectHeader(bytes, start);
}

function detectHeader(bytes: Uint8Array, start: number): Verdict {
  if (bytes[start]! > 0x3f || readU16(bytes, start + 2) % 4 !== 0 || readU32(bytes, start + 4) !== magicCookie) return Verdict.no;
  // The class: 0 a request, 1 an indication, 2 success, 3 failure. Peers that check a path ask each other, so a request tells no role.
  const isAnswer = (bytes[start]! & 1) !== 0;
  return isAnswer ? Verdict.server : Verdict.either;
}
