import { decodeArp } from './arp.ts';
import { decodeEthernet, llcPseudoType } from './ethernet.ts';
import { decodeIcmp, decodeIcmpv6 } from './icmp.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeAuthentication, decodeIpv6Fragment, decodeIpv6Options, decodeIpv6Routing } from './ipv6-extensions.ts';
import { decodeLinuxCooked, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeLlc } from './llc.ts';
import { decodeLoopback } from './loopback.ts';
import { Space, keyCount } from './next.ts';
import { decodeRawIp } from './raw-ip.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeTeredo, teredoPort } from './teredo.ts';
import { decodeUdp, decodeUdpLite } from './udp.ts';
import { decodeVlan } from './vlan.ts';
import type { Layer } from './walk.ts';

const { linkType, etherType, ipProtocol, udpPort, llc } = Space;

/** Every header that is understood, and where it is found: one line a header. */
const registrations: readonly (readonly [Layer, space: number, ...values: number[]])[] = [
  [decodeEthernet, linkType, 1],
  [decodeRawIp, linkType, 12, 14, 101],
  [decodeIpv4, linkType, 228],
  [decodeIpv6, linkType, 229],
  [decodeLoopback, linkType, 0, 108],
  [decodeLinuxCooked, linkType, 113],
  [decodeLinuxCooked2, linkType, 276],

  [decodeLlc, etherType, llcPseudoType],
  [decodeVlan, etherType, 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300],
  [decodeArp, etherType, 0x0806],
  [decodeIpv4, etherType, 0x0800],
  [decodeIpv6, etherType, 0x86dd],

  [decodeIpv4, llc, 0x06],

  [decodeIpv6Options, ipProtocol, 0, 60],
  [decodeIpv6Routing, ipProtocol, 43],
  [decodeIpv6Fragment, ipProtocol, 44],
  [decodeAuthentication, ipProtocol, 51],
  [decodeTcp, ipProtocol, 6],
  [decodeUdp, ipProtocol, 17],
  [decodeUdpLite, ipProtocol, 136],
  [decodeIcmp, ipProtocol, 1],
  [decodeIcmpv6, ipProtocol, 58],
  [decodeSctp, ipProtocol, 132],

  [decodeTeredo, udpPort, teredoPort],
];

/** The layers by number; 0 stands for none. */
export const layers: readonly Layer[] = [() => -1, ...new Set(registrations.map(([layer]) => layer))];

/** For each key the number of the layer that is registered under it, or 0. */
export const layerOf: Uint8Array = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(keyCount);
  for (const [layer, space, ...values] of registrations) {
    for (const value of values) table[space | value] = layers.indexOf(layer);
  }
  return table;
}
