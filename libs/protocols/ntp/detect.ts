import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Verdict, type PortHint } from '../sdk/module.ts';

/** IANA: ntp. */
const port = 123;
const headerLength = 48;
/** Powers of two that intervals and precision may be, with room for what clients make up. */
const poll = { least: -8, most: 36 } as const;
const precision = { least: -48, most: 32 } as const;
/** The highest that RFC 5905 gives a meaning to: unsynchronized. */
const highestStratum = 16;

/**
 * Leap indicator 2 bits, version 3 bits, mode 3 bits, then 47 bytes of header (RFC 5905, section 7.3). Modes 6 and 7, control and private, are shorter. Too little to
 * go by without the port.
 */
export function detectDatagram(bytes: Uint8Array, start: number, end: number, ports: PortHint): Verdict {
  if ((ports.receiverPort !== port && ports.senderPort !== port) || start === end) return Verdict.no;
  const first = bytes[start]!;
  const version = (first >>> 3) & 7;
  const mode = first & 7;
  if (version === 0 || version > 4 || mode === 0) return Verdict.no;
  if (mode === 6) return isControl(bytes, start, end) ? roleOf((bytes[start + 1]! & 0x80) !== 0) : Verdict.no;
  if (mode === 7) return isPrivate(bytes, start, end) ? roleOf((first & 0x80) !== 0) : Verdict.no;
  if (end - start < headerLength || bytes[start + 1]! > highestStratum) return Verdict.no;
  // A root delay beyond 256 s, either way, is noise.
  if (bytes[start + 4] !== 0 && bytes[start + 4] !== 0xff) return Verdict.no;
  if (!isWithin(bytes[start + 2]!, poll) || !isWithin(bytes[start + 3]!, precision)) return Verdict.no;
  if (mode === 3) return Verdict.client;
  return mode === 4 ? Verdict.server : Verdict.either;
}

const roleOf = (isResponse: boolean): Verdict => (isResponse ? Verdict.server : Verdict.client);

function isWithin(octet: number, range: { readonly least: number; readonly most: number }): boolean {
  const power = (octet << 24) >> 24;
  return power >= range.least && power <= range.most;
}

/** The data is as long as the count says, but for padding and a signature (RFC 9327, section 2). The first two bits should be zero, and are not with ntpq. */
function isControl(bytes: Uint8Array, start: number, end: number): boolean {
  const header = 12;
  if (end - start < header) return false;
  const left = end - start - header - readU16(bytes, start + 10);
  return left >= 0 && left <= 3 + 4 + 64;
}

/** An implementation number of 0, 2 or 3, and items that fit; a request may be padded to a fixed length (`ntp_request.h`). */
function isPrivate(bytes: Uint8Array, start: number, end: number): boolean {
  const header = 8;
  if (end - start < header || bytes[start + 2]! === 1 || bytes[start + 2]! > 3 || (bytes[start + 6]! & 0xf0) !== 0) return false;
  const items = readU16(bytes, start + 4) & 0x0fff;
  return header + items * (readU16(bytes, start + 6) & 0x0fff) <= end - start;
}
