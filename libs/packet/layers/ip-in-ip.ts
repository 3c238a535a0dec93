import { Next, Space } from './next.ts';
import type { Walk } from './walk.ts';

/** IPv4 inside IPv4 (RFC 2003) or IPv6 (RFC 2473). */
export function decodeIpv4Inside(walk: Walk): number {
  return walk.openTunnel('ipip', 0, 0) ? Space.etherType | 0x0800 : Next.done;
}

/** IPv6 inside IPv4 (6in4, RFC 4213) or IPv6 (RFC 2473). */
export function decodeIpv6Inside(walk: Walk): number {
  return walk.openTunnel('ipip', 0, 0) ? Space.etherType | 0x86dd : Next.done;
}

/** Ethernet inside IP (EtherIP, RFC 3378): version 4 bits (3), reserved 12. */
export function decodeEtherIp(walk: Walk): number {
  if (walk.captured < 2 || walk.bytes[walk.offset]! >>> 4 !== 3) return Next.done;
  walk.offset += 2;
  return walk.openTunnel('etherip', 0, 0) ? Space.linkType | 1 : Next.done;
}
