import { Space, refuse } from './next.ts';
import { Refusal } from './refusal.ts';
import type { Walk } from './walk.ts';

/** LINKTYPE_RAW, and what DLT_RAW is on some systems. */
export const rawLinkTypes: ReadonlySet<number> = new Set([12, 14, 101]);

/** IP without a link header: the version is in the first four bits. */
export function decodeRawIp(walk: Walk): number {
  if (walk.captured < 1) return refuse(Refusal.truncated_link_header);
  return ipByVersion(walk.bytes[walk.offset]! >>> 4);
}

/** The key of the layer for an IP version, or a refusal. */
export function ipByVersion(version: number): number {
  if (version === 4) return Space.etherType | 0x0800;
  if (version === 6) return Space.etherType | 0x86dd;
  return refuse(Refusal.bad_ip_version);
}
