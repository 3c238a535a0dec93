import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';

/**
 * Frame layout (RFC 9113, section 4.1):
 *
 *     length (24) type (8) flags (8) R (1) stream (31) payload (length octets)
 */
export const headerSize = 9;

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** The client's connection preface (section 3.4). */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Octets of one frame other than DATA that are gathered; of a longer one the rest is passed over. */
export const gatherLimit = 256 * 1024;
/** Octets that are looked through for the next frame before a side is given up. */
export const searchLimit = 4 * 1024 * 1024;
/** The longest frame that is taken for one while looking: the largest that need not be agreed on (section 4.2). */
const likelyLength = 16_384;
/** The highest stream that is taken for one while looking. */
const likelyStream = 1 << 24;

/** Types whose payload is gathered. */
const isGathered = (type: number): boolean =>
  type === FrameType.headers ||
  type === FrameType.continuation ||
  type === FrameType.pushPromise ||
  type === FrameType.reset ||
  type === FrameType.goAway;

/** What the frames of one side tell. */
export interface FrameEvents {
  /** A part of the content of a DATA frame, without padding. */
  data(frame: FrameReader, bytes: Uint8Array, start: number, end: number): void;
  /** `length` octets of a DATA frame are missing. */
  dataMissing(frame: FrameReader, length: number): void;
  /** The frame is complete; its payload is `[0, length)` if it is gathered. */
  end(frame: FrameReader, payload: Uint8Array, length: number): void;
  /** Frames may have gone unseen, in a hole of `length` octets if that is why. */
  lost(length: number): void;
}

const State = { preface: 0, header: 1, payload: 2, search: 3, off: 4 } as const;

/**
 * One side's stream as frames. A push parser: DATA passes through; of the other frames that say something the payload is gathered, under its limit. Where a
 * hole took a frame's beginning, the next thing that looks like a frame, with another behind it, is where reading goes on.
 */
export class FrameReader {
  type = 0;
  flags = 0;
  stream = 0;
  length = 0;
  /** The payload was longer than is gathered. */
  isCut = false;
  /** True if nothing of this side is missing since its beginning. */
  isFromBeginning = false;
  /** When the first octet of the frame came. */
  readonly since = new Instant();
  readonly #events: FrameEvents;
  readonly #now: Instant;
  #state: number;
  readonly #header = new Uint8Array(headerSize);
  #gathered = 0;
  #payload = new Uint8Array(0);
  #taken = 0;
  #remaining = 0;
  /** Of a DATA frame: octets of padding at its end, or -1 while its length is still to come. */
  #padding = 0;
  #searched = 0;
  #isFirst = true;
  /** Found by looking: it counts only once another one follows. */
  #isDoubtful = false;

  constructor(events: FrameEvents, now: Instant, isClient: boolean) {
    this.#events = events;
    this.#now = now;
    this.#state = isClient ? State.preface : State.header;
  }

  get isOff(): boolean {
    return this.#state === State.off;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case State.preface:
          at = this.#readPreface(bytes, at);
          break;
        case State.header:
          at = this.#readHeader(bytes, at, end);
          break;
        case State.payload:
          at = this.#readPayload(bytes, at, end);
          break;
        case State.search:
          at = this.#search(bytes, at, end);
          break;
        default:
          return;
      }
    }
  }

  gap(length: number): void {
    if (this.#state === State.off) return;
    const isPassed = this.#state === State.payload && length <= this.#remaining && (this.type === FrameType.data || !isGathered(this.type));
    if (!isPassed || this.#padding < 0) {
      this.#lose(length);
      return;
    }
    const padded = Math.min(length, Math.max(0, this.#padding - (this.#remaining - length)));
    this.#remaining -= length;
    if (this.type === FrameType.data && !this.#isDoubtful) this.#events.dataMissing(this, length - padded);
    if (this.#remaining === 0) this.#endFrame();
  }

  /** The framing is lost in a hole of `length` octets, or makes no sense. */
  #lose(length: number): void {
    this.#state = State.search;
    this.#gathered = 0;
    this.#isFirst = false;
    this.isFromBeginning = false;
    this.#events.lost(length);
  }

  /** A side that is heard from the middle on has no preface. */
  #readPreface(bytes: Uint8Array, at: number): number {
    if (bytes[at] === preface[this.#gathered]) {
      if (++this.#gathered < preface.length) return at + 1;
      this.#gathered = 0;
      this.isFromBeginning = true;
      this.#isFirst = false;
      this.#state = State.header;
      return at + 1;
    }
    const begun = this.#gathered;
    this.#gathered = 0;
    this.#state = State.header;
    if (begun > 0) this.push(preface, 0, begun);
    return at;
  }

  #readHeader(bytes: Uint8Array, start: number, end: number): number {
    if (this.#gathered === 0) this.since.set(this.#now.seconds, this.#now.nanos);
    const taken = Math.min(end - start, headerSize - this.#gathered);
    this.#header.set(bytes.subarray(start, start + taken), this.#gathered);
    this.#gathered += taken;
    if (this.#gathered === headerSize) this.#openFrame();
    return start + taken;
  }

  #openFrame(): void {
    const header = this.#header;
    const wasDoubtful = this.#isDoubtful;
    if (!isFrame(header) || ((wasDoubtful || (this.#isFirst && !this.isFromBeginning)) && !isLikelyFrame(header))) {
      this.#isDoubtful = false;
      this.#lose(0);
      return;
    }
    this.#isDoubtful = false;
    // The server's preface: SETTINGS, not an acknowledgment (section 3.4).
    if (this.#isFirst) this.isFromBeginning = header[3] === FrameType.settings && (header[4]! & Flag.ack) === 0;
    this.#isFirst = false;
    this.#take();
  }

  /** Begins the frame whose header is there. */
  #take(): void {
    const header = this.#header;
    this.length = lengthOf(header, 0);
    this.type = header[3]!;
    this.flags = header[4]!;
    this.stream = readU32(header, 5) & 0x7fffffff;
    this.#gathered = 0;
    this.#taken = 0;
    this.isCut = false;
    this.#remaining = this.length;
    this.#padding = this.type === FrameType.data && this.flags & Flag.padded ? -1 : 0;
    this.#state = State.payload;
    if (this.length === 0) this.#endFrame();
  }

  #readPayload(bytes: Uint8Array, start: number, end: number): number {
    const stop = start + Math.min(this.#remaining, end - start);
    if (this.type === FrameType.data) this.#readData(bytes, start, stop);
    else {
      this.#remaining -= stop - start;
      if (isGathered(this.type)) this.#gather(bytes, start, stop);
    }
    if (this.#remaining === 0) this.#endFrame();
    return stop;
  }

  /** Pad length (8) if PADDED, content, padding (section 6.1). */
  #readData(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    if (this.#padding < 0) {
      this.#padding = Math.min(bytes[at++]!, this.length - 1);
      this.#remaining--;
    }
    const content = Math.min(end - at, Math.max(0, this.#remaining - this.#padding));
    this.#remaining -= end - at;
    if (content > 0 && !this.#isDoubtful) this.#events.data(this, bytes, at, at + content);
  }

  #gather(bytes: Uint8Array, start: number, end: number): void {
    const taken = Math.min(end - start, gatherLimit - this.#taken);
    if (taken < end - start) this.isCut = true;
    if (this.#taken + taken > this.#payload.length) {
      const grown = new Uint8Array(Math.min(gatherLimit, Math.max(512, (this.#taken + taken) * 2)));
      grown.set(this.#payload.subarray(0, this.#taken));
      this.#payload = grown;
    }
    this.#payload.set(bytes.subarray(start, start + taken), this.#taken);
    this.#taken += taken;
  }

  #endFrame(): void {
    this.#state = State.header;
    if (!this.#isDoubtful) this.#events.end(this, this.#payload, this.#taken);
  }

  /** Octet by octet: whatever the pieces, the same frame is found. */
  #search(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#gathered === 0) this.since.set(this.#now.seconds, this.#now.nanos);
      this.#header[this.#gathered++] = bytes[at++]!;
      if (this.#gathered < headerSize) continue;
      if (isLikelyFrame(this.#header)) {
        this.#isDoubtful = true;
        this.#take();
        return at;
      }
      this.#header.copyWithin(0, 1);
      this.#gathered--;
      if (++this.#searched > searchLimit) {
        this.#state = State.off;
        return end;
      }
    }
    return at;
  }
}

/** Octets of the payload behind the header at `at` (section 4.1). */
export const lengthOf = (header: Uint8Array, at: number): number => (header[at]! << 16) | (header[at + 1]! << 8) | header[at + 2]!;

/** Whether the header agrees with section 6: what of each type the length and the stream must be. */
export function isFrame(header: Uint8Array, at = 0): boolean {
  const length = lengthOf(header, at);
  const stream = readU32(header, at + 5) & 0x7fffffff;
  const flags = header[at + 4]!;
  switch (header[at + 3]) {
    case FrameType.data:
    case FrameType.headers:
    case FrameType.pushPromise:
      return stream !== 0 && (length > 0 || (flags & Flag.padded) === 0);
    case FrameType.continuation:
      return stream !== 0;
    case FrameType.priority:
      return stream !== 0 && length === 5;
    case FrameType.reset:
      return stream !== 0 && length === 4;
    case FrameType.settings:
      return stream === 0 && length % 6 === 0 && ((flags & Flag.ack) === 0 || length === 0);
    case FrameType.ping:
      return stream === 0 && length === 8;
    case FrameType.goAway:
      return stream === 0 && length >= 8;
    case FrameType.windowUpdate:
      return length === 4;
    default:
      return true;
  }
}

/** Flags that each known type may have. */
const knownFlags = [0x09, 0x2d, 0, 0, 0x01, 0x0c, 0x01, 0, 0, 0x04];

/** Whether a header that may as well be other octets is one: a known type with its own flags, not long, on a stream not too high. */
export function isLikelyFrame(header: Uint8Array, at = 0): boolean {
  const type = header[at + 3]!;
  const length = lengthOf(header, at);
  if (type > FrameType.continuation || length > likelyLength || readU32(header, at + 5) >= likelyStream) return false;
  return (header[at + 4]! & ~knownFlags[type]!) === 0 && isFrame(header, at);
}
