import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { decodeErspan2, decodeErspan3 } from './erspan.ts';
import { Next, Space } from './next.ts';
import { pppFollows } from './ppp.ts';
import type { Walk } from './walk.ts';

const Flag = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgment: 0x0080 } as const;

/** Protocol types that mean more than their EtherType. */
const Carries = { erspan: 0x88be, erspan3: 0x22eb, ppp: 0x880b, wccp: 0x883e } as const;

/** Source routes of one header (RFC 1701); nobody has used them for decades. */
const routeLimit = 16;

/**
 * GRE (RFC 2784, RFC 2890): flags and version 2, protocol type 2, then as flagged checksum 2 and reserved 2, key 4, sequence 4. Version 1 is
 * PPTP's (RFC 2637): key as payload length 2 and call id 2, sequence 4, acknowledgment 4.
 */
export function decodeGre(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.onWire < 4 || walk.captured < 4) return Next.done;
  const flags = readU16(bytes, offset);
  const type = readU16(bytes, offset + 2);
  const version = flags & 7;
  if (version > 1) return Next.done;
  let length = 4;
  if (version === 0 && (flags & (Flag.checksum | Flag.routing)) !== 0) length += 4;
  const keyAt = offset + length;
  if ((flags & Flag.key) !== 0) length += 4;
  if ((flags & Flag.sequence) !== 0) length += 4;
  if (version === 1 && (flags & Flag.acknowledgment) !== 0) length += 4;
  if (version === 0 && (flags & Flag.routing) !== 0) length = passRoutes(walk, length);
  if (length < 0 || length > walk.captured) return Next.done;
  const key = (flags & Flag.key) !== 0 ? readU32(bytes, keyAt) : 0;
  walk.offset = offset + length;
  if (version === 1) return walk.captured > 0 && walk.openTunnel('gre', key & 0xffff, 0) ? Space.ppp | pppFollows : Next.done;
  return enter(walk, type, key, (flags & Flag.sequence) !== 0);
}

/** GRE in UDP (RFC 8086). Behind a port, so the reserved bits and a known protocol must speak for it. */
export function decodeGreInUdp(walk: Walk): number {
  if (walk.captured < 4) return Next.done;
  const isPlain = (readU16(walk.bytes, walk.offset) & ~(Flag.checksum | Flag.key | Flag.sequence)) === 0;
  return isPlain && walk.knows(Space.etherType | readU16(walk.bytes, walk.offset + 2)) ? decodeGre(walk) : Next.done;
}

function enter(walk: Walk, type: number, key: number, hasSequence: boolean): number {
  switch (type) {
    case Carries.erspan:
      // Type I has no header of its own, and GRE then no sequence number.
      if (hasSequence) return decodeErspan2(walk);
      return walk.openTunnel('erspan', 0, 0) ? Space.linkType | 1 : Next.done;
    case Carries.erspan3:
      return decodeErspan3(walk);
    case Carries.ppp:
      return walk.openTunnel('gre', key, key) ? Space.ppp | pppFollows : Next.done;
    case Carries.wccp:
      if (!walk.openTunnel('gre', key, key)) return Next.done;
      // WCCP version 2 puts a redirect header of 4 bytes before the packet, version 1 none.
      if (walk.captured > 4 && walk.bytes[walk.offset]! >>> 4 !== 4) walk.offset += 4;
      return Space.etherType | 0x0800;
    case 0:
      // A keep-alive carries nothing, or a GRE packet for the way back.
      return Next.done;
    default:
      if (!walk.openTunnel('gre', key, key)) return Next.done;
      return isArubaWlan(type) ? Space.linkType | 105 : Space.etherType | type;
  }
}

/** Aruba's access points send 802.11 frames under 0x8200 to 0x83f0, a number for each queue. */
function isArubaWlan(type: number): boolean {
  return (type & 0xfe0f) === 0x8200;
}

/** RFC 1701: address family 2, offset 1, length 1, route; the last has length 0. Returns the length of all, or -1. */
function passRoutes(walk: Walk, before: number): number {
  let length = before;
  for (let route = 0; route < routeLimit; route++) {
    if (length + 4 > walk.captured) return -1;
    const routeLength = walk.bytes[walk.offset + length + 3]!;
    length += 4 + routeLength;
    if (routeLength === 0) return length;
  }
  return -1;
}
