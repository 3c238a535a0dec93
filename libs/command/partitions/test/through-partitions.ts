import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { FrameRouter } from '../../capture/frame-router.ts';
import { PartitionBatches } from '../../capture/partition-batches.ts';
import { Dissector } from '../../dissection/dissector.ts';

/** The session of a file. */
export function fileSession(filePath: string, startedSeconds = 1_790_000_000): Session {
  return {
    source: `file ${filePath}`,
    startedSeconds,
    startedNanos: 0,
    isReplayable: true,
    filePath,
    observer: undefined,
    timeouts: defaultTimeouts,
    flowKeyVlan: false,
  };
}

export interface RouteOptions {
  readonly partitions: number;
  readonly session: Session;
  readonly batchBytes?: number;
  /** Stops behind so many frames, without saying so: the whisperer was killed. */
  readonly frames?: number;
}

/** The messages of each partition that a whisperer makes of a capture. */
export async function route(
  chunks: AsyncIterable<Uint8Array>,
  options: RouteOptions,
): Promise<{ messages: Uint8Array[][]; router: FrameRouter }> {
  const messages = Array.from({ length: options.partitions }, (): Uint8Array[] => []);
  const batches = new PartitionBatches(
    options.session,
    options.partitions,
    (partition, batch) => void messages[partition]!.push(batch),
    () => ({}),
    options.batchBytes,
  );
  const router = new FrameRouter(options.session, options.partitions, batches);
  let left = options.frames ?? Infinity;
  await readCapture(chunks, (frame) => {
    if (left-- > 0) router.frame(frame);
  });
  if (options.frames === undefined) {
    router.finish();
    batches.end(router.clock, router.time);
  } else batches.flush(router.clock, router.time, false);
  return { messages, router };
}

/** The records of a capture, as the analysis of a file gives them. */
export async function analyse(
  chunks: AsyncIterable<Uint8Array>,
  filePath: string,
  look?: (frame: Frame) => void,
): Promise<TrafficRecord[]> {
  const records: TrafficRecord[] = [];
  const dissector = new Dissector({ emit: (record) => void records.push(record) }, { filePath });
  await readCapture(chunks, (frame) => {
    look?.(frame);
    dissector.frame(frame);
  });
  dissector.finish();
  return records;
}

/** Records by id, each as text: the last one of an id counts, as in a store. */
export function byId(records: readonly TrafficRecord[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const record of records) {
    const id = `${record['event.dataset']} ${record['event.id']}`;
    found.set(id, JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  return found;
}
