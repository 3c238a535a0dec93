import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * IEEE 802.2: destination SAP 1, source SAP 1, control 1 (or 2). With both SAPs 0xaa a SNAP header follows (RFC 1042): organisation 3, type 2.
 */
export function decodeLlc(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 3) return refuse(Refusal.truncated_link_header);
  const destination = bytes[offset]!;
  const source = bytes[offset + 1]!;
  if (destination === 0xaa && source === 0xaa) {
    if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
    walk.offset = offset + 8;
    const organisation = (bytes[offset + 3]! << 16) | readU16(bytes, offset + 4);
    const type = readU16(bytes, offset + 6);
    // RFC 1042 and the bridge-tunnel encapsulation of 802.1H carry EtherTypes; others number their own protocols.
    if (organisation === 0x000000 || organisation === 0x0000f8) return Space.etherType | type;
    return Space.llc | 0xaa;
  }
  walk.offset = offset + 3;
  return Space.llc | destination;
}
