import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { mix } from '@orbweaver/packet/flow/flow-key.ts';
import { EtherType } from '@orbweaver/packet/layers/ethernet.ts';
import { IpProtocol, type Packet } from '@orbweaver/packet/layers/packet.ts';
import { mayCarryTunnel } from '@orbweaver/packet/layers/peek-tunnel.ts';
import { behindLink, etherTypeOf } from '@orbweaver/packet/layers/plain-link.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { areLinked, isLinked } from './linked.ts';

/** What is no number of a conversation. */
export const Order = {
  /** Keeps its place among others that say so, and among datagrams: those that may be tunnels or are read with others, ICMP, and what is not IP. */
  among: -1,
  /** Keeps its place among all: it may belong to any conversation, or cannot be told from its first headers. */
  all: -2,
} as const;

const ipv6Header = 40;
/** In IPv4's flags and fragment offset: more fragments, and the offset. */
const fragmentMask = 0x3fff;
const portsLength = 4;

/**
 * A number from 0 on that is the same for all frames of one TCP or UDP conversation in both directions, or one of `Order`. Its upper bits are those of the lower port, mostly the service's; see
 * `keepsOrder`, too. Looks at no more than a usual link layer, IP, the ports, and what a datagram begins with: whatever else there is, or is missing, is `Order.all`.
 * Without `tellsDatagrams` those have no number, which saves the look.
 */
export function conversationKey(frame: Frame, tellsDatagrams: boolean): number {
  const at = behindLink(frame);
  if (at < 0) return Order.all;
  const { bytes, end } = frame;
  const type = etherTypeOf(frame, at);
  if (type === EtherType.ipv4) return ofIpv4(bytes, at, end, tellsDatagrams);
  if (type === EtherType.ipv6) return ofIpv6(bytes, at, end, tellsDatagrams);
  return type === EtherType.arp ? Order.among : Order.all;
}

function ofIpv4(bytes: Uint8Array, at: number, end: number, tellsDatagrams: boolean): number {
  if (at + 20 > end || bytes[at]! >>> 4 !== 4 || (readU16(bytes, at + 6) & fragmentMask) !== 0) return Order.all;
  const protocol = bytes[at + 9]!;
  if (protocol !== IpProtocol.tcp && (protocol !== IpProtocol.udp || !tellsDatagrams)) return orderOf(protocol);
  const transport = at + (bytes[at]! & 0x0f) * 4;
  if (transport + portsLength > end) return Order.all;
  const port = readU16(bytes, transport);
  const otherPort = readU16(bytes, transport + 2);
  if (protocol === IpProtocol.udp && (areLinked(port, otherPort) || mayCarryTunnel(bytes, transport, end))) return Order.among;
  return keyOf(protocol, readU32(bytes, at + 12) + readU32(bytes, at + 16), port, otherPort);
}

function ofIpv6(bytes: Uint8Array, at: number, end: number, tellsDatagrams: boolean): number {
  const transport = at + ipv6Header;
  if (transport + portsLength > end || bytes[at]! >>> 4 !== 6) return Order.all;
  const protocol = bytes[at + 6]!;
  if (protocol !== IpProtocol.tcp && (protocol !== IpProtocol.udp || !tellsDatagrams)) return orderOf(protocol);
  if (protocol === IpProtocol.udp && mayCarryTunnel(bytes, transport, end)) return Order.among;
  let addresses = 0;
  for (let i = 8; i < ipv6Header; i += 4) addresses += readU32(bytes, at + i);
  return keyOf(protocol, addresses, readU16(bytes, transport), readU16(bytes, transport + 2));
}

/** TCP and UDP may stand behind the headers of others. */
function orderOf(protocol: number): number {
  return protocol === IpProtocol.udp || protocol === IpProtocol.icmp || protocol === IpProtocol.icmpv6 ? Order.among : Order.all;
}

/** The number of the conversation that a packet belongs to, however it was carried; below 0 for what has none. */
export function conversationKeyOf(packet: Packet): number {
  const { protocol, source, destination, sourcePort, destinationPort } = packet;
  if (!packet.hasPorts || (protocol !== IpProtocol.tcp && protocol !== IpProtocol.udp) || isLinked(packet)) return Order.among;
  let addresses = 0;
  for (let i = 0; i < 4; i++) addresses += source[i]! + destination[i]!;
  return keyOf(protocol, addresses, sourcePort, destinationPort);
}

/** True for a frame that keeps its place among others that do: all but the segments of TCP. Datagrams do, since one exchange may go over several conversations. */
export function keepsOrder(key: number): boolean {
  return key < 0 || (key & datagrams) !== 0;
}

/** Sums are the same in both directions. */
function keyOf(protocol: number, addresses: number, port: number, otherPort: number): number {
  const hash = Math.imul(mix(mix(0, addresses), port + otherPort), 0x85ebca6b);
  const service = Math.min(port, otherPort);
  const number = (((service ^ (service >>> portBits)) & ((1 << portBits) - 1)) << hashBits) | (hash >>> (32 - hashBits));
  return protocol === IpProtocol.udp ? number | datagrams : number;
}

const portBits = 10;
const hashBits = 20;
const datagrams = 1 << (portBits + hashBits);
