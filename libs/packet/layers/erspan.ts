import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

/** draft-foschiano-erspan, type II: version 4 bits, VLAN 12; class 3, encapsulation 2, truncated 1, session 10; reserved 12, index 20. */
export function decodeErspan2(walk: Walk): number {
  return openMirror(walk, 8);
}

/** Type III: the same four bytes, timestamp 4, group tag 2, and in the last two bytes a flag that eight more follow. */
export function decodeErspan3(walk: Walk): number {
  if (walk.captured < 12) return Next.done;
  const hasPlatformHeader = (walk.bytes[walk.offset + 11]! & 1) !== 0;
  return openMirror(walk, hasPlatformHeader ? 20 : 12);
}

function openMirror(walk: Walk, length: number): number {
  if (walk.captured < length) return Next.done;
  const session = readU16(walk.bytes, walk.offset + 2) & 0x03ff;
  walk.offset += length;
  return walk.openTunnel('erspan', session, session) ? Space.linkType | 1 : Next.done;
}
