import { fileSession } from '@orbweaver/command/capture/file-session.ts';
import { FileSource } from '@orbweaver/command/capture/file-source.ts';
import { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import { PartitionBatches } from '@orbweaver/command/capture/partition-batches.ts';
import {
  CaptureDeleted,
  type AnalysisJob,
  type AnalysisResult,
  type AnalysisSink,
  type Analyst,
} from '@orbweaver/command/imports/analyst.ts';
import { Span } from '@orbweaver/command/imports/span.ts';
import { untilAvailable } from '@orbweaver/command/imports/until-available.ts';
import type { Producer } from '@orbweaver/command/streaming/bus.ts';
import type { StoredEnd } from '@orbweaver/contracts/topics/session-end.ts';
import type { SessionEnds } from './session-ends.ts';

/** All uploads are sessions of one source: a later one takes the place of one that was broken off, and nobody has to remember each. */
const source = 'uploads';
/** Bytes of batches that wait for the bus: beyond it the file is read no further. */
const queueBytes = 32 * 2 ** 20;
/** Milliseconds between two looks at what is stored while the pipeline works. */
const lookInterval = 1000;
/** What comes of a session, each by a way of its own. */
const kinds: readonly StoredEnd['of'][] = ['records', 'contents'];
/** Of the progress, what reading the file is; the rest is the end of the pipeline. */
const readingShare = 0.5;

export interface PipelineParts {
  readonly producer: Pick<Producer, 'send'>;
  readonly ends: Pick<SessionEnds, 'all'>;
  /** Of the frames, now; resolves once the bus answers. */
  partitions(): Promise<number>;
  /** Records of a capture that can be found, by dataset. */
  readonly records: { flush(): Promise<void>; count(capture: string): Promise<Record<string, number>> };
  /** The process ends: nothing is waited for any more. */
  readonly stopping: AbortSignal;
}

/**
 * Has captures analysed by the cluster: sends the frames as a whisperer does, and waits until everything that came of them is stored. One at a time. A process that begins
 * again sends the capture again; what the earlier attempt left is dropped, or stands under the same ids.
 */
export class PipelineAnalyst implements Analyst {
  readonly #parts: PipelineParts;
  #lastStart = 0;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  async analyse(job: AnalysisJob, sink: AnalysisSink, signal: AbortSignal): Promise<AnalysisResult> {
    try {
      return await this.#send(job, sink, signal);
    } catch (error) {
      // Whoever deletes the capture deletes records that are there: none may come later.
      if (signal.reason instanceof CaptureDeleted) await this.#supersede();
      throw error;
    }
  }

  async #send({ file, capture }: AnalysisJob, sink: AnalysisSink, signal: AbortSignal): Promise<AnalysisResult> {
    const { producer, ends, records } = this.#parts;
    const partitions = await orAborted(this.#parts.partitions(), signal);
    let refusal: string | undefined;
    const sender = new FrameSender(producer, queueBytes, (problem) => (refusal ??= problem));
    const span = new Span();
    const options = { partitions, flowKeyVlan: false, verifyChecksums: false, capture, source, watch: span.add.bind(span) };
    const frames = new FileSource(file, this.#start(), options, sender);
    let stored = 0;
    let counts: Record<string, number> = {};
    const report = () => {
      const progress = Math.min(0.99, readingShare * frames.progress + (1 - readingShare) * stored);
      sink.progress({ progress, packets: frames.counters().frames, records: counts });
    };
    const look = setInterval(() => {
      report();
      records.count(capture).then(
        (found) => (counts = found),
        // The next look may do better.
        () => undefined,
      );
    }, lookInterval);
    const stop = () => void frames.stop();
    signal.addEventListener('abort', stop);
    try {
      const all = ends.all({ session: frames.session, partitions, of: kinds, progress: (share) => (stored = share) }, signal);
      all.catch(() => undefined);
      const problem = await orAborted(frames.done, signal);
      signal.throwIfAborted();
      await all;
      const found = await untilAvailable(async () => {
        await records.flush();
        return records.count(capture);
      }, signal);
      return { ...result(frames, found), ...span.texts(), ...problemOf(problem, refusal) };
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Sends an empty session: partitions drop what they have of the one before, and when it has ended nothing of that is on its way. */
  async #supersede(): Promise<void> {
    const { producer, ends, stopping } = this.#parts;
    const partitions = await orAborted(this.#parts.partitions(), stopping);
    const started = this.#start();
    const sender = new FrameSender(producer, queueBytes, () => undefined);
    const session = fileSession(source, undefined, started);
    const all = ends.all({ session, partitions, of: kinds }, stopping);
    const send = (partition: number, batch: Uint8Array) => sender.send(partition, batch);
    new PartitionBatches(session, partitions, send, () => ({})).end(0, started);
    await all;
  }

  /** When a session begins: later than the one before, also where the clock was set back. */
  #start(): { seconds: number; nanos: number } {
    this.#lastStart = Math.max(Date.now(), this.#lastStart + 1);
    return { seconds: Math.floor(this.#lastStart / 1000), nanos: (this.#lastStart % 1000) * 1e6 };
  }
}

/** Where the packets went, as the whisperer's side knows it: the same as the dissection counts. */
function result(frames: FileSource, records: Record<string, number>): Omit<AnalysisResult, 'first' | 'last' | 'problem'> {
  const counters = frames.counters();
  const { packets: in_flows, not_ip } = counters;
  const refused: Record<string, number> = {};
  for (const [name, count] of Object.entries(counters)) if (name.startsWith('refused.')) refused[name.slice('refused.'.length)] = count;
  const packets = Object.values(refused).reduce((sum, count) => sum + count, in_flows + not_ip);
  return { progress: 1, packets: counters.frames, records, summary: { packets, in_flows, not_ip, refused } };
}

function problemOf(problem: string | undefined, refusal: string | undefined): { problem?: string } {
  if (refusal !== undefined) return { problem: `A part of it was not taken by the message bus: ${refusal}` };
  return problem === undefined ? {} : { problem };
}

/** What `work` resolves to, or the signal's reason if that comes first. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
