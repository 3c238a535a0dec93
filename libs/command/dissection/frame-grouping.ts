import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { Order, conversationKey, keepsOrder } from './conversation-key.ts';

/** Frames that are gathered at a time. */
const frameLimit = 4096;
/** Conversations with the same last bits of their key go together: a power of two. The last group is of those that keep their order. */
const groupCount = 2048;
/** Words that a frame is kept in. */
const Kept = { start: 0, end: 1, originalLength: 2, nanos: 3, key: 4, index: 5, next: 6, touched: 7 } as const;
const keptWords = 8;
/** Bytes behind which the headers of most frames end, in another line of the processor's cache than they begin. */
const headersEnd = 64;
const none = -1;
/** Where a group has fewer frames than this, on average, they are taken in their order. */
const worthwhile = 4;
/** Flows that are waited for together. */
const together = 32;
/** Numbers that a frame has for its packets: tunnels lie at most eight deep. */
const numbersPerFrame = 16;

/** Takes frames in the order in which a grouping gives them. */
export interface FrameTaker {
  /** Number of the next packet, by which flows are ordered that begin together. */
  nextNumber: number;
  /** A frame of this conversation comes soon. */
  expect(key: number): void;
  /** Takes a frame; `key` is its conversation's number or one of `Order`. Returns the packets that it is: with one or more the timers have gone off up to its second. */
  take(frame: Frame, key: number): number;
}

/**
 * Gathers the frames of a chunk and has them taken conversation by conversation, with the timers where they would go off frame by frame. Records are given out in the order
 * of their frames.
 */
export class FrameGrouping<Record> {
  /** Frames so far, without the gathered ones; may be set between chunks. */
  frames = 0;
  readonly #taker: FrameTaker;
  readonly #give: (record: Record, frame: number) => void;
  readonly #frame = new Frame();
  readonly #kept = new Int32Array(keptWords * frameLimit);
  #count = 0;
  /** The frames of a group are linked, first to last. */
  readonly #first = new Int32Array(groupCount + 1).fill(none);
  readonly #last = new Int32Array(groupCount + 1);
  /** Frames of other conversations than the first ones of their groups. */
  #strangers = 0;
  /** Groups that have frames. */
  readonly #groups: number[] = [];
  /** Frames since the first gathered one, those that were passed over among them. */
  #run = 0;
  /** The frame at hand, counted from the first gathered one; none while they come one by one. */
  #index = none;
  readonly #records: Record[] = [];
  /** For each record, its frame. */
  readonly #indexes: number[] = [];
  /** That of the last packet which came by itself. */
  #second = NaN;
  /** Number of the first gathered frame's packet. */
  #number = 0;

  /** `give` is told each record with the number of its frame, counted by `frames`. */
  constructor(taker: FrameTaker, give: (record: Record, frame: number) => void) {
    this.#taker = taker;
    this.#give = give;
  }

  /** Takes a frame; one that is `lasting` perhaps later, but not after `flush`. */
  frame(frame: Frame): void {
    this.take(frame, frame.isLasting && this.isAt(frame.seconds) ? conversationKey(frame, false) : Order.all);
  }

  /** Whether the timers stand at this second. The first frame of another one is of `Order.all`, since flows' timers go off before it. */
  isAt(seconds: number): boolean {
    return seconds === this.#second;
  }

  /** Takes a frame with the number of its conversation, or one of `Order`: a `lasting` one, or one of `Order.all`. */
  take(frame: Frame, key: number): void {
    if (key === Order.all) this.#takeAlone(frame);
    else this.#gather(frame, key);
  }

  /** The next frame is taken by others. */
  passOver(): void {
    this.#run++;
  }

  /** Takes what was gathered. The buffer of the frames may change afterwards. */
  flush(): void {
    if (this.#count > 0) this.#takeGathered();
    this.frames += this.#run;
    this.#number += numbersPerFrame * this.#run;
    this.#run = 0;
  }

  /** For the taker: what the frame at hand has brought. */
  emit(record: Record): void {
    if (this.#index === none) this.#give(record, this.frames);
    else {
      this.#records.push(record);
      this.#indexes.push(this.#index);
    }
  }

  #takeGathered(): void {
    const count = this.#count;
    const groups = this.#groups;
    if (count >= worthwhile * (groups.length + this.#strangers)) this.#takeByGroup();
    else this.#takeInOrder();
    for (const group of groups) this.#first[group] = none;
    groups.length = this.#strangers = 0;
    this.#index = none;
    this.#count = 0;
    this.#giveOut();
  }

  /** Groups of one service come one after the other: they need the same code. */
  #takeByGroup(): void {
    const kept = this.#kept;
    const rankOf = (group: number): number => (group === groupCount ? Order.among : kept[keptWords * this.#first[group]! + Kept.key]!);
    const groups = this.#groups.sort((a, b) => rankOf(a) - rankOf(b));
    for (const [i, group] of groups.entries()) {
      if (i % together === 0) for (const soon of groups.slice(i, i + together)) this.#expect(this.#first[soon]!);
      this.#touchHeaders(group);
      for (let place = this.#first[group]!; place !== none; place = kept[keptWords * place + Kept.next]!) this.#takeKept(place);
    }
  }

  #takeInOrder(): void {
    const count = this.#count;
    for (let place = 0; place < count; place++) {
      if (place % together === 0) for (let soon = place; soon < count && soon < place + together; soon++) this.#expect(soon);
      this.#takeKept(place);
    }
  }

  #expect(place: number): void {
    const key = this.#kept[keptWords * place + Kept.key]!;
    if (key >= 0) this.#taker.expect(key);
  }

  /** Reads a little of each header of a group: the processor waits for memory once, and not frame by frame. */
  #touchHeaders(group: number): void {
    const kept = this.#kept;
    const { bytes } = this.#frame;
    for (let place = this.#first[group]!; place !== none; place = kept[keptWords * place + Kept.next]!) {
      const at = keptWords * place;
      const start = kept[at + Kept.start]!;
      const last = kept[at + Kept.end]! - 1;
      kept[at + Kept.touched] = bytes[start]! + bytes[Math.min(start + headersEnd, last)]!;
    }
  }

  #takeKept(place: number): void {
    const frame = this.#frame;
    const kept = this.#kept;
    const at = keptWords * place;
    frame.start = kept[at + Kept.start]!;
    frame.end = kept[at + Kept.end]!;
    frame.originalLength = kept[at + Kept.originalLength]! >>> 0;
    frame.nanos = kept[at + Kept.nanos]!;
    this.#index = kept[at + Kept.index]!;
    this.#taker.nextNumber = this.#number + numbersPerFrame * this.#index;
    this.#taker.take(frame, kept[at + Kept.key]!);
  }

  #takeAlone(frame: Frame): void {
    this.flush();
    const taker = this.#taker;
    taker.nextNumber = this.#number;
    if (taker.take(frame, Order.all) > 0) this.#second = frame.seconds;
    // Fragments that waited for it may have needed more.
    this.#number = Math.max(taker.nextNumber, this.#number + numbersPerFrame);
    this.frames++;
  }

  #gather(frame: Frame, key: number): void {
    if (this.#count === frameLimit || (this.#count > 0 && !this.#isAlike(frame))) this.flush();
    const place = this.#count++;
    if (place === 0) {
      this.#frame.bytes = frame.bytes;
      this.#frame.seconds = frame.seconds;
      this.#frame.fractionDigits = frame.fractionDigits;
      this.#frame.linkType = frame.linkType;
    }
    const kept = this.#kept;
    const at = keptWords * place;
    kept[at + Kept.start] = frame.start;
    kept[at + Kept.end] = frame.end;
    kept[at + Kept.originalLength] = frame.originalLength;
    kept[at + Kept.nanos] = frame.nanos;
    kept[at + Kept.key] = key;
    kept[at + Kept.index] = this.#run++;
    kept[at + Kept.next] = none;
    this.#link(place, key);
  }

  #link(place: number, key: number): void {
    const kept = this.#kept;
    const group = keepsOrder(key) ? groupCount : key & (groupCount - 1);
    const first = this.#first[group]!;
    if (first === none) {
      this.#first[group] = place;
      this.#groups.push(group);
    } else {
      kept[keptWords * this.#last[group]! + Kept.next] = place;
      if (group !== groupCount && kept[keptWords * first + Kept.key] !== key) this.#strangers++;
    }
    this.#last[group] = place;
  }

  #isAlike(frame: Frame): boolean {
    const first = this.#frame;
    return frame.bytes === first.bytes && frame.linkType === first.linkType && frame.fractionDigits === first.fractionDigits;
  }

  #giveOut(): void {
    const records = this.#records;
    const indexes = this.#indexes;
    const order = indexes.map((_, i) => i).sort((a, b) => indexes[a]! - indexes[b]!);
    for (const i of order) this.#give(records[i]!, this.frames + indexes[i]!);
    records.length = indexes.length = 0;
  }
}
