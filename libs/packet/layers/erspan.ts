import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** draft-foschiano-erspan, type II: version 4 bits, VLAN 12; class 3, encapsulation 2, truncated 1, session 10; reserved 12, index 20. */
export function decodeErspan2(walk: Walk): number {
  return openMirror(walk, 8);
}

/** Type III: the same four bytes, timestamp 4, group tag 2, and in the last two bytes a flag that eight more follow. */
export function decodeErspan3(walk: Walk): number {
  return walk.captured < 12 ? Next.done : openMirror(walk, lengthOfType3(walk));
}

/** Both types right behind Ethernet, whose types GRE's protocols are (RFC 2784, section 2.4). No packet carries the mirrored frame then: it is the frame. */
export function decodeErspan2Frame(walk: Walk): number {
  return passMirror(walk, 8);
}

export function decodeErspan3Frame(walk: Walk): number {
  return walk.captured < 12 ? refuse(Refusal.truncated_link_header) : passMirror(walk, lengthOfType3(walk));
}

function lengthOfType3(walk: Walk): number {
  return (walk.bytes[walk.offset + 11]! & 1) !== 0 ? 20 : 12;
}

function passMirror(walk: Walk, length: number): number {
  if (walk.captured < length) return refuse(Refusal.truncated_link_header);
  walk.offset += length;
  return Space.linkType | 1;
}

function openMirror(walk: Walk, length: number): number {
  if (walk.captured < length) return Next.done;
  const session = readU16(walk.bytes, walk.offset + 2) & 0x03ff;
  walk.offset += length;
  return walk.openTunnel('erspan', session, session) ? Space.linkType | 1 : Next.done;
}
