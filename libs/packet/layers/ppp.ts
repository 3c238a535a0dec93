import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** RFC 1661, section 2: protocol 2, or 1 where it is compressed (an odd first byte). RFC 1662 puts address 0xff and control 0x03 in front, if not left out. */
export function decodePpp(walk: Walk): number {
  const { bytes } = walk;
  if (walk.captured >= 2 && bytes[walk.offset] === 0xff && bytes[walk.offset + 1] === 0x03) walk.offset += 2;
  if (walk.captured < 2) return refuse(Refusal.truncated_link_header);
  const first = bytes[walk.offset]!;
  if ((first & 1) !== 0) {
    walk.offset += 1;
    return Space.ppp | first;
  }
  const protocol = readU16(bytes, walk.offset);
  walk.offset += 2;
  return Space.ppp | protocol;
}

/** LINKTYPE_PPP_WITH_DIR: a byte that is 0 for received, then PPP. */
export function decodePppWithDirection(walk: Walk): number {
  if (walk.captured < 1) return refuse(Refusal.truncated_link_header);
  walk.offset += 1;
  return decodePpp(walk);
}

/** LINKTYPE_PPP_HDLC: PPP in HDLC-like framing, or Cisco HDLC, told apart by the first byte. */
export function decodePppSerial(walk: Walk): number {
  const first = walk.captured > 0 ? walk.bytes[walk.offset]! : 0;
  return first === unicast || first === multicast ? decodeCiscoHdlc(walk) : decodePpp(walk);
}

const unicast = 0x0f;
const multicast = 0x8f;

/** RFC 1547, section 4.3.1: address 1, control 1, EtherType 2. */
export function decodeCiscoHdlc(walk: Walk): number {
  if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
  const type = readU16(walk.bytes, walk.offset + 2);
  walk.offset += 4;
  return Space.etherType | type;
}

/** Stands for "the protocol number comes next" among PPP protocols, where 0 is none. */
export const pppFollows = 0;
