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
