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

/** LINKTYPE_ETHERNET. */
export const ethernetLinkType = 1;
/** Bytes of Ethernet's header and of a VLAN tag. */
export const etherHeader = 14;
export const vlanTag = 4;

export const EtherType = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const;

/** What begins at `at` with this EtherType: where it goes on behind its VLAN tags, as far as they lie in front of `end`. Behind a tag the EtherType stands in the two bytes before. */
export function behindTags(bytes: Uint8Array, at: number, type: number, end: number): number {
  let next = at;
  for (let tag = type; (tag === EtherType.vlan || tag === EtherType.serviceVlan) && next + vlanTag <= end; tag = readU16(bytes, next - 2)) {
    next += vlanTag;
  }
  return next;
}
