import { hash } from 'node:crypto';
import { joined } from '@orbweaver/kernel/bytes/text.ts';
import { IpProtocolNumber } from './ip-protocols.ts';

/** Types that ask, and those that answer them, as the Community ID specification pairs them. */
const pairs4 = pairsOf([8, 0], [13, 14], [15, 16], [10, 9], [17, 18]);
const pairs6 = pairsOf([128, 129], [133, 134], [135, 136], [130, 131], [139, 140], [144, 145]);

function pairsOf(...pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map(pairs.flatMap(([ask, answer]) => [[ask, answer] as const, [answer, ask] as const]));
}

/** The ends of a conversation, as one packet of it tells them. */
export interface Ends {
  readonly protocol: number;
  /** 4 or 16 octets. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Of ICMP: type and code. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Community ID version 1, seed 0 (https://github.com/corelight/community-id-spec): one for both directions. */
export function communityIdOf({ protocol, source, destination, sourcePort, destinationPort }: Ends): string {
  let second = destinationPort;
  let isOneWay = false;
  if (protocol === IpProtocolNumber.icmp || protocol === IpProtocolNumber.icmpv6) {
    const answer = (protocol === IpProtocolNumber.icmp ? pairs4 : pairs6).get(sourcePort);
    isOneWay = answer === undefined;
    second = answer ?? destinationPort;
  }
  const order = Buffer.compare(source, destination);
  const isForward = isOneWay || order < 0 || (order === 0 && sourcePort <= second);
  const ports = isForward ? [sourcePort, second] : [second, sourcePort];
  return idOf(
    protocol,
    isForward ? [source, destination] : [destination, source],
    ports.flatMap((port) => [port >>> 8, port & 0xff]),
  );
}

/** The same of a protocol without ports: its input ends where they would stand. */
export function portlessCommunityIdOf(protocol: number, source: Uint8Array, destination: Uint8Array): string {
  return idOf(protocol, Buffer.compare(source, destination) <= 0 ? [source, destination] : [destination, source], []);
}

function idOf(protocol: number, addresses: readonly Uint8Array[], ports: readonly number[]): string {
  const input = Buffer.concat([Buffer.alloc(2), ...addresses, Buffer.of(protocol, 0, ...ports)]);
  return joined('1:', hash('sha1', input, 'base64'));
}
