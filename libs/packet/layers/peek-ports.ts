import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { readIcmpHeader } from './icmp.ts';
import { IpProtocol, type Packet } from './packet.ts';

/** Reads the ports (ICMP: type, code, identifier) off the beginning of a datagram whose rest is still to come. */
export function peekPorts(packet: Packet, bytes: Uint8Array, start: number, end: number): void {
  switch (packet.protocol) {
    case IpProtocol.tcp:
    case IpProtocol.udp:
    case IpProtocol.udpLite:
    case IpProtocol.sctp:
      if (end - start < 4) return;
      packet.sourcePort = readU16(bytes, start);
      packet.destinationPort = readU16(bytes, start + 2);
      packet.hasPorts = true;
      return;
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      if (end - start < 8) return;
      readIcmpHeader(packet, bytes, start, end);
  }
}
