import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { FrameRouter } from './frame-router.ts';
import type { FrameSender } from './frame-sender.ts';
import { PartitionBatches } from './partition-batches.ts';
import { countersOf } from './source-counters.ts';
import type { SourceCounters } from './source.ts';

export interface SessionOptions {
  readonly partitions: number;
  readonly verifyChecksums: boolean;
}

/** The way of one session's frames, wherever they come from: through the router into batches of partitions, which the sender takes. */
export class SessionFrames {
  readonly router: FrameRouter;
  readonly batches: PartitionBatches;
  readonly #sender: FrameSender;
  readonly #dropped: () => Readonly<Record<string, number>>;

  /** `dropped` counts the frames that never came so far, by place. */
  constructor(
    session: Session,
    { partitions, verifyChecksums }: SessionOptions,
    sender: FrameSender,
    dropped: () => Readonly<Record<string, number>> = () => ({}),
  ) {
    this.#sender = sender;
    this.#dropped = dropped;
    this.batches = new PartitionBatches(
      session,
      partitions,
      (partition, batch) => sender.send(partition, batch),
      () => this.counters(),
    );
    this.router = new FrameRouter(session, partitions, this.batches, { verifyChecksums });
  }

  counters(): SourceCounters {
    return countersOf(this.router, this.batches, this.#dropped());
  }

  /** Nothing more comes: says so to every partition. Resolves once all is sent. */
  async end(): Promise<void> {
    this.router.finish();
    this.batches.end(this.router.clock, this.router.time);
    await this.#sender.empty();
  }
}
