import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** Cisco FabricPath: behind the outer addresses, which name switches, a tag of 2 bytes (tree 10 bits, time to live 6); then the frame itself. */
export function decodeFabricPath(walk: Walk): number {
  return passTag(walk, 2, Space.linkType | 1);
}

/** IEEE 802.1ah, provider backbone bridging: priority and flags 1, service 3; then the customer's frame. */
export function decodeBackboneTag(walk: Walk): number {
  return passTag(walk, 4, Space.linkType | 1);
}

/** TRILL (RFC 6325, section 3): version 2 bits, reserved 2, multi-destination 1, length of options 5 (in words), hop count 6; two switches of 2 each; options; then the frame itself. */
export function decodeTrill(walk: Walk): number {
  const words = walk.captured < 2 ? 0 : (readU16(walk.bytes, walk.offset) >>> 6) & 0x1f;
  return passTag(walk, 6 + (words << 2), Space.linkType | 1);
}

/** IEEE 802.1BR and Cisco's VN-Tag: 4 bytes or, with 802.1BR's E-tag, 6; an EtherType closes it. */
export function decodeVnTag(walk: Walk): number {
  return decodeTagWithType(walk, 4);
}

export function decodeETag(walk: Walk): number {
  return decodeTagWithType(walk, 6);
}

/** Cisco MetaData: version 1, length 1, options 4, EtherType 2. */
export function decodeCiscoMetadata(walk: Walk): number {
  return decodeTagWithType(walk, 6);
}

/** HSR (IEC 62439-3): path 4 bits, size 12 bits, sequence 2; IEEE 802.1CB's R-tag: reserved 2, sequence 2. Both number a frame that goes two ways; an EtherType closes them. */
export function decodeSequenceTag(walk: Walk): number {
  return decodeTagWithType(walk, 4);
}

function decodeTagWithType(walk: Walk, length: number): number {
  if (walk.captured < length + 2) return refuse(Refusal.truncated_link_header);
  const type = readU16(walk.bytes, walk.offset + length);
  walk.offset += length + 2;
  return Space.etherType | type;
}

function passTag(walk: Walk, length: number, next: number): number {
  if (walk.captured < length) return refuse(Refusal.truncated_link_header);
  walk.offset += length;
  return next;
}
