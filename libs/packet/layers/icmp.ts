import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { sumPseudoHeader, sumWords } from './checksum.ts';
import { Next, refuse } from './next.ts';
import { IpProtocol, Network, type Packet } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** RFC 792: type 1, code 1, checksum 2, then by type; an echo has identifier 2 and sequence number 2. */
export function decodeIcmp(walk: Walk): number {
  if (walk.verifyChecksums && !checksumIsGood(walk, 0)) return refuse(Refusal.bad_icmp_checksum);
  return decode(walk);
}

/** RFC 4443: the same header, with a pseudo header in the checksum. */
export function decodeIcmpv6(walk: Walk): number {
  // The protocol means nothing in IPv4, where some tools send it all the same.
  const pseudo = walk.packet.network === Network.ipv6 ? sumPseudoHeader(walk.packet, IpProtocol.icmpv6, walk.onWire) : 0;
  if (walk.verifyChecksums && !walk.isSourceRouted && !checksumIsGood(walk, pseudo)) return refuse(Refusal.bad_icmp_checksum);
  return decode(walk);
}

function decode(walk: Walk): number {
  const { bytes, offset, end, packet } = walk;
  if (end - offset < 2) return refuse(Refusal.truncated_icmp_header);
  readIcmpHeader(packet, bytes, offset, end);
  packet.hasTransport = end - offset >= 8;
  const payloadLength = Math.max(0, walk.onWire - 8);
  walk.advance(8);
  walk.takePayload();
  packet.payloadLength = payloadLength;
  return Next.done;
}

/** Fills in type, code and, of messages that have them, identifier and sequence number. The caller has checked that two bytes are there. */
export function readIcmpHeader(packet: Packet, bytes: Uint8Array, start: number, end: number): void {
  const type = bytes[start]!;
  packet.icmpType = type;
  packet.icmpCode = bytes[start + 1]!;
  packet.hasPorts = true;
  const hasIdentifier =
    packet.network === Network.ipv6 ? type === 128 || type === 129 : type === 8 || type === 0 || (type >= 13 && type <= 18);
  if (!hasIdentifier || end - start < 8) return;
  packet.icmpId = readU16(bytes, start + 4);
  packet.icmpSequence = readU16(bytes, start + 6);
}

function checksumIsGood(walk: Walk, pseudo: number): boolean {
  return walk.end < walk.wireEnd || sumWords(walk.bytes, walk.offset, walk.end, pseudo) === 0xffff;
}
