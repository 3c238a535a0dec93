import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { Frame } from '../pcap/frame.ts';
import { EtherType, behindTags, etherHeader, ethernetLinkType } from './ethernet.ts';
import { cooked, cooked2, hasLinkHeader } from './linux-cooked.ts';
import { rawLinkTypes } from './raw-ip.ts';

/**
 * Where the header behind the link layer and its VLAN tags begins in a frame of the usual kinds: Ethernet, what Linux captures on all interfaces at a time, and IP by itself. -1 for all others, and
 * where that does not lie in the frame.
 */
export function behindLink({ linkType, bytes, start, end }: Frame): number {
  switch (linkType) {
    case ethernetLinkType:
      return start + etherHeader > end ? -1 : behindTags(bytes, start + etherHeader, readU16(bytes, start + etherHeader - 2), end);
    case cooked.linkType:
      return behindCooked(bytes, start, end, cooked);
    case cooked2.linkType:
      return behindCooked(bytes, start, end, cooked2);
    default:
      return rawLinkTypes.has(linkType) && start < end ? start : -1;
  }
}

function behindCooked(bytes: Uint8Array, start: number, end: number, header: typeof cooked | typeof cooked2): number {
  const at = start + header.length;
  if (at > end || hasLinkHeader(readU16(bytes, start + header.hardware))) return -1;
  return behindTags(bytes, at, readU16(bytes, start + header.protocol), end);
}

/** The EtherType of what begins at `at`, which `behindLink` has told; of IP by itself that of its version, 0 if that is none. */
export function etherTypeOf({ linkType, bytes, start }: Frame, at: number): number {
  if (linkType === cooked2.linkType && at === start + cooked2.length) return readU16(bytes, start + cooked2.protocol);
  if (at > start) return readU16(bytes, at - 2);
  const version = bytes[at]! >>> 4;
  return version === 4 ? EtherType.ipv4 : version === 6 ? EtherType.ipv6 : 0;
}
