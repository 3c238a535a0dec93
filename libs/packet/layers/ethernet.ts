import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * IEEE 802.3: destination 6, source 6, type or length 2. From 0x0600 on it is an EtherType; up to 1500 the length of an LLC frame.
 */
export function decodeEthernet(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.end - offset < 14) return refuse(Refusal.truncated_link_header);
  packet.destinationMac = offset;
  packet.sourceMac = offset + 6;
  walk.offset = offset + 14;
  const type = readU16(bytes, offset + 12);
  if (type >= 0x0600) return Space.etherType | type;
  return Space.etherType | llcPseudoType;
}

/** What Linux calls ETH_P_802_2, and cooked captures put where the EtherType goes: an LLC header follows. */
export const llcPseudoType = 0x0004;
