/** IANA protocol numbers whose messages are told apart here. */
export const IpProtocolNumber = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;
