import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { sumPseudoHeader, sumWords } from './checksum.ts';
import { guessTunnel } from './guess-tunnel.ts';
import { Next, Space, refuse } from './next.ts';
import { IpProtocol } from './packet.ts';
import { Refusal } from './refusal.ts';
import { teredoPort } from './teredo.ts';
import type { Walk } from './walk.ts';

/** RFC 768: source port 2, destination port 2, length 2 (of header and data), checksum 2. */
export function decodeUdp(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  const onWire = walk.wireEnd - offset;
  if (onWire < 8) return refuse(Refusal.bad_udp_length);
  const captured = walk.end - offset;
  if (captured < 4) return refuse(Refusal.truncated_udp_header);
  const sourcePort = readU16(bytes, offset);
  const destinationPort = readU16(bytes, offset + 2);
  packet.sourcePort = sourcePort;
  packet.destinationPort = destinationPort;
  packet.hasPorts = true;
  if (captured < 8) {
    packet.payloadStart = walk.end;
    packet.payloadLength = onWire - 8;
    return Next.done;
  }
  // 0: a jumbogram (RFC 2675) or segmentation offload. More than IP carries: what IP carries.
  const length = readU16(bytes, offset + 4) || onWire;
  if (length < 8) return refuse(Refusal.bad_udp_length);
  if (length < onWire) walk.narrow(length);
  if (walk.verifyChecksums && !checksumIsGood(walk, length)) return refuse(Refusal.bad_udp_checksum);
  packet.hasTransport = true;
  walk.offset = offset + 8;
  walk.takePayload();

  if (walk.knows(Space.udpPort | destinationPort)) return Space.udpPort | destinationPort;
  if (answersFromItsPort(sourcePort)) return Space.udpPort | sourcePort;
  return guessTunnel(walk);
}

/**
 * Tunnels are told by the destination port; the source port is any, chosen to spread the load (RFC 7348 section 5, RFC 8926 section 3.3, RFC 8086, RFC 7510,
 * 3GPP TS 29.281 section 4.4.2), so a resolver may well ask from 4789. Those between a client and its server answer from it: L2TP, Teredo, AYIYA.
 */
function answersFromItsPort(port: number): boolean {
  return port === 1701 || port === teredoPort || port === 5072;
}

/** RFC 3828: UDP-Lite has the checksum's coverage (0: all) in place of the length. */
export function decodeUdpLite(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.onWire < 8) return refuse(Refusal.bad_udp_length);
  if (walk.captured < 4) return refuse(Refusal.truncated_udp_header);
  packet.sourcePort = readU16(bytes, offset);
  packet.destinationPort = readU16(bytes, offset + 2);
  packet.hasPorts = true;
  packet.hasTransport = walk.captured >= 8;
  const payloadLength = walk.onWire - 8;
  walk.advance(8);
  walk.takePayload();
  packet.payloadLength = payloadLength;
  return Next.done;
}

function checksumIsGood(walk: Walk, length: number): boolean {
  const { bytes, offset, end, wireEnd } = walk;
  // A sender that computed none says 0.
  if (bytes[offset + 6] === 0 && bytes[offset + 7] === 0) return true;
  if (end < wireEnd || length > wireEnd - offset || walk.isSourceRouted) return true;
  return sumWords(bytes, offset, end, sumPseudoHeader(walk.packet, IpProtocol.udp, length)) === 0xffff;
}
