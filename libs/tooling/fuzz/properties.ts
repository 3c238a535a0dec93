import { Dissector } from '@orbweaver/command/dissection/dissector.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { datasetNamed } from '@orbweaver/protocols/registry/registry.ts';
import { faultsOf } from '@orbweaver/protocols/sdk/conformance/record-check.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { faultsOfSums } from '../relations/analysis.ts';
import type { FuzzInput } from './input.ts';

/** What must hold of any input. */
export type Property = 'throws' | 'slow' | 'sums' | 'record' | 'left-over' | 'ids' | 'amplifies';

export interface Fault {
  readonly property: Property;
  readonly message: string;
}

/** Milliseconds of its processor that an analysis may take: so much, and for each frame and each kilobyte. Linear work needs a hundredth. */
const timeBase = 400;
const timeOfFrame = 2;
const timeOfKilobyte = 2;

/** Bytes of records that may come of an input: so many, and for each frame and each byte of it. Three bytes are a command to a Redis server, with a record of 700. */
const recordsBase = 65_536;
const recordsOfFrame = 8192;
const recordsOfByte = 256;

/** Pieces that a file is read in (bytes); frames of a block that straddle them are carried over. */
const pieceLength = 997;

/** What is wrong with what the analysis makes of an input; undefined if nothing is. */
export function faultOf(input: FuzzInput): Fault | undefined {
  const started = spent();
  let fault: Fault | undefined;
  try {
    fault = analyse(input);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    fault = { property: 'throws', message: stack.split('\n').slice(0, 6).join('\n') };
  }
  if (fault !== undefined) return fault;
  const bytes = sizeOf(input);
  const allowed = timeBase + timeOfFrame * input.frames.length + (timeOfKilobyte * bytes) / 1024;
  const taken = spent() - started;
  return taken > allowed ? { property: 'slow', message: `${Math.round(taken)} ms, expected at most ${Math.round(allowed)}` } : undefined;
}

/** Milliseconds that this thread has worked: what others do on the machine is not in it. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function sizeOf({ frames, file }: FuzzInput): number {
  return file?.length ?? frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function analyse(input: FuzzInput): Fault | undefined {
  const { options } = input;
  const records: TrafficRecord[] = [];
  const dissector = new Dissector(
    { emit: (record) => records.push(record) },
    {
      hashes: options.hashes,
      verifyChecksums: options.verifyChecksums,
      flowKeyVlan: options.flowKeyVlan,
      flowLimit: options.flowLimit,
      reassemblyLimit: options.reassemblyLimit,
      timeouts: { ...defaultTimeouts, active: options.activeTimeout },
      ...(options.keepContent ? { content: discarded } : {}),
    },
  );
  const frames = input.file === undefined ? feedFrames(dissector, input) : feedFile(dissector, input.file);
  dissector.finish();
  const sums = faultsOfSums({ records, summary: dissector.summary(), error: undefined }, frames);
  if (sums.length > 0) return { property: 'sums', message: sums.join('; ') };
  const left = leftOver(dissector);
  if (left.length > 0) return { property: 'left-over', message: left.join('; ') };
  const twice = idOfSeveral(records);
  if (twice !== undefined) return { property: 'ids', message: `several records have the id ${twice}` };
  return faultOfRecords(records, recordsBase + recordsOfFrame * frames + recordsOfByte * sizeOf(input));
}

/** Each frame lies in a buffer that is used again: what is kept and was not copied shows. */
function feedFrames(dissector: Dissector, { frames }: FuzzInput): number {
  const frame = new Frame();
  const longest = frames.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  const buffer = new Uint8Array(longest + 2 * margin);
  for (const own of frames) {
    buffer.fill(0xa5, 0, own.bytes.length + 2 * margin);
    buffer.set(own.bytes, margin);
    Object.assign(frame, own, { bytes: buffer, start: margin, end: margin + own.bytes.length });
    frame.originalLength = Math.max(own.originalLength, own.bytes.length);
    frame.number++;
    dissector.frame(frame);
  }
  return frames.length;
}

const margin = 32;

function feedFile(dissector: Dissector, file: Uint8Array): number {
  const parser = new CaptureParser();
  let frames = 0;
  for (let at = 0; at < file.length; at += pieceLength) {
    const isGood = parser.feed(file.subarray(at, at + pieceLength), (frame) => {
      frames++;
      dissector.frame(frame);
    });
    if (!isGood) break;
  }
  parser.finish();
  return frames;
}

function leftOver(dissector: Dissector): string[] {
  const faults: string[] = [];
  if (dissector.budget.waiting !== 0) faults.push(`${dissector.budget.waiting} bytes still wait for holes to fill`);
  if (dissector.table.live !== 0) faults.push(`${dissector.table.live} flows are still open`);
  if (dissector.decoder.fragments.bytes !== 0) faults.push(`${dissector.decoder.fragments.bytes} bytes of fragments are still held`);
  return faults;
}

function idOfSeveral(records: readonly TrafficRecord[]): string | undefined {
  const ids = new Set<string>();
  for (const record of records) {
    const id = record['event.id'];
    if (ids.has(id)) return id;
    ids.add(id);
  }
  return undefined;
}

function faultOfRecords(records: readonly TrafficRecord[], allowed: number): Fault | undefined {
  let length = 0;
  for (const record of records) {
    const dataset = datasetNamed(record['event.dataset']);
    if (dataset === undefined) return { property: 'record', message: `${record['event.dataset']} is no dataset` };
    const faults = faultsOf(withoutLongTimes(record), dataset.schema);
    if (faults.length > 0) return { property: 'record', message: `${record['event.dataset']}: ${faults[0]!.slice(0, 300)}` };
    if (Number(record['event.duration']) < 0) return { property: 'record', message: `${record['event.dataset']}: a negative duration` };
    length += JSON.stringify(record).length;
  }
  return length > allowed ? { property: 'amplifies', message: `${length} bytes of records, expected at most ${allowed}` } : undefined;
}

/** Of clocks that are a hundred days apart, what lies between is not exact in nanoseconds any more; it must still fit 64 bits. */
function withoutLongTimes(record: TrafficRecord): TrafficRecord {
  const isLong = ([name, value]: [string, unknown]): boolean => {
    const length = Math.abs(Number(value));
    return /duration|rtt|time_to_first_byte|response_time/.test(name) && length > Number.MAX_SAFE_INTEGER && length < 2 ** 63;
  };
  const long = Object.entries(record).filter(isLong);
  return long.length === 0 ? record : { ...record, ...Object.fromEntries(long.map(([name]) => [name, 0])) };
}

/** Takes content and keeps none. */
const discarded: ContentSink = {
  open() {
    let bytes = 0;
    return {
      append: (_, start, end) => void (bytes += end - start),
      finish: () => (bytes > 0 ? { id: 'kept', bytes } : undefined),
    };
  },
};
