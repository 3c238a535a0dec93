import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

const received = 0;
const toSend = 1;
const Field = { padding: 0, end: 1 } as const;

/** Fields of one header; senders know about ten. */
const fieldLimit = 32;

/**
 * TZSP, what wireless and other routers send captured frames in: version 1 (1), type 1, kind of the frame 2; then fields of type 1, length 1 and value, of which padding (0) and the end (1) are a
 * type alone.
 */
export function decodeTzsp(walk: Walk): number {
  const { bytes, offset, end } = walk;
  if (walk.captured < 5 || bytes[offset] !== 1 || (bytes[offset + 1] !== received && bytes[offset + 1] !== toSend)) return Next.done;
  const linkType = linkTypes.get(readU16(bytes, offset + 2));
  if (linkType === undefined) return Next.done;
  let at = offset + 4;
  for (let field = 0; field < fieldLimit && at < end; field++) {
    const type = bytes[at++]!;
    if (type === Field.end) {
      walk.offset = at;
      return walk.captured > 0 && walk.openTunnel('tzsp', 0, 0) ? linkType : Next.done;
    }
    if (type === Field.padding) continue;
    if (at >= end) return Next.done;
    at += 1 + bytes[at]!;
  }
  return Next.done;
}

/** Kinds of frames as link types of captures. */
const linkTypes: ReadonlyMap<number, number> = new Map([
  [1, Space.linkType | 1],
  [18, Space.linkType | 105],
  [119, Space.linkType | 119],
  [127, Space.linkType | 163],
]);
