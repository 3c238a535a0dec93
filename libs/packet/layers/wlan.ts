import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { llcPseudoType } from './ethernet.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

const dataFrame = 2;
/** Subtype bits of data frames. */
const Subtype = { noData: 4, qos: 8 } as const;
const Flag = { toDistribution: 0x01, fromDistribution: 0x02, moreFragments: 0x04, protected: 0x40, htControl: 0x80 } as const;

/**
 * IEEE 802.11, section 9.3.2: frame control 2, duration 2, three addresses of 6, sequence control 2 (fragment number in the lower 4 bits); a fourth address
 * between access points; QoS control 2 and HT control 4 as flagged. An LLC header follows.
 */
export function decodeWlan(walk: Walk): number {
  return decodeWithPadding(walk, false);
}

/** `isPadded`: the header is filled up to a multiple of 4. */
export function decodeWithPadding(walk: Walk, isPadded: boolean): number {
  const { bytes, offset, packet } = walk;
  if (walk.captured < 2) return refuse(Refusal.truncated_link_header);
  const control = bytes[offset]!;
  const flags = bytes[offset + 1]!;
  const type = (control >>> 2) & 3;
  const subtype = control >>> 4;
  const isEncrypted = (flags & Flag.protected) !== 0;
  if (type !== dataFrame || (subtype & Subtype.noData) !== 0 || isEncrypted) return Space.wlan | (type << 4) | subtype;

  const isBridged = (flags & 3) === 3;
  const isQos = (subtype & Subtype.qos) !== 0;
  let length = isBridged ? 30 : 24;
  const qosAt = offset + length;
  if (isQos) length += (flags & Flag.htControl) !== 0 ? 6 : 2;
  if (isPadded) length = (length + 3) & ~3;
  if (walk.captured < length) return refuse(Refusal.truncated_link_header);
  packet.destinationMac = offset + ((flags & Flag.toDistribution) !== 0 ? 16 : 4);
  packet.sourceMac = offset + (isBridged ? 24 : (flags & Flag.fromDistribution) !== 0 ? 16 : 10);
  // Only the first fragment of a frame begins with a header.
  if ((bytes[offset + 22]! & 0x0f) !== 0) return Space.wlan | (type << 4) | subtype;
  walk.offset = offset + length;
  if (isQos && (bytes[qosAt]! & 0x80) !== 0) return Space.wlan | aggregatedFrame;
  return Space.etherType | llcPseudoType;
}

/** The key, among those of `Space.wlan`, of a frame inside an aggregate. */
export const aggregatedFrame = 0x100;

/** An A-MSDU (section 9.3.2.2.2) carries several frames of destination 6, source 6, length 2, content, all but the last padded to four bytes. */
export function decodeAggregatedFrame(walk: Walk): number {
  const { bytes, offset, end, wireEnd, packet } = walk;
  if (end - offset < 14) return refuse(Refusal.truncated_link_header);
  packet.destinationMac = offset;
  packet.sourceMac = offset + 6;
  const length = readU16(bytes, offset + 12);
  walk.offset = offset + 14;
  if (length > walk.onWire) return refuse(Refusal.bad_link_header);
  walk.narrow(length);
  const next = offset + ((14 + length + 3) & ~3);
  if (length > 0 && end - next >= 14) walk.announceSibling(next, end, wireEnd);
  return Space.etherType | llcPseudoType;
}
