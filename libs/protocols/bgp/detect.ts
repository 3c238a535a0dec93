import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict } from '../sdk/module.ts';

const markerLength = 16;
const headerLength = 19;
/** Longest OPEN or KEEPALIVE, which a connection begins with, in bytes (RFC 8654, section 4). */
const messageLimit = 4096;
/** OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE-REFRESH (RFC 2918). */
const lastType = 5;

export const mayBegin = (octet: number): boolean => octet === 0xff;

/** Marker, 16 bytes of ones; length, 2; type, 1 (RFC 4271, section 4.1). Both speakers begin with an OPEN. */
export function detectStream(bytes: Uint8Array, start: number, end: number): Verdict {
  for (let at = start; at < end && at < start + markerLength; at++) if (bytes[at] !== 0xff) return Verdict.no;
  if (end - start < headerLength) return Verdict.needMore;
  const length = readU16(bytes, start + markerLength);
  const type = bytes[start + headerLength - 1]!;
  return length >= headerLength && length <= messageLimit && type >= 1 && type <= lastType ? Verdict.either : Verdict.no;
}
