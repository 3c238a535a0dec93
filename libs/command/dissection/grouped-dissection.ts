import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { Order, conversationKey } from './conversation-key.ts';
import { Dissector } from './dissector.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import type { DissectionSummary } from './summary.ts';

/** Frames that are gathered at a time. */
const frameLimit = 4096;
/** Conversations with the same last bits of their key go together: a power of two. The last group is of those that keep their order. */
const groupCount = 2048;
/** Words that a frame is kept in. */
const Kept = { start: 0, end: 1, originalLength: 2, nanos: 3, next: 4 } as const;
const keptWords = 5;
const none = -1;
/** Where a group has fewer frames than this, on average, grouping costs more than it gains. */
const worthwhile = 4;
/** Frames that are taken one by one then, before it is tried again. */
const pause = 16 * frameLimit;

/**
 * A dissection that takes the frames of a chunk conversation by conversation: what a processor has learnt about one conversation, its code and its memory, serves several packets
 * before the next one comes. Its records are given out in the order of their frames, so that they are those of a `Dissector` that takes frame by frame; only where a limit is
 * reached the choice of what goes may differ.
 *
 *     for (const chunk of chunks) { parser.feed(chunk, (frame) => dissection.frame(frame)); dissection.flush(); }
 *     while (!dissection.finish(count)) ;
 */
export class GroupedDissection {
  readonly #sink: RecordSink;
  readonly #dissector: Dissector;
  readonly #frame = new Frame();
  readonly #kept = new Int32Array(keptWords * frameLimit);
  #count = 0;
  /** The frames of a group are linked, first to last, by their indexes. */
  readonly #first = new Int32Array(groupCount + 1).fill(none);
  readonly #last = new Int32Array(groupCount + 1);
  /** The key of a group's first frame. */
  readonly #ranks = new Int32Array(groupCount + 1);
  /** Frames of other conversations than the first ones of their groups. */
  #strangers = 0;
  /** Groups that have frames. */
  readonly #groups: number[] = [];
  /** The frame at hand; none while they come one by one. */
  #index = none;
  readonly #records: TrafficRecord[] = [];
  /** For each record, its frame. */
  readonly #indexes: number[] = [];
  /** Frames that are still to be taken one by one; meanwhile none is gathered. */
  #pause = 0;
  /** That of the last packet which came by itself. The first one of each second does, since flows' timers go off before it. */
  #second = NaN;
  /** Number of the first gathered frame, as flows that begin together are ordered by it. */
  #opening = 0;

  constructor(sink: RecordSink, options: DissectionOptions = {}) {
    this.#sink = sink;
    this.#dissector = new Dissector({ emit: (record) => this.#emit(record) }, options);
  }

  /** Takes a frame; one that is `lasting` perhaps later, but not after `flush`. */
  frame(frame: Frame): void {
    if (this.#pause > 0) {
      this.#pause--;
      this.#take(frame);
      return;
    }
    const key = frame.isLasting && frame.seconds === this.#second ? conversationKey(frame) : Order.all;
    if (key === Order.all) {
      this.flush();
      this.#take(frame);
      return;
    }
    if (this.#count > 0 && !this.#isAlike(frame)) this.flush();
    this.#keep(frame, key === Order.among ? groupCount : key & (groupCount - 1), key);
    if (this.#count === frameLimit) this.flush();
  }

  /** Takes what was gathered. The buffer of the frames may change afterwards. */
  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    const groups = this.#groups;
    if (count >= worthwhile * (groups.length + this.#strangers)) this.#takeByGroup();
    else {
      for (let index = 0; index < count; index++) this.#takeKept(index);
      if (count === frameLimit) this.#pause = pause;
    }
    for (const group of groups) this.#first[group] = none;
    groups.length = this.#strangers = 0;
    this.#index = none;
    this.#opening += count;
    this.#count = 0;
    this.#giveOut();
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

  /** Groups of one service come one after the other: they need the same code. */
  #takeByGroup(): void {
    const ranks = this.#ranks;
    for (const group of this.#groups.sort((a, b) => ranks[a]! - ranks[b]!)) {
      for (let index = this.#first[group]!; index !== none; index = this.#kept[keptWords * index + Kept.next]!) this.#takeKept(index);
    }
  }

  #takeKept(index: number): void {
    const frame = this.#frame;
    const kept = this.#kept;
    const at = keptWords * index;
    frame.start = kept[at + Kept.start]!;
    frame.end = kept[at + Kept.end]!;
    frame.originalLength = kept[at + Kept.originalLength]! >>> 0;
    frame.nanos = kept[at + Kept.nanos]!;
    this.#index = index;
    this.#dissector.table.nextOpening = this.#opening + index;
    this.#dissector.frame(frame);
  }

  #take(frame: Frame): void {
    const { table, counters } = this.#dissector;
    const { inFlows } = counters;
    table.nextOpening = this.#opening;
    this.#dissector.frame(frame);
    // Tunnels in it may have opened several flows.
    this.#opening = Math.max(table.nextOpening, this.#opening + 1);
    if (counters.inFlows > inFlows) this.#second = frame.seconds;
  }

  #isAlike(frame: Frame): boolean {
    const first = this.#frame;
    return frame.bytes === first.bytes && frame.fractionDigits === first.fractionDigits;
  }

  #keep(frame: Frame, group: number, key: number): void {
    const index = this.#count++;
    if (index === 0) {
      this.#frame.bytes = frame.bytes;
      this.#frame.seconds = frame.seconds;
      this.#frame.fractionDigits = frame.fractionDigits;
      this.#frame.linkType = frame.linkType;
    }
    const kept = this.#kept;
    const at = keptWords * index;
    kept[at + Kept.start] = frame.start;
    kept[at + Kept.end] = frame.end;
    kept[at + Kept.originalLength] = frame.originalLength;
    kept[at + Kept.nanos] = frame.nanos;
    kept[at + Kept.next] = none;
    if (this.#first[group] === none) {
      this.#first[group] = index;
      this.#ranks[group] = key;
      this.#groups.push(group);
    } else {
      kept[keptWords * this.#last[group]! + Kept.next] = index;
      if (this.#ranks[group] !== key) this.#strangers++;
    }
    this.#last[group] = index;
  }

  #emit(record: TrafficRecord): void {
    if (this.#index === none) this.#sink.emit(record);
    else {
      this.#records.push(record);
      this.#indexes.push(this.#index);
    }
  }

  #giveOut(): void {
    const records = this.#records;
    const indexes = this.#indexes;
    const order = indexes.map((_, i) => i).sort((a, b) => indexes[a]! - indexes[b]!);
    for (const i of order) this.#sink.emit(records[i]!);
    records.length = indexes.length = 0;
  }
}
