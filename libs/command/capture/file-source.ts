import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { fileSession } from './file-session.ts';
import type { FrameSender } from './frame-sender.ts';
import { SessionFrames, type SessionOptions } from './session-frames.ts';
import type { Source, SourceCounters } from './source.ts';

/** Seconds of packet time after which partitions that are quiet get a mark of time. */
const markInterval = 60;

export interface FileOptions extends SessionOptions {
  readonly flowKeyVlan: boolean;
  /** What the capture is called, where that is not its path. */
  readonly capture?: string;
  /** Names the source, of which a later session replaces an earlier one, where it is not the file. */
  readonly source?: string;
  /** Is shown each frame as it is read. */
  readonly watch?: (frame: Frame) => void;
}

/** Sends a capture file, no faster than the bus takes it. */
export class FileSource implements Source {
  readonly kind = 'file';
  readonly name: string;
  /** Resolves once everything of the file was sent; to what kept it from being read to its end, if anything. */
  readonly done: Promise<string | undefined>;
  readonly session: Session;
  readonly #frames: SessionFrames;
  readonly #sender: FrameSender;
  readonly #watch: ((frame: Frame) => void) | undefined;
  readonly #capture: ReturnType<typeof openCapture>;
  #isStopped = false;

  constructor(path: string, started: { seconds: number; nanos: number }, options: FileOptions, sender: FrameSender) {
    this.name = options.capture ?? path;
    this.#sender = sender;
    this.#watch = options.watch;
    this.session = fileSession(options.source ?? `file ${path}`, this.name, started, options.flowKeyVlan);
    this.#frames = new SessionFrames(this.session, options, sender);
    this.#capture = openCapture(path);
    this.done = this.#read();
  }

  /** From 0 to 1, by bytes of the file. */
  get progress(): number {
    const { size, position } = this.#capture;
    return size === undefined || size === 0 ? 0 : Math.min(1, position / size);
  }

  counters(): SourceCounters {
    return this.#frames.counters();
  }

  /** Leaves off where it is, without an end: whoever sends the file again begins at its beginning. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.done;
  }

  async #read(): Promise<string | undefined> {
    const { router, batches } = this.#frames;
    const watch = this.#watch;
    let marked = 0;
    const error = await readCapture(
      this.#capture,
      (frame) => {
        watch?.(frame);
        router.frame(frame);
        if (router.clock - marked < markInterval) return;
        marked = router.clock;
        batches.flush(router.clock, router.time, true);
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
    await this.#frames.end();
    return error?.message;
  }
}

class Stopped extends Error {}
