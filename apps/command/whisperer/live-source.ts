import { observerText } from '@orbweaver/command/dissection/record-builder.ts';
import { SessionFrames, type SessionOptions } from '@orbweaver/command/capture/session-frames.ts';
import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { liveTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { explainOpenError, linkTypes, loadCap, type Cap } from '@orbweaver/platform/capture/cap.ts';
import { KernelDrops } from '@orbweaver/platform/capture/kernel-drops.ts';
import { PacketClock } from '@orbweaver/platform/capture/packet-clock.ts';
import { wireLength } from '@orbweaver/platform/capture/wire-length.ts';
import type { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import type { Source, SourceCounters } from '@orbweaver/command/capture/source.ts';

/** Bytes of one packet: more than the binding ever takes. */
const packetBuffer = 256 * 1024;
/** Milliseconds after which every partition gets a mark of time, also one that nothing came for. */
const markInterval = 1000;

export interface LiveOptions extends SessionOptions {
  readonly interface: string;
  /** pcap filter; empty for everything. */
  readonly filter: string;
  readonly bufferBytes: number;
  readonly observerName: string;
  readonly hostname: string;
  /** Seconds. */
  readonly activeTimeout: number;
  /** Milliseconds. */
  readonly batchDelay: number;
  readonly flowKeyVlan: boolean;
}

/** Captures from an interface. While the bus takes nothing and the queue is full, packets are dropped and counted. */
export class LiveSource implements Source {
  readonly kind = 'live';
  readonly name: string;
  readonly #frames: SessionFrames;
  readonly #sender: FrameSender;
  readonly #cap: Cap;
  readonly #clock = new PacketClock();
  /** The binding writes into it without holding on to it. */
  readonly #buffer = Buffer.alloc(packetBuffer);
  readonly #frame = new Frame();
  readonly #timer: NodeJS.Timeout;
  readonly #kernelDrops: KernelDrops | undefined;
  #dropped = 0;
  #marked = 0;

  /** Throws with what is missing if the interface cannot be captured from. */
  constructor(started: { seconds: number; nanos: number }, options: LiveOptions, sender: FrameSender) {
    this.name = options.interface;
    this.#sender = sender;
    const observer = { name: options.observerName, hostname: options.hostname, interface: options.interface };
    const session: Session = {
      source: `live ${observerText(observer)}`,
      startedSeconds: started.seconds,
      startedNanos: started.nanos,
      isReplayable: false,
      filePath: undefined,
      observer,
      timeouts: { ...liveTimeouts, active: options.activeTimeout },
      flowKeyVlan: options.flowKeyVlan,
    };
    this.#frames = new SessionFrames(session, options, sender, () => ({ queue: this.#dropped, ...this.#kernelDrops?.counter() }));
    const { Cap } = loadCap();
    this.#cap = new Cap();
    this.#frame.bytes = this.#buffer;
    this.#cap.on('packet', (length) => this.#take(length));
    let link: string;
    try {
      link = this.#cap.open(options.interface, options.filter, options.bufferBytes, this.#buffer);
    } catch (error) {
      throw new Error(
        explainOpenError(
          error,
          options.interface,
          Cap.deviceList().map(({ name }) => name),
        ),
        { cause: error },
      );
    }
    const linkType = linkTypes[link];
    if (linkType === undefined) throw new Error(`cannot read packets of ${options.interface}: its link type is ${link}`);
    this.#frame.linkType = linkType;
    this.#kernelDrops = KernelDrops.open();
    this.#timer = setInterval(() => this.#tick(), options.batchDelay);
  }

  counters(): SourceCounters {
    return this.#frames.counters();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#kernelDrops?.close();
    this.#cap.close();
    await this.#frames.end();
  }

  #take(length: number): void {
    if (this.#sender.isFull) {
      this.#dropped++;
      return;
    }
    const frame = this.#frame;
    this.#clock.read();
    frame.end = length;
    frame.originalLength = wireLength(this.#buffer, length, frame.linkType);
    frame.seconds = this.#clock.seconds;
    frame.nanos = this.#clock.nanos;
    frame.number++;
    this.#frames.router.frame(frame);
  }

  #tick(): void {
    // A queue that is full is not filled further with marks of time.
    if (this.#sender.isFull) return;
    this.#clock.read();
    const { router, batches } = this.#frames;
    router.advance(this.#clock.seconds);
    const now = performance.now();
    const marks = now - this.#marked >= markInterval;
    if (marks) this.#marked = now;
    batches.flush(router.clock, { seconds: this.#clock.seconds, nanos: this.#clock.nanos }, marks);
  }
}
