import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { Dissector } from './dissector.ts';
import { FrameGrouping, type FrameTaker } from './frame-grouping.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import type { DissectionSummary } from './summary.ts';

/**
 * A dissection that takes the frames of a chunk conversation by conversation: what a processor has learnt about one conversation, its code and its memory, serves several packets
 * before the next one comes. Its records are given out in the order of their frames, so that they are those of a `Dissector` that takes frame by frame; only where a limit is
 * reached the choice of what goes may differ.
 *
 *     for (const chunk of chunks) { parser.feed(chunk, (frame) => dissection.frame(frame)); dissection.flush(); }
 *     while (!dissection.finish(count)) ;
 */
export class GroupedDissection {
  readonly #dissector: Dissector;
  readonly #grouping: FrameGrouping<TrafficRecord>;

  constructor(sink: RecordSink, options: DissectionOptions = {}) {
    const dissector = new Dissector({ emit: (record) => grouping.emit(record) }, options);
    const grouping = new FrameGrouping<TrafficRecord>(new AllFrames(dissector), (record) => sink.emit(record));
    this.#dissector = dissector;
    this.#grouping = grouping;
  }

  /** Takes a frame; one that is `lasting` perhaps later, but not after `flush`. */
  frame(frame: Frame): void {
    this.#grouping.frame(frame);
  }

  /** Takes what was gathered. The buffer of the frames may change afterwards. */
  flush(): void {
    this.#grouping.flush();
  }

  /** The capture has ended: ends up to `count` flows. Returns true once all are done. */
  finish(count = Infinity): boolean {
    this.flush();
    return this.#dissector.finish(count);
  }

  /** Where the packets went, as far as is known now; complete once `finish` is done. */
  summary(): DissectionSummary {
    return this.#dissector.summary();
  }
}

class AllFrames implements FrameTaker {
  readonly #dissector: Dissector;

  constructor(dissector: Dissector) {
    this.#dissector = dissector;
  }

  get nextNumber(): number {
    return this.#dissector.table.nextOpening;
  }

  set nextNumber(number: number) {
    this.#dissector.table.nextOpening = number;
  }

  expect(key: number): void {
    this.#dissector.expect(key);
  }

  take(frame: Frame, key: number): number {
    const count = this.#dissector.frame(frame);
    if (key >= 0 && count > 0) this.#dissector.noteConversation(key);
    return count;
  }
}
