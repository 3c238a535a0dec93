import { pppFollows } from './ppp.ts';
import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** RFC 2516: version 4 bits (1), type 4 bits (1), code 1 (0 in a session), session 2, length 2; a PPP protocol number follows. */
export function decodePppoe(walk: Walk): number {
  const { bytes, offset } = walk;
  if (walk.captured < 6) return refuse(Refusal.truncated_link_header);
  if (bytes[offset] !== 0x11) return refuse(Refusal.bad_link_header);
  // The length is not trusted: there are access concentrators that count less than the IP packet they send.
  walk.offset = offset + 6;
  return Space.ppp | pppFollows;
}
