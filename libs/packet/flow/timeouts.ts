import { IpProtocol } from '../layers/packet.ts';
import { FlowFlag, Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import { TcpState } from './tcp-tracker.ts';

/** Seconds of packet time without a packet after which a flow ends, and seconds after which one ends however busy. */
export interface FlowTimeouts {
  /** A SYN that nothing answered. */
  readonly tcpAttempt: number;
  readonly tcpEstablished: number;
  /** Both sides have ended, or one has reset: late packets are still counted. */
  readonly tcpClosed: number;
  readonly udp: number;
  readonly icmp: number;
  /** Everything else: SCTP, ARP, GRE, ... */
  readonly other: number;
  /** 0 for never. */
  readonly active: number;
}

/**
 * Generous, so that a conversation stays one record: a capture has room for what a kernel's connection table would keep. Never shorter than those
 * of Zeek.
 */
export const defaultTimeouts: FlowTimeouts = {
  tcpAttempt: 75,
  tcpEstablished: 900,
  tcpClosed: 15,
  udp: 180,
  icmp: 60,
  other: 120,
  active: 0,
};

/**
 * A live flow should be seen soon after it has ended. A TCP connection that nobody ends is recorded by `active`, and may be quiet for as long as keep-alives are apart
 * (two hours, RFC 1122, section 4.2.3.6): what its next packet means only those before tell.
 */
export const liveTimeouts: FlowTimeouts = { ...defaultTimeouts, tcpEstablished: 7500, tcpClosed: 5, udp: 30, icmp: 15, other: 60 };

/** Seconds without a packet that this flow may last, as it is now. */
export function idleTimeout(slab: FlowSlab, flow: number, timeouts: FlowTimeouts): number {
  const { words } = slab;
  const at = flow * wordsPerFlow;
  switch (words[at + Word.protocol]! & 0xff) {
    case IpProtocol.tcp:
      break;
    case IpProtocol.udp:
      return timeouts.udp;
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      return timeouts.icmp;
    default:
      return timeouts.other;
  }
  const source = words[at + Word.state]! & 0xffff;
  const destination = words[at + Word.state + 1]! & 0xffff;
  const closed = words[at + Word.flags]! & (FlowFlag.closed | (FlowFlag.closed << 1));
  const bothClosed = closed === (FlowFlag.closed | (FlowFlag.closed << 1));
  if (bothClosed || source === TcpState.reset || destination === TcpState.reset) return timeouts.tcpClosed;
  if (source === TcpState.inactive || destination === TcpState.inactive) {
    const opening = source === TcpState.synSent || source === TcpState.synAckSent;
    if (opening) return timeouts.tcpAttempt;
  }
  return timeouts.tcpEstablished;
}
