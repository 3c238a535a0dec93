import { Verdict } from '../sdk/module.ts';

const headerLength = 14;
/** A length, 32 letters from A to P, and a zero or a scope (RFC 1001, section 14.1). */
const nameLetters = 32;
const flagsUsed = 0x0f;
/** Direct unique, direct group and broadcast. */
const types: readonly number[] = [0x10, 0x11, 0x12];

export const mayBegin = (octet: number): boolean => types.includes(octet);

/** A datagram of NetBIOS: type, flags, id, address and port of its source, length, offset, then the names of both ends (RFC 1002, sections 4.4.1 and 4.4.2). */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < headerLength + 1 + nameLetters || !mayBegin(bytes[start]!)) return Verdict.no;
  if (bytes[start + 1]! > flagsUsed || bytes[start + headerLength] !== nameLetters) return Verdict.no;
  const name = start + headerLength + 1;
  for (let at = name; at < name + nameLetters; at++) if (bytes[at]! < 0x41 || bytes[at]! > 0x50) return Verdict.no;
  return Verdict.either;
}
