import { IpProtocol, Network, type Packet } from '@orbweaver/packet/layers/packet.ts';

/**
 * True for conversations that are read together, since one exchange goes over several of them: DHCP shouts from an address that the client does not have yet, is
 * answered at the one that it gets, and relayed from a third (RFC 2131; 4011 is PXE's). They share a partition, whatever their addresses.
 */
export function isLinked(packet: Packet): boolean {
  return (
    packet.protocol === IpProtocol.udp &&
    packet.hasPorts &&
    packet.network === Network.ipv4 &&
    areLinked(packet.sourcePort, packet.destinationPort)
  );
}

/** As `isLinked`, by the ports of a UDP packet over IPv4. */
export function areLinked(port: number, otherPort: number): boolean {
  return isPortOf(port) || isPortOf(otherPort);
}

function isPortOf(port: number): boolean {
  return port === 67 || port === 68 || port === 4011;
}

/** What stands for the key of all linked conversations. */
export const linkedHash = 0x44484350;
