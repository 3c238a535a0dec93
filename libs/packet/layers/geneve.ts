import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import { readNetworkIdentifier } from './vxlan.ts';
import type { Walk } from './walk.ts';

/** RFC 8926: version 2 bits, option length 6 (in words); flags 1; protocol type 2; network identifier 3; reserved 1; options. */
export function decodeGeneve(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return Next.done;
  const first = bytes[offset]!;
  const length = 8 + ((first & 0x3f) << 2);
  const key = Space.etherType | readU16(bytes, offset + 2);
  // Version 0, reserved bits clear, a protocol that is known: what tells it from other traffic to its port.
  if (first >>> 6 !== 0 || (bytes[offset + 1]! & 0x3f) !== 0 || length > walk.captured || !walk.knows(key)) return Next.done;
  const network = readNetworkIdentifier(bytes, offset + 4);
  walk.offset = offset + length;
  return walk.openTunnel('geneve', network, network) ? key : Next.done;
}
