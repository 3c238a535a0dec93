import { Dissector } from '@orbweaver/command/dissection/dissector.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { expect } from 'vitest';
import { faultsOfSums, framesOf, linesOf, type Analysis, type OwnFrame } from '../analysis.ts';

/** Seconds after which a flow is recorded; frames come one a second. */
const active = 4;

/** What the pieces of a flow have to sum up to. */
const sums = [
  ...['source.packets', 'destination.packets', 'network.packets', 'source.bytes', 'destination.bytes', 'network.bytes'],
  ...['flow.source.ip_bytes', 'flow.destination.ip_bytes', 'flow.source.payload_bytes', 'flow.destination.payload_bytes'],
  ...['flow.source.stream_bytes', 'flow.destination.stream_bytes', 'flow.missed_bytes', 'flow.tcp.retransmissions'],
  ...['flow.tcp.out_of_order', 'flow.tcp.zero_windows', 'flow.tcp.conflicting_overlaps', 'flow.tcp.handshake_rtt'],
];

/** Of what was spoken, the fields that name or count the flow. */
const ofFlow = new Set(['event.id', 'flow.id', 'flow.parent_id', 'flow.missed_bytes']);

/** Expects that of a capture, slowed down, whose flows are recorded in pieces the same is told as without: what was spoken, and the sums of the pieces. */
export function expectSameInPieces(capture: Uint8Array): void {
  const frames = framesOf(capture);
  const whole = analyseSlowed(frames, 0);
  const pieces = analyseSlowed(frames, active);
  expect(faultsOfSums(pieces, frames.length)).toEqual([]);
  expect(spoken(pieces)).toEqual(spoken(whole));
  expect(sumsOf(pieces.records)).toEqual(sumsOf(whole.records));
  const ids = pieces.records.map((record) => record['event.id']);
  expect(new Set(ids).size).toBe(ids.length);
}

/** Frame by frame, one a second: no flow is idle for long enough to end. */
function analyseSlowed(frames: readonly OwnFrame[], active: number): Analysis {
  const records: TrafficRecord[] = [];
  const never = 1 << 30;
  const timeouts = { ...defaultTimeouts, tcpAttempt: never, tcpEstablished: never, udp: never, icmp: never, other: never, active };
  const dissector = new Dissector({ emit: (record) => records.push(record) }, { timeouts });
  const frame = new Frame();
  for (const [i, own] of frames.entries()) {
    Object.assign(frame, own, { start: 0, end: own.bytes.length, seconds: 1_700_000_000 + i, nanos: 0 });
    frame.number++;
    dissector.frame(frame);
  }
  dissector.finish();
  return { records, summary: dissector.summary(), error: undefined };
}

function spoken({ records }: Analysis): string[] {
  return linesOf(
    records.filter((record) => record['event.dataset'] !== 'flow'),
    (name) => ofFlow.has(name),
  );
}

/** By the id of a flow's first record. */
function sumsOf(records: readonly TrafficRecord[]): Map<unknown, Record<string, unknown>> {
  const flows = new Map<unknown, Record<string, unknown>>();
  for (const record of records) {
    if (record['event.dataset'] !== 'flow') continue;
    const id = record['flow.root_id'] ?? record['flow.id'];
    const flow = flows.get(id) ?? { start: record['event.start'] };
    flow['end'] = record['event.end'];
    for (const name of sums) if (record[name] !== undefined) flow[name] = ((flow[name] as number) ?? 0) + (record[name] as number);
    flows.set(id, flow);
  }
  return new Map([...flows].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
