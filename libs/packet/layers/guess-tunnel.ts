import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import { looksLikeTeredo, teredoPort } from './teredo.ts';
import type { Walk } from './walk.ts';

/**
 * Tunnels in UDP behind a port that nobody registered: the key of the layer, or `done`. A wrong guess would invent conversations, so this asks for more
 * than the layers themselves: every reserved bit clear and an inner frame of a known type whose IP version agrees. Random bytes pass once in 2^40.
 */
export function guessTunnel(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < shortest) return Next.done;
  const first = bytes[offset]!;
  if (first === 0x08 && looksLikeVxlan(walk)) return Space.udpPort | 4789;
  if (first < 0x40 && looksLikeGeneve(walk)) return Space.udpPort | 6081;
  if ((first === 0 || first >>> 4 === 6) && looksLikeTeredo(walk)) return Space.udpPort | teredoPort;
  return Next.done;
}

/** An IPv6 header: the least of what the three carry. */
const shortest = 40;

function looksLikeVxlan(walk: Walk): boolean {
  const { bytes, offset } = walk;
  return bytes[offset + 1] === 0 && readU16(bytes, offset + 2) === 0 && bytes[offset + 7] === 0 && carriesEthernet(walk, 8);
}

function looksLikeGeneve(walk: Walk): boolean {
  const { bytes, offset } = walk;
  if (readU16(bytes, offset + 2) !== 0x6558 || (bytes[offset + 1]! & 0x3f) !== 0 || bytes[offset + 7] !== 0) return false;
  return carriesEthernet(walk, 8 + ((bytes[offset]! & 0x3f) << 2));
}

function carriesEthernet(walk: Walk, ahead: number): boolean {
  if (walk.captured < ahead + 15) return false;
  const { bytes, offset } = walk;
  const type = readU16(bytes, offset + ahead + 12);
  const version = bytes[offset + ahead + 14]! >>> 4;
  if (type === 0x0800) return version === 4;
  if (type === 0x86dd) return version === 6;
  return type === 0x0806 || type === 0x8100;
}
