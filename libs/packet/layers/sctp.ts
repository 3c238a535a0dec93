import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** RFC 9260, section 3.1: source port 2, destination port 2, verification tag 4, checksum 4; chunks follow. */
export function decodeSctp(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 4) return refuse(Refusal.truncated_sctp_header);
  packet.sourcePort = readU16(bytes, offset);
  packet.destinationPort = readU16(bytes, offset + 2);
  packet.hasPorts = true;
  packet.hasTransport = walk.captured >= 12;
  const payloadLength = Math.max(0, walk.onWire - 12);
  walk.advance(12);
  walk.takePayload();
  packet.payloadLength = payloadLength;
  return Next.done;
}
