import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

/** Where Teredo servers listen (RFC 4380, section 2.7); clients and relays use any port. */
export const teredoPort = 3544;

/** Teredo addresses are `2001:0::/32`. */
export const teredoPrefix = 0x20010000;
/** Router solicitations and advertisements with the server go between link-local addresses (`fe80::/64`). */
const linkLocalPrefix = 0xfe800000;

/**
 * RFC 4380, section 5.1.1: an IPv6 packet in UDP, optionally behind an authentication header (0x0001) and an origin indication (0x0000). Recognised by
 * content, whatever the ports: a whole IPv6 header with a length that fits, and an address with the prefix of Teredo.
 */
export function looksLikeTeredo(walk: Walk): boolean {
  return findIpv6(walk) >= 0;
}

export function decodeTeredo(walk: Walk): number {
  const at = findIpv6(walk);
  if (at < 0) return Next.done;
  walk.offset = at;
  return walk.openTunnel('teredo', 0, 0) ? Space.etherType | 0x86dd : Next.done;
}

function findIpv6(walk: Walk): number {
  const { bytes, end } = walk;
  let at = walk.offset;
  if (end - at < 40 || bytes[at]! > 0x6f) return -1;
  if (bytes[at] === 0 && bytes[at + 1] === 1) {
    // Authentication: client identifier length 1, value length 1, both values, nonce 8, confirmation 1.
    at += 4 + bytes[at + 2]! + bytes[at + 3]! + 9;
    if (end - at < 40) return -1;
  }
  if (bytes[at] === 0 && bytes[at + 1] === 0) at += 8;
  if (end - at < 40 || bytes[at]! >>> 4 !== 6) return -1;
  if (readU16(bytes, at + 4) > walk.wireEnd - at - 40) return -1;
  return hasTeredoAddress(walk, at) ? at : -1;
}

function hasTeredoAddress(walk: Walk, at: number): boolean {
  const source = readU32(walk.bytes, at + 8);
  const destination = readU32(walk.bytes, at + 24);
  if (source === teredoPrefix || destination === teredoPrefix) return true;
  const { sourcePort, destinationPort } = walk.packet;
  return source === linkLocalPrefix && (sourcePort === teredoPort || destinationPort === teredoPort);
}
