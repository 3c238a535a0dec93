import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * BSD loopback: the address family, 4, in the byte order of the machine that captured (LINKTYPE_NULL) or of the network (LINKTYPE_LOOP). Families are
 * small numbers, so the order shows.
 */
export function decodeLoopback(walk: Walk): number {
  if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
  const { bytes, offset } = walk;
  let family = readU32(bytes, offset);
  if (family > 0xffff) family = ((bytes[offset + 1]! << 8) | bytes[offset]!) >>> 0;
  walk.offset = offset + 4;
  return ipByFamily(family);
}

/** The key of the layer for an address family as the systems number it; nothing is registered for the others. */
export function ipByFamily(family: number): number {
  switch (family) {
    case 2: // everywhere
      return Space.etherType | 0x0800;
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      return Space.etherType | 0x86dd;
    default:
      return Space.family | (family & 0xffff);
  }
}
