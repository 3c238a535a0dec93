import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { communityIdOf } from './community-id.ts';
import { IpProtocolNumber } from './ip-protocols.ts';

/** IPv6 extension headers that are passed over on the way to the transport. */
const extensionLimit = 8;

/** Hop-by-hop options, routing, destination options: next header, and length in 8 octets without the first (RFC 8200, section 4). */
const extensions: readonly number[] = [0, 43, 60];

/**
 * The Community ID of the flow that an error message is about, from the packet that it quotes: the IP header and at least 8 octets behind it (RFC 792; RFC 4443, section 3).
 * Undefined if that much is not there, or the quoted packet is a fragment without ports.
 */
export function originalCommunityId(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end) return undefined;
  const version = bytes[start]! >>> 4;
  return version === 4 ? original4(bytes, start, end) : version === 6 ? original6(bytes, start, end) : undefined;
}

function original4(bytes: Uint8Array, start: number, end: number): string | undefined {
  const headerLength = (bytes[start]! & 15) * 4;
  if (headerLength < 20 || end - start < headerLength + 4 || (readU16(bytes, start + 6) & 0x1fff) !== 0) return undefined;
  return idOf(
    bytes[start + 9]!,
    bytes.subarray(start + 12, start + 16),
    bytes.subarray(start + 16, start + 20),
    bytes,
    start + headerLength,
  );
}

function original6(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < 40 + 4) return undefined;
  let next = bytes[start + 6]!;
  let at = start + 40;
  for (let passed = 0; passed < extensionLimit && extensions.includes(next); passed++) {
    next = bytes[at]!;
    at += 8 + bytes[at + 1]! * 8;
    if (end - at < 4) return undefined;
  }
  return idOf(next, bytes.subarray(start + 8, start + 24), bytes.subarray(start + 24, start + 40), bytes, at);
}

/** At least 4 octets of the transport header are there. */
function idOf(protocol: number, source: Uint8Array, destination: Uint8Array, bytes: Uint8Array, at: number): string | undefined {
  switch (protocol) {
    case IpProtocolNumber.tcp:
    case IpProtocolNumber.udp:
    case IpProtocolNumber.sctp:
      return communityIdOf({ protocol, source, destination, sourcePort: readU16(bytes, at), destinationPort: readU16(bytes, at + 2) });
    case IpProtocolNumber.icmp:
    case IpProtocolNumber.icmpv6:
      return communityIdOf({ protocol, source, destination, sourcePort: bytes[at]!, destinationPort: bytes[at + 1]! });
    default:
      return undefined;
  }
}
