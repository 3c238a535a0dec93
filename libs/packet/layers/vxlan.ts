import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

/** RFC 7348: flags 1 (0x08: the network identifier is there), reserved 3, network identifier 3, reserved 1; an Ethernet frame follows. */
export function decodeVxlan(walk: Walk): number {
  const { bytes, offset } = walk;
  // Seen behind these ports, these bits and a whole frame are what tells it from other traffic.
  if (walk.captured < 8 + 14 || (bytes[offset]! & 0x08) === 0 || bytes[offset + 7] !== 0) return Next.done;
  const network = readNetworkIdentifier(bytes, offset + 4);
  walk.offset = offset + 8;
  return walk.openTunnel('vxlan', network, network) ? Space.linkType | 1 : Next.done;
}

/** draft-ietf-nvo3-vxlan-gpe: the same with a next protocol in the fourth byte. Not all senders set the flag (0x04) that announces it. */
export function decodeVxlanGpe(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8 || bytes[offset + 3] === 0) return decodeVxlan(walk);
  const next = nextProtocols[bytes[offset + 3]!];
  if ((bytes[offset]! & 0x08) === 0 || next === undefined) return Next.done;
  const network = readNetworkIdentifier(bytes, offset + 4);
  walk.offset = offset + 8;
  return walk.openTunnel('vxlan', network, network) ? next : Next.done;
}

const nextProtocols: readonly (number | undefined)[] = [
  undefined,
  Space.etherType | 0x0800,
  Space.etherType | 0x86dd,
  Space.linkType | 1,
  Space.etherType | 0x894f,
  Space.etherType | 0x8847,
];

/** Three bytes that tell one virtual network from another. */
export function readNetworkIdentifier(bytes: Uint8Array, at: number): number {
  return (readU16(bytes, at) << 8) | bytes[at + 2]!;
}
