import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { vlanLimit } from './packet.ts';
import { Refusal } from './refusal.ts';
import { llcPseudoType } from './ethernet.ts';
import type { Walk } from './walk.ts';

/** IEEE 802.1Q: priority 3 bits, drop eligible 1, VLAN id 12; type or length 2. Stacked tags come here again. */
export function decodeVlan(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
  const id = readU16(bytes, offset) & 0x0fff;
  // Id 0 names no VLAN: the tag is there for its priority.
  if (id !== 0 && packet.vlanCount < vlanLimit) packet.vlans[packet.vlanCount++] = id;
  walk.offset = offset + 4;
  const type = readU16(bytes, offset + 2);
  return Space.etherType | (type >= 0x0600 ? type : llcPseudoType);
}
