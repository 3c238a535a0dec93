/** Greatest number of VLAN tags that are remembered of one frame; more are passed over. */
export const vlanLimit = 8;

/** Greatest depth of tunnels inside tunnels; a deeper one stays payload and is counted. */
export const tunnelLimit = 8;

/** `Packet.network`. */
export const Network = { none: 0, ipv4: 4, ipv6: 6, arp: 1 } as const;

/** IANA protocol numbers that the code names. */
export const IpProtocol = { icmp: 1, ipip: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, icmpv6: 58, sctp: 132 } as const;

/** TCP flags as on the wire (RFC 9293, section 3.1). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/**
 * One decoded packet: what every layer left for the flow table. Preallocated, filled in place, never stored; offsets point into `bytes`, which
 * belongs to the reader and changes with the next packet. One of these exists for each depth of tunnel.
 */
export class Packet {
  /** The buffer that holds the frame (or, after defragmentation, the datagram). */
  bytes: Uint8Array = new Uint8Array(0);
  /** The captured frame is `[frameStart, frameEnd)` of `bytes`. */
  frameStart = 0;
  frameEnd = 0;
  /** Length on the wire; at least what was captured. */
  originalLength = 0;
  seconds = 0;
  nanos = 0;

  /** Offsets of the six address bytes, or -1 where the link has none. */
  sourceMac = -1;
  destinationMac = -1;
  vlanCount = 0;
  readonly vlans = new Uint16Array(vlanLimit);

  /** One of `Network`. */
  network = 0;
  /**
   * Addresses, as four 32-bit words each (IPv4: the last word, the others 0). For ARP: sender and target protocol addresses.
   */
  readonly source = new Uint32Array(4);
  readonly destination = new Uint32Array(4);
  /** IP protocol of the innermost header after IPv6 extensions; for ARP 0. */
  protocol = 0;
  timeToLive = 0;
  /** The IP packet by its own length fields: header and payload. For ARP the bytes of the ARP packet. */
  ipBytes = 0;
  /** False for a fragment other than the first: no ports. */
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  /** ICMP: type and code, and the identifier of an echo (else 0). */
  icmpType = 0;
  icmpCode = 0;
  icmpId = 0;
  icmpSequence = 0;

  /** True for any fragment of a fragmented datagram. */
  isFragment = false;
  /** The payload (of TCP, UDP, or the IP payload otherwise): captured part is `[payloadStart, payloadEnd)`. */
  payloadStart = 0;
  payloadEnd = 0;
  /** Its length by the headers' length fields: more than captured if the capture cut the packet. */
  payloadLength = 0;

  tcpFlags = 0;
  tcpSequence = 0;
  tcpAcknowledgment = 0;
  tcpWindow = 0;
  /** TCP options: `[tcpOptionsStart, tcpOptionsEnd)`. */
  tcpOptionsStart = 0;
  tcpOptionsEnd = 0;

  /** False where a checksum that was wholly captured is wrong; only computed when asked for. */
  checksumOk = true;

  /** The name of the encapsulation that this packet was found in (`vxlan`, `gre` ...), undefined for the outermost, and its identity (VNI, key, label; 0 if none). */
  tunnel: string | undefined = undefined;
  tunnelId = 0;
}
