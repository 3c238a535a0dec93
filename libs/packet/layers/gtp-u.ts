import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next } from './next.ts';
import { ipByVersion } from './raw-ip.ts';
import type { Walk } from './walk.ts';

/** Extension headers of one packet; 3GPP has defined five kinds. */
const extensionLimit = 8;

/**
 * 3GPP TS 29.281, section 5.1: version 3 bits (1), protocol type 1 (1), reserved 1, flags 3; message type 1; length 2 (behind the first eight bytes);
 * tunnel endpoint 4. With any flag: sequence 2, N-PDU 1, next extension type 1. Only message 255 carries a packet.
 */
export function decodeGtpU(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return Next.done;
  const flags = bytes[offset]!;
  if ((flags & 0xf0) !== 0x30 || bytes[offset + 1] !== 0xff) return Next.done;
  const length = readU16(bytes, offset + 2);
  if (length > walk.onWire - 8) return Next.done;
  const headerLength = (flags & 0x07) === 0 ? 8 : passExtensions(walk, (flags & 0x04) !== 0);
  if (headerLength < 0 || headerLength >= Math.min(walk.captured, 8 + length)) return Next.done;
  const next = ipByVersion(bytes[offset + headerLength]! >>> 4);
  if (next < 0) return Next.done;
  walk.offset = offset + headerLength;
  // Each direction has its own endpoint: it tells no conversation.
  return walk.openTunnel('gtp-u', readU32(bytes, offset + 4), 0) ? next : Next.done;
}

/** Section 5.2: length 1 (in words), content, next extension type 1. Returns the length of all headers, or -1. */
function passExtensions(walk: Walk, hasExtensions: boolean): number {
  const { bytes, offset, captured } = walk;
  let length = 12;
  if (length > captured) return -1;
  if (!hasExtensions) return length;
  for (let count = 0; bytes[offset + length - 1] !== 0; count++) {
    if (count === extensionLimit || length >= captured) return -1;
    const words = bytes[offset + length]!;
    if (words === 0) return -1;
    length += words << 2;
    if (length > captured) return -1;
  }
  return length;
}
