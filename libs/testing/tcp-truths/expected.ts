import type { SideTruth, Truth } from './truth.ts';
import type { WireFrame } from './wire.ts';

/** Fields of a flow's record that a truth tells. */
export const toldFields: readonly string[] = [
  'source.packets',
  'destination.packets',
  'network.packets',
  'source.bytes',
  'destination.bytes',
  'flow.source.ip_bytes',
  'flow.destination.ip_bytes',
  'flow.source.payload_bytes',
  'flow.destination.payload_bytes',
  'flow.source.stream_bytes',
  'flow.destination.stream_bytes',
  'flow.missed_bytes',
  'flow.state',
  'flow.history',
  'flow.end_reason',
  'flow.tcp.retransmissions',
  'flow.source.retransmissions',
  'flow.destination.retransmissions',
  'flow.tcp.out_of_order',
  'flow.tcp.zero_windows',
  'flow.tcp.handshake_rtt',
  'event.duration',
];

/** Of a flow's record, what a truth tells. */
export function toldBy(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(toldFields.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])));
}

/** Those fields as they must be; `frames` are those of the conversation. A side's part of a sum is left out where it is 0. */
export function expectedFields(truth: Truth, frames: readonly WireFrame[]): Record<string, unknown> {
  const [source, destination] = truth.sides;
  const sent = (of: SideTruth, measure: (frame: WireFrame) => number): number =>
    frames.reduce((sum, frame) => sum + (frame.side === of.side ? measure(frame) : 0), 0);
  return {
    'source.packets': sent(source, () => 1),
    'destination.packets': sent(destination, () => 1),
    'network.packets': frames.length,
    'source.bytes': sent(source, ({ bytes }) => bytes.length),
    'destination.bytes': sent(destination, ({ bytes }) => bytes.length),
    'flow.source.ip_bytes': sent(source, ({ ipBytes }) => ipBytes),
    'flow.destination.ip_bytes': sent(destination, ({ ipBytes }) => ipBytes),
    'flow.source.payload_bytes': source.payloadBytes,
    'flow.destination.payload_bytes': destination.payloadBytes,
    'flow.source.stream_bytes': source.streamBytes,
    'flow.destination.stream_bytes': destination.streamBytes,
    'flow.missed_bytes': truth.missedBytes,
    'flow.state': truth.state,
    'flow.history': truth.history,
    'flow.end_reason': truth.endReason,
    'flow.tcp.retransmissions': source.retransmissions + destination.retransmissions,
    ...(source.retransmissions > 0 && { 'flow.source.retransmissions': source.retransmissions }),
    ...(destination.retransmissions > 0 && { 'flow.destination.retransmissions': destination.retransmissions }),
    'flow.tcp.out_of_order': source.outOfOrder + destination.outOfOrder,
    'flow.tcp.zero_windows': source.zeroWindows + destination.zeroWindows,
    ...(truth.handshake !== undefined && { 'flow.tcp.handshake_rtt': truth.handshake * 1000 }),
    'event.duration': (truth.last - truth.first) * 1000,
  };
}
