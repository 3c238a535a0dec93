import { FrameRouter } from '@orbweaver/command/capture/frame-router.ts';
import { PartitionBatches } from '@orbweaver/command/capture/partition-batches.ts';
import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { countersOf } from './counters.ts';
import type { FrameSender } from './frame-sender.ts';
import type { Source, SourceCounters } from './source.ts';

/** Seconds of packet time after which partitions that are quiet get a mark of time. */
const markInterval = 60;

export interface FileOptions {
  readonly partitions: number;
  readonly flowKeyVlan: boolean;
  readonly verifyChecksums: boolean;
}

/** Sends a capture file, no faster than the bus takes it. */
export class FileSource implements Source {
  readonly kind = 'file';
  readonly name: string;
  /** Resolves once everything of the file was sent; to what kept it from being read to its end, if anything. */
  readonly done: Promise<string | undefined>;
  readonly #router: FrameRouter;
  readonly #batches: PartitionBatches;
  readonly #sender: FrameSender;
  #isStopped = false;

  constructor(path: string, started: { seconds: number; nanos: number }, options: FileOptions, sender: FrameSender) {
    this.name = path;
    this.#sender = sender;
    const session: Session = {
      source: `file ${path}`,
      startedSeconds: started.seconds,
      startedNanos: started.nanos,
      isReplayable: true,
      filePath: path,
      observer: undefined,
      timeouts: defaultTimeouts,
      flowKeyVlan: options.flowKeyVlan,
    };
    this.#batches = new PartitionBatches(
      session,
      options.partitions,
      (partition, batch) => sender.send(partition, batch),
      () => this.counters(),
    );
    this.#router = new FrameRouter(session, options.partitions, this.#batches, { verifyChecksums: options.verifyChecksums });
    this.done = this.#read(path);
  }

  counters(): SourceCounters {
    return countersOf(this.#router, this.#batches, {});
  }

  /** Leaves off where it is, without an end: whoever sends the file again begins at its beginning. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.done;
  }

  async #read(path: string): Promise<string | undefined> {
    const router = this.#router;
    let marked = 0;
    const error = await readCapture(
      openCapture(path),
      (frame) => {
        router.frame(frame);
        if (router.clock - marked < markInterval) return;
        marked = router.clock;
        this.#batches.flush(router.clock, router.time, true);
      },
      () => {
        if (this.#isStopped) throw new Stopped();
        return this.#sender.room();
      },
    ).catch((error: unknown) => {
      if (error instanceof Stopped) return error;
      throw error;
    });
    if (error instanceof Stopped) return 'stopped before its end';
    router.finish();
    this.#batches.end(router.clock, router.time);
    await this.#sender.empty();
    return error?.message;
  }
}

class Stopped extends Error {}
