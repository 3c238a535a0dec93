import { readU16, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { ipByFamily } from './loopback.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** LINKTYPE_PFLOG, OpenBSD's packet filter: length 1 (of all, less padding to four), family 1 ... */
export function decodePflog(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
  const length = (bytes[offset]! + 3) & ~3;
  if (length < 4) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  walk.offset = offset + length;
  return ipByFamily(bytes[offset + 1]!);
}

/** LINKTYPE_ENC, BSD's IPsec interface: family 4 in the capturing machine's byte order, index 4, flags 4. */
export function decodeEnc(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 12) return refuse(Refusal.truncated_link_header);
  walk.offset = offset + 12;
  return ipByFamily(bytes[offset]! | bytes[offset + 3]!);
}

/** LINKTYPE_PKTAP, macOS, little-endian: length 4 (of all), kind 4, link type 4 of what follows ... */
export function decodePktap(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 12) return refuse(Refusal.truncated_link_header);
  const length = readU32le(bytes, offset);
  const inner = readU32le(bytes, offset + 8);
  if (length < 12 || inner > 0xffff) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  walk.offset = offset + length;
  return Space.linkType | inner;
}

/** LINKTYPE_FRELAY (RFC 2427): address 2 to 4 (the last byte is odd), control 1 (3), maybe padding 1, network layer protocol 1. Or Cisco's. */
export function decodeFrameRelay(walk: Walk): number {
  const { bytes, offset } = walk;
  let at = offset;
  const limit = Math.min(walk.end, offset + 4);
  while (at < limit && (bytes[at]! & 1) === 0) at++;
  if (walk.end - at < 4) return refuse(Refusal.truncated_link_header);
  at++;
  if (bytes[at] !== 0x03) {
    // Cisco's own encapsulation: an EtherType at once.
    walk.offset = at + 2;
    return Space.etherType | readU16(bytes, at);
  }
  at++;
  if (bytes[at] === 0) at++;
  if (at >= walk.end) return refuse(Refusal.truncated_link_header);
  const protocol = bytes[at]!;
  walk.offset = at + 1;
  if (protocol === 0xcc) return Space.etherType | 0x0800;
  if (protocol === 0x8e) return Space.etherType | 0x86dd;
  if (protocol !== 0x80) return Space.llc | protocol;
  if (walk.captured < 5) return refuse(Refusal.truncated_link_header);
  walk.offset = at + 6;
  return Space.etherType | readU16(bytes, at + 4);
}

/** LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of 8, EtherType 2. */
export function decodeFireWire(walk: Walk): number {
  if (walk.captured < 18) return refuse(Refusal.truncated_link_header);
  walk.offset += 18;
  return Space.etherType | readU16(walk.bytes, walk.offset - 2);
}

/** LINKTYPE_IEEE802_5: access control 1, frame control 1, destination 6, source 6 (first bit: a route of 2 to 30 bytes follows). LLC follows. */
export function decodeTokenRing(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 16) return refuse(Refusal.truncated_link_header);
  const isRouted = (bytes[offset + 8]! & 0x80) !== 0;
  const length = 14 + (isRouted ? bytes[offset + 14]! & 0x1f : 0);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  packet.destinationMac = offset + 2;
  packet.sourceMac = offset + 8;
  walk.offset = offset + length;
  return Space.etherType | 0x0004;
}

/** LINKTYPE_FDDI: frame control 1, destination 6, source 6. LLC follows in frames that carry it. */
export function decodeFddi(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 13) return refuse(Refusal.truncated_link_header);
  packet.destinationMac = offset + 1;
  packet.sourceMac = offset + 7;
  walk.offset = offset + 13;
  return (bytes[offset]! & 0xf0) === 0x50 ? Space.etherType | 0x0004 : Space.llc | bytes[offset]!;
}
