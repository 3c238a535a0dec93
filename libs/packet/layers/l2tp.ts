import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import { pppFollows } from './ppp.ts';
import type { Walk } from './walk.ts';

const Flag = { control: 0x8000, length: 0x4000, sequence: 0x0800, offset: 0x0200 } as const;

/** RFC 2661, section 3.1: flags and version 2 (2), then as flagged length 2; tunnel 2, session 2; sequence 2 + 2; offset 2 and as many bytes. PPP follows. */
export function decodeL2tp(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 8) return Next.done;
  const flags = readU16(bytes, offset);
  // Only data messages carry packets; the reserved bits are 0.
  if ((flags & 0x000f) !== 2 || (flags & Flag.control) !== 0 || (flags & 0x34f0) !== 0) return Next.done;
  let length = 2;
  if ((flags & Flag.length) !== 0) {
    if (readU16(bytes, offset + 2) > walk.onWire) return Next.done;
    length += 2;
  }
  const session = readU16(bytes, offset + length + 2);
  length += 4;
  if ((flags & Flag.sequence) !== 0) length += 4;
  if ((flags & Flag.offset) !== 0) {
    if (length + 2 > walk.captured) return Next.done;
    length += 2 + readU16(bytes, offset + length);
  }
  if (length + 2 > walk.captured) return Next.done;
  walk.offset = offset + length;
  // Each end numbers the session for itself: it tells no conversation.
  return walk.openTunnel('l2tp', session, 0) ? Space.ppp | pppFollows : Next.done;
}
