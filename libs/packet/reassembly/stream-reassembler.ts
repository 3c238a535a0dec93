import { Instant } from '@orbweaver/kernel/instant.ts';

/** Takes one direction of a TCP conversation in order. */
export interface StreamConsumer {
  /** `[start, end)` comes next. The bytes belong to the caller and change after the call. */
  data(side: number, bytes: Uint8Array, start: number, end: number): void;
  /** `length` bytes are missing here. */
  gap(side: number, length: number): void;
  /** The hole that is told of next may yet have been filled: it is given up because a bound was reached. */
  forced?(side: number): void;
}

/** Bytes that wait behind a hole, one direction; past it the hole is given up. Room for a window of 4 MiB. */
export const waitingBytesLimit = 4 << 20;

/** Segments that wait behind a hole, one direction. */
export const waitingSegmentsLimit = 4096;

/** Bytes that wait behind holes in all conversations together; past it each further early segment gives its hole up. */
export const waitingTotalLimit = 256 << 20;

/** Farther ahead than the largest window that TCP can announce (RFC 7323, section 2.3: 2^30 bytes), a segment is not of this stream. */
export const windowLimit = 1 << 30;

/** The time of the packets. */
export interface PacketTime {
  /** Of the packet at hand. What has waited is delivered in the time at which it came. */
  readonly now: Instant;
  /** Seconds that the packets' clock has moved on; never goes back. */
  readonly clock: number;
}

/** What all reassemblers of a process share. */
export class ReassemblyBudget {
  readonly limit: number;
  readonly time: PacketTime;
  /** Bytes that wait now. */
  waiting = 0;
  /** Holes in content that is wanted, given up because a bound was reached. */
  forced = 0;
  /** Segments that sent anew what waited, with another content. The first content stays. */
  conflicts = 0;
  /** Segments too far ahead. */
  outside = 0;

  constructor(limit = waitingTotalLimit, time: PacketTime = { now: new Instant(), clock: 0 }) {
    this.limit = limit;
    this.time = time;
  }
}

interface Waiting {
  /** Sequence numbers `[from, to)`. */
  from: number;
  to: number;
  /** Undefined where nobody wants the content. */
  bytes: Uint8Array | undefined;
  /** When it came, by the packets' clock and by its packet. */
  since: number;
  seconds: number;
  nanos: number;
}

/**
 * Puts one direction of a TCP conversation in order.
 *
 * A segment that follows on goes to the consumer where it lies. One that comes early is copied and waits; of bytes that come twice the first stay.
 * A hole is given up when the peer has acknowledged past it (who else would have the bytes?), when too much waits behind it, or at the end; where nobody is heard to
 * acknowledge, when it has been open for long.
 * Sequence numbers are compared as RFC 9293 (section 3.4) says, modulo 2^32.
 */
export class StreamReassembler {
  /** Which side of the conversation it is; changes when the conversation is turned round. */
  side: number;
  readonly #budget: ReassemblyBudget;
  readonly #consumer: StreamConsumer;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #next: number;
  /** Bytes from `next` on that packets had which were captured in part, up to the first one that no packet had. */
  #seen = 0;
  /** When bytes came last that begin or go on filling the first hole, by the packets' clock. */
  #filledAt = 0;
  /** False once nobody wants the content: only the positions are followed. */
  wanted = true;
  /** Segments that waited and came again with another content. */
  conflicts = 0;
  /** Holes that were given up, and the bytes in them. */
  holes = 0;
  missed = 0;
  /** Of those, how many were told of by the last one who counted them. */
  holesTold = 0;
  missedTold = 0;

  /** `next` is the sequence number of the first byte. */
  constructor(side: number, next: number, consumer: StreamConsumer, budget: ReassemblyBudget) {
    this.side = side;
    this.#next = next >>> 0;
    this.#consumer = consumer;
    this.#budget = budget;
  }

  /** Sequence number of the next byte to be delivered. */
  get next(): number {
    return this.#next;
  }

  /** Sequence number behind the last byte that is there or was cut off its packet by the capture, with none lacking before it. */
  get seen(): number {
    return (this.#next + this.#seen) >>> 0;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Begins anew at `next`: what is delivered from here on has no hole before it. Nothing may wait. */
  restart(next: number): void {
    this.#next = next >>> 0;
    this.#seen = 0;
  }

  /** A segment of payload `[start, end)` that begins at `sequence`. */
  segment(sequence: number, bytes: Uint8Array, start: number, end: number): void {
    const ahead = (sequence - this.#next) | 0;
    if (ahead === 0 && this.#waiting.length === 0) this.#deliver(bytes, start, end);
    else if (ahead > windowLimit) this.#budget.outside++;
    else if (ahead > 0) {
      this.#keep(sequence, bytes, start, end);
      if (ahead <= this.#seen) this.#see();
      this.#relieve();
    } else if (ahead + end - start > 0) this.#fill(bytes, start - ahead, end);
  }

  /** The bytes `[from, to)` were in a packet, but are not in the capture: nobody will send them again. */
  cutOff(from: number, to: number): void {
    const seen = (to - this.#next) | 0;
    if (((from - this.#next) | 0) > this.#seen || seen <= this.#seen) return;
    this.#seen = seen;
    this.#see();
  }

  /** The peer has all bytes before `sequence`: holes before it will not be filled any more. */
  acknowledged(sequence: number): void {
    for (;;) {
      const open = (sequence - this.#next) | 0;
      if (open <= 0 || open > windowLimit) return;
      const first = this.#waiting[0];
      this.#skip(first === undefined ? open : Math.min(open, (first.from - this.#next) | 0));
      this.#drain();
    }
  }

  /**
   * As `acknowledged`, of all that waits since before `clock`, unless the hole before it was being filled since then or is wider than a window; each part is delivered in the
   * time at which it came.
   */
  giveUpBefore(clock: number): void {
    if (this.#filledAt >= clock) return;
    const { now } = this.#budget.time;
    const { seconds, nanos } = now;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const open = (first.from - this.#next) | 0;
      if (open > 0 && (first.since >= clock || open > waitingBytesLimit)) break;
      now.set(first.seconds, first.nanos);
      if (open > 0) this.#skip(open);
      this.#deliverFirst();
    }
    now.set(seconds, nanos);
  }

  /** True if of the bytes `[from, to)` some have neither been delivered nor wait. */
  lacks(from: number, to: number): boolean {
    let at = ((from - this.#next) | 0) > 0 ? from : this.#next;
    for (let i = this.#indexFrom(at); ((to - at) | 0) > 0; i++) {
      const waiting = this.#waiting[i];
      if (waiting === undefined || ((waiting.from - at) | 0) > 0) return true;
      at = waiting.to;
    }
    return false;
  }

  /** Nothing more will come: gives up every hole that something waits behind. */
  flush(): void {
    while (this.#waiting.length > 0) this.#skipFirstHole();
  }

  /** Drops what waits; nobody will ask for it. */
  discard(): void {
    this.#budget.waiting -= this.#waitingBytes;
    this.#waitingBytes = 0;
    this.#waiting.length = 0;
  }

  #deliver(bytes: Uint8Array, start: number, end: number): void {
    this.#advance(end - start);
    if (this.wanted) this.#consumer.data(this.side, bytes, start, end);
  }

  #skip(length: number): void {
    this.#advance(length);
    this.holes++;
    this.missed += length;
    if (this.wanted) this.#consumer.gap(this.side, length);
  }

  #advance(length: number): void {
    this.#next = (this.#next + length) >>> 0;
    if (this.#seen > 0) this.#seen = Math.max(0, this.#seen - length);
  }

  /** What waits behind bytes that were seen was seen, too. */
  #see(): void {
    for (let i = this.#indexFrom(this.seen); i < this.#waiting.length; i++) {
      const { from, to } = this.#waiting[i]!;
      if (((from - this.seen) | 0) > 0) return;
      this.#seen = (to - this.#next) | 0;
    }
  }

  #skipFirstHole(): void {
    this.#skip((this.#waiting[0]!.from - this.#next) | 0);
    this.#drain();
  }

  /** `[start, end)` begins at `next`, and something waits. */
  #fill(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    this.#filledAt = this.#budget.time.clock;
    while (at < end) {
      const first = this.#waiting[0];
      const room = first === undefined ? end - at : (first.from - this.#next) | 0;
      if (room > 0) {
        const until = Math.min(end, at + room);
        this.#deliver(bytes, at, until);
        at = until;
        continue;
      }
      // `first` begins here: its content came first and stays.
      const length = (first!.to - first!.from) | 0;
      this.#compare(first!, 0, bytes, at, Math.min(length, end - at));
      this.#deliverFirst();
      at += length;
    }
    this.#drain();
  }

  /** Delivers what waits at `next`. */
  #drain(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.from === this.#next) this.#deliverFirst();
  }

  #deliverFirst(): void {
    const first = this.#waiting.shift()!;
    const length = (first.to - first.from) | 0;
    if (first.bytes === undefined) {
      this.#advance(length);
      return;
    }
    this.#waitingBytes -= length;
    this.#budget.waiting -= length;
    this.#deliver(first.bytes, 0, length);
  }

  /** Lets `[start, end)` at `sequence`, behind `next`, wait, but for what waits already. */
  #keep(sequence: number, bytes: Uint8Array, start: number, end: number): void {
    const waiting = this.#waiting;
    const to = (sequence + (end - start)) >>> 0;
    let from = sequence;
    let at = start;
    let i = this.#indexFrom(sequence);
    while (((to - from) | 0) > 0) {
      const other = waiting[i];
      const room = other === undefined ? (to - from) | 0 : Math.min((to - from) | 0, (other.from - from) | 0);
      if (room > 0) {
        this.#insert(i, from, bytes, at, at + room);
        i++;
        from = (from + room) >>> 0;
        at += room;
        continue;
      }
      const offset = (from - other!.from) | 0;
      const shared = Math.min((other!.to - from) | 0, (to - from) | 0);
      this.#compare(other!, offset, bytes, at, shared);
      from = (from + shared) >>> 0;
      at += shared;
      i++;
    }
  }

  /** Index of the first waiting segment that ends behind `sequence`. Early segments mostly come at the end. */
  #indexFrom(sequence: number): number {
    const waiting = this.#waiting;
    let i = waiting.length;
    while (i > 0 && ((waiting[i - 1]!.to - sequence) | 0) > 0) i--;
    return i;
  }

  #insert(i: number, from: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const { now, clock } = this.#budget.time;
    const { seconds, nanos } = now;
    const content = this.wanted ? copyOf(bytes, start, end) : undefined;
    const entry: Waiting = { from, to: (from + length) >>> 0, bytes: content, since: clock, seconds, nanos };
    if (i === this.#waiting.length) this.#waiting.push(entry);
    else this.#waiting.splice(i, 0, entry);
    if (this.wanted) {
      this.#waitingBytes += length;
      this.#budget.waiting += length;
    }
  }

  /** Keeps within the bounds: gives up holes until little enough waits. */
  #relieve(): void {
    while (
      this.#waiting.length > waitingSegmentsLimit ||
      this.#waitingBytes > waitingBytesLimit ||
      (this.#waiting.length > 0 && this.#budget.waiting > this.#budget.limit)
    ) {
      if (this.wanted) {
        this.#budget.forced++;
        this.#consumer.forced?.(this.side);
      }
      this.#skipFirstHole();
    }
  }

  #compare(waiting: Waiting, offset: number, bytes: Uint8Array, at: number, length: number): void {
    const held = waiting.bytes;
    if (held === undefined) return;
    for (let i = 0; i < length; i++) {
      if (held[offset + i] !== bytes[at + i]) {
        this.conflicts++;
        this.#budget.conflicts++;
        return;
      }
    }
  }
}

/** A copy even of a Buffer, whose `slice` is none. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
