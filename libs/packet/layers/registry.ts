import { decodeArp } from './arp.ts';
import { decodeAyiya } from './ayiya.ts';
import { decodeErspan2Frame, decodeErspan3Frame } from './erspan.ts';
import { decodeEthernet, llcPseudoType } from './ethernet.ts';
import { decodeGeneve } from './geneve.ts';
import { decodeGre, decodeGreInUdp } from './gre.ts';
import { decodeGtpU } from './gtp-u.ts';
import { decodeIcmp, decodeIcmpv6 } from './icmp.ts';
import {
  decodeBackboneTag,
  decodeCiscoMetadata,
  decodeETag,
  decodeFabricPath,
  decodeSequenceTag,
  decodeTrill,
  decodeVnTag,
} from './inner-ethernet.ts';
import { decodeEtherIp, decodeIpv4Inside, decodeIpv6Inside } from './ip-in-ip.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import {
  decodeAuthentication,
  decodeIpv6Destination,
  decodeIpv6Fragment,
  decodeIpv6Options,
  decodeIpv6Routing,
} from './ipv6-extensions.ts';
import { decodeL2tp } from './l2tp.ts';
import { cooked, cooked2, decodeLinuxCooked, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeLlc } from './llc.ts';
import { decodeLoopback } from './loopback.ts';
import { decodeMpls, decodeMplsInside } from './mpls.ts';
import { Space, keyCount } from './next.ts';
import { decodeNflog } from './nflog.ts';
import { decodeNsh } from './nsh.ts';
import { decodeEnc, decodeFddi, decodeFireWire, decodeFrameRelay, decodePflog, decodePktap, decodeTokenRing } from './other-links.ts';
import { decodeCiscoHdlc, decodePpp, decodePppSerial, decodePppWithDirection, pppFollows } from './ppp.ts';
import { decodePppoe } from './pppoe.ts';
import { decodeRawIp, rawLinkTypes } from './raw-ip.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeTeredo, teredoPort } from './teredo.ts';
import { decodeTzsp } from './tzsp.ts';
import { decodeUdp, decodeUdpLite } from './udp.ts';
import { decodeVlan } from './vlan.ts';
import { decodeVxlan, decodeVxlanGpe } from './vxlan.ts';
import { aggregatedFrame, decodeAggregatedFrame, decodeWlan } from './wlan.ts';
import { decodeAvs, decodePpi, decodePrism, decodeRadiotap } from './wlan-capture.ts';
import type { Layer } from './walk.ts';

const { linkType, etherType, ipProtocol, ppp, udpPort, llc, wlan } = Space;

/** Every header that is understood, and where it is found: one line a header. */
const registrations: readonly (readonly [Layer, space: number, ...values: number[]])[] = [
  [decodeEthernet, linkType, 1],
  [decodeRawIp, linkType, ...rawLinkTypes],
  [decodeIpv4, linkType, 228],
  [decodeIpv6, linkType, 229],
  [decodeLoopback, linkType, 0, 108],
  [decodeLinuxCooked, linkType, cooked.linkType],
  [decodeLinuxCooked2, linkType, cooked2.linkType],
  [decodeWlan, linkType, 105],
  [decodeAggregatedFrame, wlan, aggregatedFrame],
  [decodeRadiotap, linkType, 127],
  [decodePrism, linkType, 119],
  [decodeAvs, linkType, 163],
  [decodePpi, linkType, 192],
  [decodePpp, linkType, 9],
  [decodePppSerial, linkType, 50],
  [decodePppoe, linkType, 51],
  [decodePppWithDirection, linkType, 166, 204],
  [decodeCiscoHdlc, linkType, 104],
  [decodeNflog, linkType, 239],
  [decodeLlc, linkType, 100],
  [decodeFrameRelay, linkType, 107],
  [decodeEnc, linkType, 109],
  [decodePflog, linkType, 117],
  [decodeFireWire, linkType, 138],
  [decodePktap, linkType, 258],
  [decodeTokenRing, linkType, 6],
  [decodeFddi, linkType, 10],

  [decodeLlc, etherType, llcPseudoType],
  [decodeVlan, etherType, 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300],
  [decodeMpls, etherType, 0x8847, 0x8848],
  [decodePppoe, etherType, 0x8864],
  [decodeFabricPath, etherType, 0x8903],
  [decodeBackboneTag, etherType, 0x88e7],
  [decodeVnTag, etherType, 0x8926],
  [decodeETag, etherType, 0x893f],
  [decodeCiscoMetadata, etherType, 0x8909],
  [decodeSequenceTag, etherType, 0x892f, 0xf1c1],
  [decodeTrill, etherType, 0x22f3],
  [decodeNsh, etherType, 0x894f],
  [decodeEthernet, etherType, 0x6558],
  [decodeFrameRelay, etherType, 0x6559],
  [decodeErspan2Frame, etherType, 0x88be],
  [decodeErspan3Frame, etherType, 0x22eb],
  [decodeArp, etherType, 0x0806],
  [decodeIpv4, etherType, 0x0800],
  [decodeIpv6, etherType, 0x86dd],

  [decodeIpv4, llc, 0x06],

  [decodePpp, ppp, pppFollows],
  [decodeIpv4, ppp, 0x0021],
  [decodeIpv6, ppp, 0x0057],
  [decodeMpls, ppp, 0x0281, 0x0283],

  [decodeIpv6Options, ipProtocol, 0],
  [decodeIpv6Destination, ipProtocol, 60],
  [decodeIpv6Routing, ipProtocol, 43],
  [decodeIpv6Fragment, ipProtocol, 44],
  [decodeAuthentication, ipProtocol, 51],
  [decodeTcp, ipProtocol, 6],
  [decodeUdp, ipProtocol, 17],
  [decodeUdpLite, ipProtocol, 136],
  [decodeIcmp, ipProtocol, 1],
  [decodeIcmpv6, ipProtocol, 58],
  [decodeSctp, ipProtocol, 132],
  [decodeIpv4Inside, ipProtocol, 4],
  [decodeIpv6Inside, ipProtocol, 41],
  [decodeGre, ipProtocol, 47],
  [decodeEtherIp, ipProtocol, 97],
  [decodeMplsInside, ipProtocol, 137],

  [decodeVxlan, udpPort, 4789, 8472],
  [decodeVxlanGpe, udpPort, 4790],
  [decodeGeneve, udpPort, 6081],
  [decodeGtpU, udpPort, 2152],
  [decodeTeredo, udpPort, teredoPort],
  [decodeL2tp, udpPort, 1701],
  [decodeGreInUdp, udpPort, 4754],
  [decodeMplsInside, udpPort, 6635],
  [decodeAyiya, udpPort, 5072],
  [decodeTzsp, udpPort, 37008],
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
