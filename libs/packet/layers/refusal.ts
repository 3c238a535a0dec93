/**
 * Why a packet was refused: the names that the summary counts under. A packet is refused when a receiver would drop it, or when too little
 * of it was captured to know its conversation.
 */
export const refusals = [
  'unknown_link_type',
  'truncated_link_header',
  'bad_link_header',
  'too_many_layers',
  'truncated_arp',
  'bad_arp',
  'truncated_ipv4_header',
  'truncated_ipv6_header',
  'bad_ip_version',
  'bad_ip_header_length',
  'bad_ip_length',
  'bad_ip_checksum',
  'bad_ipv6_extension',
  'bad_fragment',
  'conflicting_fragment_end',
  'truncated_tcp_header',
  'bad_tcp_length',
  'bad_tcp_offset',
  'bad_tcp_checksum',
  'truncated_udp_header',
  'bad_udp_length',
  'bad_udp_checksum',
  'truncated_icmp_header',
  'bad_icmp_checksum',
  'truncated_sctp_header',
  'truncated_ah_header',
  'truncated_tunnel_header',
  'bad_tunnel_header',
] as const;

export type RefusalName = (typeof refusals)[number];

/** Number of a refusal, by name: an index into `refusals`. */
export const Refusal = Object.freeze(Object.fromEntries(refusals.map((name, index) => [name, index]))) as Readonly<
  Record<RefusalName, number>
>;
