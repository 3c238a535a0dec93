import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { sumPseudoHeader, sumWords } from './checksum.ts';
import { Next, refuse } from './next.ts';
import { IpProtocol } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * RFC 9293, section 3.1:
 *
 *      0  source port, 2              12  data offset 4 bits (in words), reserved 4, flags 8
 *      2  destination port, 2         14  window, 2
 *      4  sequence number, 4          16  checksum, 2
 *      8  acknowledgment number, 4    18  urgent pointer, 2; options up to the data offset
 */
export function decodeTcp(walk: Walk): number {
  const { bytes, offset, end, packet } = walk;
  const onWire = walk.wireEnd - offset;
  if (onWire < 20) return refuse(Refusal.bad_tcp_length);
  if (end - offset < 20) return decodeCutTcp(walk, onWire);
  const headerLength = (bytes[offset + 12]! >>> 4) << 2;
  if (headerLength < 20 || headerLength > onWire) return refuse(Refusal.bad_tcp_offset);
  if (walk.verifyChecksums && !checksumIsGood(walk, onWire)) return refuse(Refusal.bad_tcp_checksum);

  packet.sourcePort = readU16(bytes, offset);
  packet.destinationPort = readU16(bytes, offset + 2);
  packet.hasPorts = true;
  packet.tcpSequence = readU32(bytes, offset + 4);
  packet.tcpAcknowledgment = readU32(bytes, offset + 8);
  packet.tcpFlags = bytes[offset + 13]!;
  packet.tcpWindow = readU16(bytes, offset + 14);
  const headerEnd = offset + headerLength;
  const capturedHeaderEnd = headerEnd < end ? headerEnd : end;
  packet.tcpOptionsStart = offset + 20;
  packet.tcpOptionsEnd = capturedHeaderEnd;
  packet.hasTransport = true;
  packet.payloadStart = capturedHeaderEnd;
  packet.payloadLength = onWire - headerLength;
  return Next.done;
}

/** The capture ends inside the header: the conversation is known if the ports are there. */
function decodeCutTcp(walk: Walk, onWire: number): number {
  const { bytes, offset, captured, packet } = walk;
  if (captured < 4) return refuse(Refusal.truncated_tcp_header);
  const headerLength = captured > 12 ? (bytes[offset + 12]! >>> 4) << 2 : 20;
  if (headerLength < 20 || headerLength > onWire) return refuse(Refusal.bad_tcp_offset);
  packet.sourcePort = readU16(bytes, offset);
  packet.destinationPort = readU16(bytes, offset + 2);
  packet.hasPorts = true;
  packet.payloadStart = walk.end;
  packet.payloadLength = onWire - headerLength;
  return Next.done;
}

function checksumIsGood(walk: Walk, onWire: number): boolean {
  if (walk.end < walk.wireEnd || walk.isSourceRouted) return true;
  return sumWords(walk.bytes, walk.offset, walk.end, sumPseudoHeader(walk.packet, IpProtocol.tcp, onWire)) === 0xffff;
}
