import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { communityIdOf, portlessCommunityIdOf } from './community-id.ts';
import { IpProtocolNumber } from './ip-protocols.ts';

/** IPv6 extension headers that are passed over on the way to the transport. */
const extensionLimit = 8;

/** Hop-by-hop options, routing, destination options: next header, and length in 8 octets without the first (RFC 8200, section 4). */
const extensions: readonly number[] = [0, 43, 60];
/** Next header, a reserved octet, the fragment's offset and flags, identification: 8 octets (RFC 8200, section 4.5). */
const fragment = 44;
const fragmentOffset = 0xfff8;
/** All whose messages are told apart: ICMP's by type and code. */
const withPorts: readonly number[] = Object.values(IpProtocolNumber);
/** Authentication, and no next header: what flow such a packet is of is not told by what is quoted of it. */
const untold: readonly number[] = [...extensions, fragment, 51, 59];

/**
 * The Community ID of the flow that an error message is about, from the packet that it quotes: the IP header and at least 8 octets behind it (RFC 792; RFC 4443, section 3).
 * Undefined if that much is not there, or the quoted packet is a fragment but the first.
 */
export function originalCommunityId(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end) return undefined;
  const version = bytes[start]! >>> 4;
  return version === 4 ? original4(bytes, start, end) : version === 6 ? original6(bytes, start, end) : undefined;
}

function original4(bytes: Uint8Array, start: number, end: number): string | undefined {
  const headerLength = (bytes[start]! & 15) * 4;
  if (headerLength < 20 || end - start < headerLength || (readU16(bytes, start + 6) & 0x1fff) !== 0) return undefined;
  return idOf(
    bytes[start + 9]!,
    bytes.subarray(start + 12, start + 16),
    bytes.subarray(start + 16, start + 20),
    bytes,
    start + headerLength,
    end,
  );
}

function original6(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < 40) return undefined;
  let next = bytes[start + 6]!;
  let at = start + 40;
  for (let passed = 0; passed < extensionLimit && (extensions.includes(next) || next === fragment); passed++) {
    if (end - at < 8) return undefined;
    const isFragment = next === fragment;
    if (isFragment && (readU16(bytes, at + 2) & fragmentOffset) !== 0) return undefined;
    next = bytes[at]!;
    at += isFragment ? 8 : 8 + bytes[at + 1]! * 8;
  }
  return at > end ? undefined : idOf(next, bytes.subarray(start + 8, start + 24), bytes.subarray(start + 24, start + 40), bytes, at, end);
}

/** Of the transport header `[at, end)` is there; ports, where there are any, are its first 4 octets. */
function idOf(
  protocol: number,
  source: Uint8Array,
  destination: Uint8Array,
  bytes: Uint8Array,
  at: number,
  end: number,
): string | undefined {
  if (!withPorts.includes(protocol)) return untold.includes(protocol) ? undefined : portlessCommunityIdOf(protocol, source, destination);
  if (end - at < 4) return undefined;
  const isIcmp = protocol === IpProtocolNumber.icmp || protocol === IpProtocolNumber.icmpv6;
  const sourcePort = isIcmp ? bytes[at]! : readU16(bytes, at);
  const destinationPort = isIcmp ? bytes[at + 1]! : readU16(bytes, at + 2);
  return communityIdOf({ protocol, source, destination, sourcePort, destinationPort });
}
