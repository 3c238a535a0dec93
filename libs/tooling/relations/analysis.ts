import { Dissector } from '@orbweaver/command/dissection/dissector.ts';
import { GroupedDissection } from '@orbweaver/command/dissection/grouped-dissection.ts';
import { addSummary, emptySummary, type DissectionSummary } from '@orbweaver/command/dissection/summary.ts';
import { FrameList, frameMemory } from '@orbweaver/command/partitions/frame-list.ts';
import { PartitionDissector, comparePlaces, type PlacedRecord } from '@orbweaver/command/partitions/partition-dissector.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import type { CaptureError } from '@orbweaver/packet/pcap/read-error.ts';

/** What an analysis said of a capture. */
export interface Analysis {
  readonly records: readonly TrafficRecord[];
  readonly summary: DissectionSummary;
  readonly error: CaptureError | undefined;
}

/** One frame of a capture, with bytes of its own. */
export interface OwnFrame {
  readonly linkType: number;
  readonly seconds: number;
  readonly nanos: number;
  readonly fractionDigits: number;
  readonly originalLength: number;
  readonly bytes: Uint8Array;
}

/** Analyses a capture file that comes in these pieces, conversation by conversation. */
export function analyseChunks(chunks: Iterable<Uint8Array>): Analysis {
  const records: TrafficRecord[] = [];
  const dissection = new GroupedDissection({ emit: (record) => records.push(record) });
  const parser = new CaptureParser();
  for (const chunk of chunks) {
    const goesOn = parser.feed(chunk, (frame) => dissection.frame(frame));
    dissection.flush();
    if (!goesOn) break;
  }
  const error = parser.finish();
  dissection.finish();
  return { records, summary: dissection.summary(), error };
}

/** Analyses a capture file by as many dissections, each of which takes its share of the conversations. */
export function analyseShared(capture: Uint8Array, partitions: number): Analysis {
  const placed: PlacedRecord[] = [];
  const summary = emptySummary();
  const parser = new CaptureParser();
  const frames = new FrameList(frameMemory(capture.length));
  frames.read(capture, parser);
  const error = parser.finish();
  for (let partition = 0; partition < partitions; partition++) {
    const dissector = new PartitionDissector(partition, partitions, { emit: (record, place) => placed.push({ record, place }) });
    dissector.take(frames);
    dissector.finish();
    addSummary(summary, dissector.summary());
  }
  placed.sort((a, b) => comparePlaces(a.place, b.place));
  return { records: placed.map(({ record }) => record), summary, error };
}

/** Analyses frames in this order, one by one. */
export function analyseFrames(frames: Iterable<OwnFrame>): Analysis {
  const records: TrafficRecord[] = [];
  const dissector = new Dissector({ emit: (record) => records.push(record) });
  const frame = new Frame();
  for (const own of frames) {
    Object.assign(frame, own, { start: 0, end: own.bytes.length });
    frame.number++;
    dissector.frame(frame);
  }
  dissector.finish();
  return { records, summary: dissector.summary(), error: undefined };
}

/** The frames of a capture, copied; as far as it can be read. */
export function framesOf(capture: Uint8Array): OwnFrame[] {
  const frames: OwnFrame[] = [];
  const parser = new CaptureParser();
  parser.feed(capture, ({ linkType, seconds, nanos, fractionDigits, originalLength, bytes, start, end }) => {
    frames.push({ linkType, seconds, nanos, fractionDigits, originalLength, bytes: bytes.slice(start, end) });
  });
  parser.finish();
  return frames;
}

/** Pieces of `length` bytes. */
export function* piecesOf(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** Records as lines, in an order that does not depend on when each was complete. */
export function linesOf(records: readonly TrafficRecord[], without: (name: string) => boolean = () => false): string[] {
  return records
    .map((record) => {
      const kept = Object.entries(record).filter(([name]) => !without(name));
      return JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))));
    })
    .sort();
}

/** What the sums of a summary lack: packets read = packets in flows + not IP + refused, and each record counted. */
export function faultsOfSums({ records, summary }: Analysis, frames: number): string[] {
  const { packets, in_flows, not_ip, refused, unwrapped } = summary;
  const faults: string[] = [];
  const sum = in_flows + not_ip + Object.values(refused).reduce((a, b) => a + b, 0);
  if (packets !== sum) faults.push(`${packets} packets, ${sum} accounted for`);
  if (summary.frames !== frames) faults.push(`${summary.frames} frames, ${frames} in the capture`);
  if (packets !== frames + unwrapped) faults.push(`${packets} packets of ${frames} frames and ${unwrapped} out of tunnels`);
  const counted = Object.values(summary.records).reduce((a, b) => a + b, 0);
  if (counted !== records.length) faults.push(`${counted} records counted, ${records.length} emitted`);
  const inFlows = records.reduce(
    (total, record) => total + (record['event.dataset'] === 'flow' ? (record['network.packets'] as number) : 0),
    0,
  );
  if (inFlows !== in_flows) faults.push(`${in_flows} packets in flows, ${inFlows} on their records`);
  return faults;
}
