import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, refuse } from './next.ts';
import { Network } from './packet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * RFC 826: hardware type 2, protocol type 2, hardware address length 1, protocol address length 1, operation 2, then sender hardware, sender protocol,
 * target hardware and target protocol address.
 */
export function decodeArp(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 8) return refuse(Refusal.truncated_arp);
  const hardwareLength = bytes[offset + 4]!;
  const length = 8 + 2 * hardwareLength + 8;
  if (readU16(bytes, offset + 2) !== 0x0800 || bytes[offset + 5] !== 4 || length > walk.onWire) return refuse(Refusal.bad_arp);
  if (length > walk.captured) return refuse(Refusal.truncated_arp);
  packet.network = Network.arp;
  packet.arpOperation = readU16(bytes, offset + 6);
  packet.source.fill(0, 0, 3);
  packet.destination.fill(0, 0, 3);
  packet.source[3] = readU32(bytes, offset + 8 + hardwareLength);
  packet.destination[3] = readU32(bytes, offset + 12 + 2 * hardwareLength);
  packet.ipBytes = length;
  walk.narrow(length);
  walk.takePayload();
  return Next.done;
}
