import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** LINKTYPE_LINUX_SLL: packet type 2, ARPHRD type 2, address length 2, address 8, protocol 2. */
export const cooked = { linkType: 113, hardware: 2, protocol: 14, length: 16 } as const;

export function decodeLinuxCooked(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < cooked.length) return refuse(Refusal.truncated_link_header);
  if (readU16(bytes, offset + 4) === 6) packet.sourceMac = offset + 6;
  walk.offset = offset + cooked.length;
  return byHardware(readU16(bytes, offset + cooked.hardware), readU16(bytes, offset + cooked.protocol));
}

/** LINKTYPE_LINUX_SLL2: protocol 2, reserved 2, interface 4, ARPHRD type 2, packet type 1, address length 1, address 8. */
export const cooked2 = { linkType: 276, hardware: 8, protocol: 0, length: 20 } as const;

export function decodeLinuxCooked2(walk: Walk): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < cooked2.length) return refuse(Refusal.truncated_link_header);
  if (bytes[offset + 11] === 6) packet.sourceMac = offset + 12;
  walk.offset = offset + cooked2.length;
  return byHardware(readU16(bytes, offset + cooked2.hardware), readU16(bytes, offset + cooked2.protocol));
}

/** ARPHRD types whose frames begin with a header of their own, in spite of the cooking. */
const ieee80211 = 801;
const ieee80211Prism = 802;
const ieee80211Radiotap = 803;
const netlink = 824;

/** True for ARPHRD types whose frames have another header behind the cooked one; of all others it tells the protocol. */
export function hasLinkHeader(hardware: number): boolean {
  return linkHeaderOf(hardware) !== 0;
}

/** Below 0x0600 stand Linux's own numbers: 0x0004 is LLC, and registered as such. */
function byHardware(hardware: number, protocol: number): number {
  return linkHeaderOf(hardware) || Space.etherType | protocol;
}

/** The key of the header that follows by the ARPHRD type alone; 0 if the protocol tells. */
function linkHeaderOf(hardware: number): number {
  switch (hardware) {
    case netlink:
      return Space.family | 16;
    case ieee80211:
      return Space.linkType | 105;
    case ieee80211Prism:
      return Space.linkType | 119;
    case ieee80211Radiotap:
      return Space.linkType | 127;
    default:
      return 0;
  }
}
