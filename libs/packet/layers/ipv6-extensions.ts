import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space, refuse } from './next.ts';
import { Network } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** Hop-by-hop and destination options (RFC 8200, sections 4.3 and 4.6): next header 1, length 1 (in eight bytes, without the first eight), options. */
export function decodeIpv6Options(walk: Walk): number {
  if (walk.packet.network !== Network.ipv6) return Next.done;
  return passExtension(walk, walk.captured < 2 ? 8 : (walk.bytes[walk.offset + 1]! + 1) << 3);
}

/** RFC 8200, section 4.4: next header 1, length 1, routing type 1, segments left 1, then by type. */
export function decodeIpv6Routing(walk: Walk): number {
  if (walk.packet.network !== Network.ipv6) return Next.done;
  if (walk.captured >= 4 && walk.bytes[walk.offset + 3] !== 0) walk.isSourceRouted = true;
  return passExtension(walk, walk.captured < 2 ? 8 : (walk.bytes[walk.offset + 1]! + 1) << 3);
}

/** RFC 8200, section 4.5: next header 1, reserved 1, offset 13 bits (in eight bytes), reserved 2 bits, more 1 bit, identification 4. */
export function decodeIpv6Fragment(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (packet.network !== Network.ipv6) return Next.done;
  const next = passExtension(walk, 8);
  if (next < 0) return next;
  const field = readU16(bytes, offset + 2);
  // An atomic fragment (RFC 6946) is whole by itself.
  if ((field & 0xfff9) === 0) return next;
  packet.fragmentId = readU32(bytes, offset + 4);
  packet.fragmentOffset = field & 0xfff8;
  packet.moreFragments = (field & 1) !== 0;
  return Next.fragment;
}

/** Authentication header (RFC 4302), of IPv4 too: next header 1, length 1 (in words, less two), reserved 2, index 4, sequence 4, check value. */
export function decodeAuthentication(walk: Walk): number {
  if (walk.captured < 2) return refuse(Refusal.truncated_ah_header);
  return passExtension(walk, (walk.bytes[walk.offset + 1]! + 2) << 2);
}

function passExtension(walk: Walk, length: number): number {
  if (length > walk.onWire) return refuse(Refusal.bad_ipv6_extension);
  if (length > walk.captured) return refuse(Refusal.truncated_ipv6_header);
  const next = walk.bytes[walk.offset]!;
  walk.offset += length;
  walk.packet.protocol = next;
  walk.takePayload();
  return Space.ipProtocol | next;
}
