/** Greatest number of VLAN tags that are remembered of one frame; more are passed over. */
export const vlanLimit = 8;

/** Greatest depth of tunnels inside tunnels; a deeper one stays payload and is counted. */
export const tunnelLimit = 8;

/** `Packet.network`. */
export const Network = { none: 0, ipv4: 4, ipv6: 6, arp: 1 } as const;

/** IANA protocol numbers that the code names. */
export const IpProtocol = {
  hopByHop: 0,
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  noNext: 59,
  destinationOptions: 60,
  sctp: 132,
  mobility: 135,
  udpLite: 136,
} as const;

/** TCP flags as on the wire (RFC 9293, section 3.1). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/**
 * One decoded packet: what every layer left for the flow table. Preallocated, filled in place, never stored; offsets point into buffers that belong
 * to the reader and change with the next packet. One of these exists for each depth of tunnel.
 */
export class Packet {
  /** The buffer that `payload*` and `tcpOptions*` point into: the frame's or, after defragmentation, the datagram's. */
  bytes: Uint8Array = EMPTY;
  /** The buffer that `frame*` and the MAC offsets point into. */
  frameBytes: Uint8Array = EMPTY;
  /** The captured frame is `[frameStart, frameEnd)` of `frameBytes`; inside a tunnel, what the tunnel carries. */
  frameStart = 0;
  frameEnd = 0;
  /** Length on the wire; at least what was captured. */
  originalLength = 0;
  seconds = 0;
  nanos = 0;

  /** Offsets into `frameBytes` of the six address bytes, or -1 where the link has none. */
  sourceMac = -1;
  destinationMac = -1;
  vlanCount = 0;
  /** VLAN ids, outermost first; a mere priority tag (id 0) is not among them. */
  readonly vlans = new Uint16Array(vlanLimit);

  /** One of `Network`. */
  network = 0;
  /**
   * Addresses, as four 32-bit words each (IPv4: the last word, the others 0). For ARP: sender and target protocol addresses.
   */
  readonly source = new Uint32Array(4);
  readonly destination = new Uint32Array(4);
  /** IP protocol of the innermost header after IPv6 extensions and AH; for ARP 0. */
  protocol = 0;
  timeToLive = 0;
  /** The IP packet by its own length fields: header and payload. For ARP the bytes of the ARP packet. */
  ipBytes = 0;
  /** ARP: 1 request, 2 reply ...; else 0. */
  arpOperation = 0;

  /**
   * True if the ports (ICMP: type, code and identifier) are known. False for protocols without any and for a fragment whose datagram's first fragment
   * is not known. A later fragment is given those of the first.
   */
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  /** ICMP: type and code, and the identifier and sequence number of an echo (else 0). */
  icmpType = 0;
  icmpCode = 0;
  icmpId = 0;
  icmpSequence = 0;

  /** True for any fragment of a fragmented datagram, the one that completes it too. */
  isFragment = false;
  /** True on the fragment that completed its datagram: transport fields and payload are those of the whole datagram. */
  isReassembled = false;
  /** Of a fragment: identification, offset in bytes, and whether more follow. */
  fragmentId = 0;
  fragmentOffset = 0;
  moreFragments = false;

  /**
   * True if the transport header was read whole: TCP's sequence numbers and flags may be used. False for a fragment that completes nothing, for a
   * header that the capture cut (its ports are there, `hasPorts`), and for protocols that have no decoder.
   */
  hasTransport = false;
  /**
   * The payload (of TCP, UDP, SCTP, ICMP behind its first 8 bytes, or the IP payload otherwise): captured part is `[payloadStart, payloadEnd)`.
   * Empty for a fragment that completes nothing.
   */
  payloadStart = 0;
  payloadEnd = 0;
  /** Its length by the headers' length fields: more than captured if the capture cut the packet. */
  payloadLength = 0;

  tcpFlags = 0;
  tcpSequence = 0;
  tcpAcknowledgment = 0;
  tcpWindow = 0;
  /** TCP options: `[tcpOptionsStart, tcpOptionsEnd)`, as far as captured. */
  tcpOptionsStart = 0;
  tcpOptionsEnd = 0;

  /** Index among the decoder's packets of the one that carries this one, -1 for the outermost. */
  parent = -1;
  /** The name of the encapsulation that this packet was found in (`vxlan`, `gre` ...), undefined for the outermost, and its identity (VNI, key, TEID, session; 0 if none). */
  tunnel: string | undefined = undefined;
  tunnelId = 0;
  /** The part of `tunnelId` that is the same in both directions, for flow keys: 0 where each direction has its own (TEID, call id). */
  tunnelKey = 0;
}

const EMPTY = new Uint8Array(0);
