import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** RFC 8300, section 2.2: version 2 bits, flags, time to live 6, length 6 (in words, of all); metadata type 1; next protocol 1; path 4; context. */
export function decodeNsh(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return refuse(Refusal.truncated_link_header);
  const length = (bytes[offset + 1]! & 0x3f) << 2;
  if (length < 8) return refuse(Refusal.bad_link_header);
  if (length > walk.captured) return refuse(Refusal.truncated_link_header);
  walk.offset = offset + length;
  switch (bytes[offset + 3]) {
    case 1:
      return Space.etherType | 0x0800;
    case 2:
      return Space.etherType | 0x86dd;
    case 3:
      return Space.linkType | 1;
    case 5:
      return Space.etherType | 0x8847;
    default:
      return Space.nsh | bytes[offset + 3]!;
  }
}
