import { Frame } from '../../pcap/frame.ts';
import { Decoder, Verdict, type DecoderOptions } from '../decoder.ts';
import { describeKey } from '../next.ts';
import { Network, type Packet } from '../packet.ts';
import { refusals } from '../refusal.ts';

/** One packet, in words that a test can compare. */
export interface Told {
  readonly network: string;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly ports: readonly [number, number] | undefined;
  readonly payload: string;
  readonly payloadLength: number;
  readonly ipBytes: number;
  readonly tunnel: string | undefined;
  readonly tunnelId: number;
  readonly vlans: readonly number[];
}

export function frameOf(bytes: Uint8Array, linkType = 1, originalLength = bytes.length, seconds = 1_700_000_000): Frame {
  const frame = new Frame();
  frame.bytes = bytes;
  frame.start = 0;
  frame.end = bytes.length;
  frame.originalLength = originalLength;
  frame.linkType = linkType;
  frame.seconds = seconds;
  return frame;
}

export interface Decoded {
  readonly packets: readonly Told[];
  readonly verdict: Verdict;
  /** The refusal, or what was not IP. */
  readonly reason: string;
  readonly innerRefused: Record<string, number>;
  readonly innerNotIp: number;
}

/** Decodes one frame by a decoder of its own. */
export function decode(bytes: Uint8Array, linkType = 1, options: DecoderOptions = {}, originalLength = bytes.length): Decoded {
  const decoder = new Decoder(options);
  const count = decoder.decode(frameOf(bytes, linkType, originalLength));
  const { verdict, counters } = decoder;
  const reason = verdict === Verdict.refused ? refusals[decoder.refusal]! : verdict === Verdict.notIp ? describeKey(decoder.notIpKey) : '';
  const innerRefused = counters.refusedByName(counters.innerRefused);
  return { packets: decoder.packets.slice(0, count).map(tell), verdict, reason, innerRefused, innerNotIp: counters.innerNotIp };
}

export function tell(packet: Packet): Told {
  return {
    network: Object.entries(Network).find(([, number]) => number === packet.network)![0],
    protocol: packet.protocol,
    source: addressOf(packet, packet.source),
    destination: addressOf(packet, packet.destination),
    ports: packet.hasPorts ? [packet.sourcePort, packet.destinationPort] : undefined,
    payload: Buffer.from(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)).toString('latin1'),
    payloadLength: packet.payloadLength,
    ipBytes: packet.ipBytes,
    tunnel: packet.tunnel,
    tunnelId: packet.tunnelId,
    vlans: [...packet.vlans.subarray(0, packet.vlanCount)],
  };
}

export function macOf(packet: Packet, at: number): string | undefined {
  return at < 0 ? undefined : Buffer.from(packet.frameBytes.subarray(at, at + 6)).toString('hex');
}

function addressOf(packet: Packet, words: Uint32Array): string {
  const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
  if (packet.network === Network.ipv6) return hex.replace(/^(..)0+/, '$1::');
  return [24, 16, 8, 0].map((shift) => (words[3]! >>> shift) & 255).join('.');
}
