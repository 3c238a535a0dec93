import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { describe, expect, it, vi } from 'vitest';
import { analyseFrames, faultsOfSums, framesOf, type OwnFrame } from '../analysis.ts';
import { ownCaptures } from '../captures.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Bytes of each packet that are captured: what `tcpdump -s 68` gave for long, and with more or fewer of the payload. */
const snapLengths = [60, 68, 96, 200];

/** What the headers of TCP tell of a flow. */
const ofHeaders = [
  ...['source.packets', 'destination.packets', 'network.bytes', 'flow.source.ip_bytes', 'flow.destination.ip_bytes'],
  ...['flow.source.payload_bytes', 'flow.destination.payload_bytes', 'flow.state', 'event.end'],
  ...['flow.tcp.retransmissions', 'flow.tcp.out_of_order', 'flow.tcp.zero_windows', 'flow.tcp.handshake_rtt'],
];

describe('of a capture whose packets are cut off', () => {
  it.each(ownCaptures)('every_packet_is_accounted_for_and_flows_say_what_their_headers_do: $name', ({ read }) => {
    const frames = framesOf(read());
    const whole = flowsOf(analyseFrames(frames).records);
    for (const length of snapLengths) {
      const analysis = analyseFrames(frames.map((frame) => cutTo(frame, length)));
      expect(faultsOfSums(analysis, frames.length), `cut to ${length}`).toEqual([]);
      const flows = flowsOf(analysis.records);
      for (const [id, flow] of flows) if (whole.has(id)) expect(flow, `cut to ${length}`).toEqual(whole.get(id));
    }
  });
});

function cutTo(frame: OwnFrame, length: number): OwnFrame {
  return { ...frame, bytes: frame.bytes.subarray(0, length) };
}

/** Flows of TCP by their id. */
function flowsOf(records: readonly TrafficRecord[]): Map<unknown, Record<string, unknown>> {
  const flows = records.filter((record) => record['event.dataset'] === 'flow' && record['network.transport'] === 'tcp');
  return new Map(flows.map((flow) => [flow['flow.id'], seenOf(flow)]));
}

/** Without the gaps, which have become more. */
function seenOf(flow: TrafficRecord): Record<string, unknown> {
  const seen = Object.fromEntries(ofHeaders.map((name) => [name, flow[name]]));
  return { ...seen, history: String(flow['flow.history']).replaceAll(/g/gi, '') };
}
