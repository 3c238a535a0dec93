import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Next, Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import { ipByVersion } from './raw-ip.ts';
import type { Walk } from './walk.ts';

/** Labels of one stack; a deeper one is no honest router's. */
const labelLimit = 32;

/**
 * RFC 3032: label 20 bits, class 3, bottom of stack 1, time to live 8, until the bottom. Nothing says what follows: IP shows by its version; else it
 * is an Ethernet pseudowire (RFC 4448), with a control word or without.
 */
export function decodeMpls(walk: Walk): number {
  const { bytes } = walk;
  let isBottom = false;
  for (let label = 0; !isBottom; label++) {
    if (label === labelLimit) return refuse(Refusal.too_many_layers);
    if (walk.captured < 4) return refuse(Refusal.truncated_link_header);
    isBottom = (bytes[walk.offset + 2]! & 1) !== 0;
    walk.offset += 4;
  }
  if (walk.captured < 1) return refuse(Refusal.truncated_link_header);
  const version = bytes[walk.offset]! >>> 4;
  // An Ethernet frame may begin with a 4 or a 6 too; then its type shows, and no IP header would.
  if (version === 4 || version === 6) return isEthernetAt(walk, 0) && !isIpHeader(walk) ? Space.linkType | 1 : ipByVersion(version);
  if (version === 0 && isEthernetAt(walk, 4)) walk.offset += 4;
  else if (!isEthernetAt(walk, 0)) return Space.pseudowire | version;
  return Space.linkType | 1;
}

/** MPLS in IP (RFC 4023) or UDP (RFC 7510): a tunnel, told by its outermost label. */
export function decodeMplsInside(walk: Walk): number {
  if (walk.captured < 4) return Next.done;
  const label = readU32(walk.bytes, walk.offset) >>> 12;
  // Each direction has labels of its own: they tell no conversation.
  return walk.openTunnel('mpls', label, 0) ? Space.etherType | 0x8847 : Next.done;
}

function isEthernetAt(walk: Walk, ahead: number): boolean {
  if (walk.captured < ahead + 14) return false;
  return walk.knows(Space.etherType | readU16(walk.bytes, walk.offset + ahead + 12));
}

function isIpHeader(walk: Walk): boolean {
  const { bytes, offset } = walk;
  if (bytes[offset]! >>> 4 === 4) return (bytes[offset]! & 15) >= 5 && readU16(bytes, offset + 2) <= walk.onWire;
  return walk.captured >= 6 && readU16(bytes, offset + 4) <= walk.onWire - 40;
}
