import { readU32, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import { decodeWithPadding } from './wlan.ts';
import type { Walk } from './walk.ts';

/** Words of the radiotap bitmap; three name spaces have been seen together. */
const presentLimit = 8;
const Present = { time: 1, flags: 2, more: 0x8000_0000 } as const;
const RadioFlag = { frameCheck: 0x10, padded: 0x20 } as const;
const frameCheckLength = 4;

/** radiotap.org, little-endian: version 1 (0), padding 1, length 2 (of all), bitmap 4 (bit 31: another one follows), then the fields in its order. */
export function decodeRadiotap(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
  if (bytes[offset] !== 0) return refuse(Refusal.bad_link_header);
  const length = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
  if (length < 8) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  const flags = readRadioFlags(bytes, offset, length);
  walk.offset = offset + length;
  if ((flags & RadioFlag.frameCheck) !== 0 && walk.onWire > frameCheckLength) walk.narrow(walk.onWire - frameCheckLength);
  return decodeWithPadding(walk, (flags & RadioFlag.padded) !== 0);
}

/** The field of flags is the second one, behind an eight-byte time that is aligned to eight. */
function readRadioFlags(bytes: Uint8Array, start: number, length: number): number {
  const present = readU32le(bytes, start + 4);
  if ((present & Present.flags) === 0) return 0;
  let at = 8;
  let word = present;
  for (let count = 1; word >= Present.more; count++) {
    if (count === presentLimit || at + 4 > length) return 0;
    word = readU32le(bytes, start + at);
    at += 4;
  }
  if ((present & Present.time) !== 0) at = ((at + 7) & ~7) + 8;
  return at < length ? bytes[start + at]! : 0;
}

const prismLength = 144;
const avsMagic = 0x80211000;

/** LINKTYPE_IEEE802_11_PRISM: message code 4, length 4, device name 16, then items, 144 bytes in all; or, behind the same number, an AVS header. */
export function decodePrism(walk: Walk): number {
  if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
  if (isAvs(walk)) return decodeAvs(walk);
  return passHeader(walk, prismLength);
}

/** LINKTYPE_IEEE802_11_AVS: version 4 (0x80211001), length 4 (of all), big-endian. */
export function decodeAvs(walk: Walk): number {
  if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
  return isAvs(walk) ? passHeader(walk, readU32(walk.bytes, walk.offset + 4)) : refuse(Refusal.bad_link_header);
}

function isAvs(walk: Walk): boolean {
  return (readU32(walk.bytes, walk.offset) & 0xffff_f000) >>> 0 === avsMagic;
}

function passHeader(walk: Walk, length: number): number {
  if (length < 8) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  walk.offset += length;
  return Space.linkType | 105;
}

/** LINKTYPE_PPI, little-endian: version 1 (0), flags 1, length 2 (of all), link type 4 of what follows. */
export function decodePpi(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
  const length = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
  const inner = readU32le(bytes, offset + 4);
  if (length < 8 || inner > 0xffff) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  walk.offset = offset + length;
  return Space.linkType | inner;
}
