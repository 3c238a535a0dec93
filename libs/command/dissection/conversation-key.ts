import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { mix } from '@orbweaver/packet/flow/flow-key.ts';
import { EtherType, behindTags, etherHeader, ethernetLinkType } from '@orbweaver/packet/layers/ethernet.ts';
import { IpProtocol, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';

/** What is no number of a conversation. */
export const Order = {
  /** Keeps its place among others that say so: datagrams, what tunnels carry, and what is not IP. */
  among: -1,
  /** Keeps its place among all: it may belong to any conversation, or cannot be told from its first headers. */
  all: -2,
} as const;

const ipv6Header = 40;
/** In IPv4's flags and fragment offset: more fragments, and the offset. */
const fragmentMask = 0x3fff;
const portsLength = 4;

/**
 * A number from 0 on that is the same for all frames of one TCP conversation in both directions, or one of `Order`; its upper bits are those of the lower port, mostly the service's.
 * Looks at no more than Ethernet, VLAN tags, IP and the ports: whatever else there is, or is missing, is `Order.all`.
 */
export function conversationKey(frame: Frame): number {
  if (frame.linkType !== ethernetLinkType) return Order.all;
  const { bytes, start, end } = frame;
  if (start + etherHeader > end) return Order.all;
  const at = behindTags(bytes, start, end);
  const type = readU16(bytes, at - 2);
  if (type === EtherType.ipv4) return ofIpv4(bytes, at, end);
  if (type === EtherType.ipv6) return ofIpv6(bytes, at, end);
  return type === EtherType.arp ? Order.among : Order.all;
}

function ofIpv4(bytes: Uint8Array, at: number, end: number): number {
  if (at + 20 > end || bytes[at]! >>> 4 !== 4 || (readU16(bytes, at + 6) & fragmentMask) !== 0) return Order.all;
  const protocol = bytes[at + 9]!;
  if (protocol !== IpProtocol.tcp) return orderOf(protocol);
  const transport = at + (bytes[at]! & 0x0f) * 4;
  if (transport + portsLength > end) return Order.all;
  return keyOf(readU32(bytes, at + 12) + readU32(bytes, at + 16), readU16(bytes, transport), readU16(bytes, transport + 2));
}

function ofIpv6(bytes: Uint8Array, at: number, end: number): number {
  const transport = at + ipv6Header;
  if (transport + portsLength > end || bytes[at]! >>> 4 !== 6) return Order.all;
  const protocol = bytes[at + 6]!;
  if (protocol !== IpProtocol.tcp) return orderOf(protocol);
  let addresses = 0;
  for (let i = 8; i < ipv6Header; i += 4) addresses += readU32(bytes, at + i);
  return keyOf(addresses, readU16(bytes, transport), readU16(bytes, transport + 2));
}

/** TCP may stand behind the headers of others. */
function orderOf(protocol: number): number {
  return protocol === IpProtocol.udp || protocol === IpProtocol.icmp || protocol === IpProtocol.icmpv6 ? Order.among : Order.all;
}

/** The number of the conversation that a TCP packet with ports belongs to, however it was carried. */
export function conversationKeyOf({ source, destination, sourcePort, destinationPort }: Packet): number {
  let addresses = 0;
  for (let i = 0; i < 4; i++) addresses += source[i]! + destination[i]!;
  return keyOf(addresses, sourcePort, destinationPort);
}

/** Sums are the same in both directions. */
function keyOf(addresses: number, port: number, otherPort: number): number {
  const hash = Math.imul(mix(mix(0, addresses), port + otherPort), 0x85ebca6b);
  const service = Math.min(port, otherPort);
  return (((service ^ (service >>> portBits)) & ((1 << portBits) - 1)) << hashBits) | (hash >>> (32 - hashBits));
}

const portBits = 10;
const hashBits = 20;
