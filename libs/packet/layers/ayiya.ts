import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

const forward = 1;

/**
 * AYIYA (draft-massar-v6ops-ayiya), section 4: identity length 4 bits (as a power of two) and type 4; signature length 4 (in words) and hash 4;
 * authentication 4 and operation 4; next header 1; time 4; identity; signature.
 */
export function decodeAyiya(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return Next.done;
  const length = 8 + (1 << (bytes[offset]! >>> 4)) + ((bytes[offset + 1]! >>> 4) << 2);
  if ((bytes[offset + 2]! & 15) !== forward || length >= walk.captured) return Next.done;
  const version = bytes[offset + length]! >>> 4;
  const next = bytes[offset + 3];
  if (!(next === 41 && version === 6) && !(next === 4 && version === 4)) return Next.done;
  walk.offset = offset + length;
  return walk.openTunnel('ayiya', 0, 0) ? Space.etherType | (version === 6 ? 0x86dd : 0x0800) : Next.done;
}
