import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space, refuse } from './next.ts';
import { Network } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** Hop-by-hop options, and the header of destination options (RFC 8200, sections 4.3 and 4.6): next header 1, length 1 (in eight bytes, without the first eight), options. */
export function decodeIpv6Options(walk: Walk): number {
  if (walk.packet.network !== Network.ipv6) return Next.done;
  return passExtension(walk, walk.captured < 2 ? 8 : (walk.bytes[walk.offset + 1]! + 1) << 3);
}

/**
 * Destination options. A home address among them (RFC 6275, section 6.3) is the source for what lies above: of its pseudo header, and of the conversation, which
 * goes on while the care-of address in the IPv6 header changes.
 */
export function decodeIpv6Destination(walk: Walk): number {
  const options = walk.offset + 2;
  const next = decodeIpv6Options(walk);
  if (next >= 0) takeHomeAddress(walk, options, walk.offset);
  return next;
}

const Option = { pad1: 0, homeAddress: 201 } as const;

/** Each option in `[at, end)`: type 1, length 1, data; the padding of one byte has its type only. */
function takeHomeAddress(walk: Walk, at: number, end: number): void {
  const { bytes } = walk;
  while (at + 2 <= end) {
    if (bytes[at] === Option.pad1) at++;
    else {
      const length = bytes[at + 1]!;
      if (bytes[at] === Option.homeAddress && length === addressLength && at + 2 + length <= end)
        return readAddress(walk.packet.source, bytes, at + 2);
      at += 2 + length;
    }
  }
}

/** RFC 8200, section 4.4: next header 1, length 1, routing type 1, segments left 1, then by type. */
export function decodeIpv6Routing(walk: Walk): number {
  if (walk.packet.network !== Network.ipv6) return Next.done;
  const { bytes, offset } = walk;
  const length = walk.captured < 2 ? 8 : (bytes[offset + 1]! + 1) << 3;
  const next = passExtension(walk, length);
  if (next >= 0 && bytes[offset + 3] !== 0) takeFinalDestination(walk, offset, length);
  return next;
}

/** Lists of addresses: the source route (RFC 2460, section 4.4), the home address (RFC 6275, section 6.4), segments (RFC 8754, section 2). */
const RoutingType = { source: 0, home: 2, segments: 4 } as const;

/**
 * With segments left, the destination in the IPv6 header is a station on the way: that of the conversation, and of the pseudo header (RFC 8200, section 8.1), ends the list,
 * or begins it, segments being listed from the last one on. Other types are not read: RFC 6554 compresses its addresses.
 */
function takeFinalDestination(walk: Walk, offset: number, length: number): void {
  const type = walk.bytes[offset + 2]!;
  const isList = type === RoutingType.source || type === RoutingType.home;
  if (length < 8 + addressLength || (!isList && type !== RoutingType.segments)) walk.isSourceRouted = true;
  else readAddress(walk.packet.destination, walk.bytes, isList ? offset + length - addressLength : offset + 8);
}

const addressLength = 16;

function readAddress(address: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let word = 0; word < 4; word++) address[word] = readU32(bytes, at + 4 * word);
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
