import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { Anomaly } from './anomalies.ts';
import { Octet } from './characters.ts';
import { ChunkSizeLine } from './chunk-size.ts';
import { DoubtedBody } from './doubted-body.ts';
import { Framing, FramingDecision } from './framing.ts';
import { HeldBytes } from './held-bytes.ts';
import { HeadOutcome, giveHeadReader, takeHeadReader, type HeadReader } from './head-reader.ts';
import { Message } from './message.ts';
import { MessageSearch } from './message-search.ts';

/** What a side is reading. */
export const Reading = {
  /** The start line and headers of a message, or nothing yet. */
  head: 0,
  length: 1,
  close: 2,
  chunkSize: 3,
  chunkData: 4,
  chunkEnd: 5,
  trailers: 6,
  /** The framing was lost: looking for a start line. */
  search: 7,
  /** Octets are kept until the other side has agreed to another protocol or not. */
  held: 8,
  /** Nothing more is read. */
  off: 9,
  /** The body may not come: its first octets show whether they are it or the next message. */
  doubt: 10,
} as const;
export type Reading = (typeof Reading)[keyof typeof Reading];

/** What the reader of one side tells. `at` is an offset into the octets of the current call. */
export interface MessageEvents {
  /** A head is complete: says how the body is framed, and what its octets go to (`message.body`). */
  head(reader: MessageReader, message: Message, decision: FramingDecision): void;
  /** The message ended, whole or truncated. What is read next is `reader.reading`. */
  end(reader: MessageReader, message: Message, at: number): void;
  /** Messages may have gone unseen: a hole, or octets that make no sense. */
  lost(reader: MessageReader): void;
  /** True if the octets that come are an answer without a status line (HTTP/0.9). */
  expectsBareBody(reader: MessageReader): boolean;
  /** No room to hold more. */
  heldPastLimit(reader: MessageReader, at: number): void;
}

/**
 * One side's stream as messages (RFC 9112). A push parser: octets are read where they lie; only an unfinished head, an unfinished line and
 * what is held back are copied, each under its limit.
 */
export class MessageReader {
  /** Which kind this side sends; undefined until either side has shown it. */
  kind: 'request' | 'response' | undefined;
  reading: Reading = Reading.head;
  /** The message under way, from its complete head on. */
  message: Message | undefined;
  /** The time that new octets get: that of the flow, or of when held ones came. */
  clock: Instant;
  /** Holes that no message has been charged with yet. */
  unclaimedHole = 0;
  readonly #events: MessageEvents;
  readonly #decision = new FramingDecision();
  // Made when they are first needed: of many connections at a time, most wait for their next message.
  /** While a head or trailers come. */
  #head: HeadReader | undefined;
  #messageSearch: MessageSearch | undefined;
  #held: HeldBytes | undefined;
  #chunkSize: ChunkSizeLine | undefined;
  #doubted: DoubtedBody | undefined;
  #firstByte: Instant | undefined;
  /** Octets of the message under way before its body. */
  #headBytes = 0;
  /** Octets of the body, or of the chunk, that are still to come. */
  #remaining = 0;
  #afterCarriageReturn = false;
  /** Odd octets where a message should begin, yet its start line may still follow on the same line. */
  #isFirstLine = false;
  /** The head being read begins behind such octets. */
  #hasOctetsBefore = false;
  /** True while octets are read again that came in earlier calls: offsets do not belong to the current one. */
  isReplaying = false;

  constructor(events: MessageEvents, clock: Instant) {
    this.#events = events;
    this.clock = clock;
  }

  /** True between two messages, in step with the sender. */
  get isBetween(): boolean {
    return this.reading === Reading.head && this.#head?.started !== true;
  }

  /** True if what has come before makes no difference to the next message. */
  get isAtRest(): boolean {
    return this.isBetween && this.unclaimedHole === 0;
  }

  /** True if a head has begun. */
  get isInHead(): boolean {
    return this.reading === Reading.head && this.#head?.started === true;
  }

  get search(): MessageSearch {
    return (this.#messageSearch ??= new MessageSearch());
  }

  get held(): HeldBytes {
    return (this.#held ??= new HeldBytes());
  }

  get #headReader(): HeadReader {
    return (this.#head ??= takeHeadReader());
  }

  #endHead(): void {
    if (this.#head !== undefined) giveHeadReader(this.#head);
    this.#head = undefined;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.reading !== Reading.off) at = this.#step(bytes, at, end);
  }

  #step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.reading) {
      case Reading.head:
        return this.#readHead(bytes, at, end);
      case Reading.length:
      case Reading.chunkData:
      case Reading.close:
        return this.#readBody(bytes, at, end);
      case Reading.chunkSize:
        return this.#readChunkSize(bytes, at, end);
      case Reading.chunkEnd:
        return this.#readChunkEnd(bytes, at);
      case Reading.trailers:
        return this.#readTrailers(bytes, at, end);
      case Reading.search:
        return this.#search(bytes, at, end);
      case Reading.doubt:
        return this.#weigh(bytes, at, end);
      default:
        return this.#hold(bytes, at, end);
    }
  }

  // Heads

  #readHead(bytes: Uint8Array, at: number, end: number): number {
    if (this.kind !== 'request' && this.#beginsBareBody(bytes, at, end)) return at;
    const head = this.#headReader;
    const wasStarted = head.started;
    const { carried } = head;
    const done = head.push(bytes, at, end);
    if (head.started && !wasStarted) this.#firstByte = this.clock.copy();
    if (done === HeadOutcome.needMore) return end;
    if (done >= 0) return this.#openMessage(head, done, carried + done - at);
    return this.#refuseHead(head, done, end);
  }

  /** An answer of HTTP/0.9 has no head (RFC 1945, section 6). Anything but a status line is one, where one is expected. */
  #beginsBareBody(bytes: Uint8Array, at: number, end: number): boolean {
    const head = this.#headReader;
    if (head.hasStartLine || !this.#events.expectsBareBody(this)) return false;
    const carried = head.carriedBytes;
    const total = carried.length + end - at;
    const octet = (i: number): number => (i < carried.length ? carried[i]! : bytes[at + i - carried.length]!);
    let same = 0;
    while (same < 5 && same < total && octet(same) === 'HTTP/'.charCodeAt(same)) same++;
    if (same === Math.min(5, total)) return false;
    const message = new Message(true, head.started ? this.#firstByte! : this.clock);
    const begun = carried.slice();
    message.anomalies = Anomaly.noStatusLine;
    this.#endHead();
    this.message = message;
    this.reading = Reading.close;
    this.#events.head(this, message, this.#decision.set(Framing.close));
    message.wireBytes += begun.length;
    message.body?.append(begun, 0, begun.length);
    return true;
  }

  #openMessage(head: HeadReader, at: number, length: number): number {
    const kind = head.startLine.isResponse ? 'response' : 'request';
    if (this.kind !== undefined && this.kind !== kind) {
      this.lose();
      return at;
    }
    this.kind = kind;
    const message = this.#messageOfHead(head, length);
    this.message = message;
    this.#endHead();
    this.#events.head(this, message, this.#decision);
    if (this.message === message) this.#openBody(at);
    return at;
  }

  /** What the head says, complete or not. */
  #messageOfHead(head: HeadReader, length: number): Message {
    const line = head.startLine;
    const message = new Message(line.isResponse, this.#firstByte ?? this.clock);
    message.lastByte.set(this.clock.seconds, this.clock.nanos);
    if (line.hasVersion) message.version = head.text(line.versionStart, line.versionEnd);
    if (line.isResponse) {
      message.status = line.status;
      message.phrase = head.text(line.phraseStart, line.phraseEnd);
    } else {
      const method = head.text(line.methodStart, line.methodEnd);
      message.method = method;
      message.target = head.text(line.targetStart, line.targetEnd);
    }
    message.headers = head.fields();
    message.anomalies = head.anomalies;
    if (this.#hasOctetsBefore) message.anomalies |= Anomaly.octetsBeforeStart;
    this.#hasOctetsBefore = false;
    message.wireBytes = length;
    message.missed = this.#claimHole();
    return message;
  }

  #claimHole(): number {
    const hole = this.unclaimedHole;
    this.unclaimedHole = 0;
    return hole;
  }

  #openBody(at: number): void {
    this.#headBytes = this.message!.wireBytes;
    switch (this.#decision.kind) {
      case Framing.none:
        this.reading = Reading.head;
        return this.#endMessage(true, at);
      case Framing.length:
        this.#remaining = this.#decision.length;
        this.reading = Reading.length;
        return;
      case Framing.chunked:
        this.#expectChunk();
        return;
      case Framing.close:
        this.reading = Reading.close;
        return;
      default:
        this.#endMessage(false, at);
        this.lose();
    }
  }

  #refuseHead(head: HeadReader, outcome: number, end: number): number {
    const carried = outcome === HeadOutcome.invalid ? head.carriedBytes.slice() : undefined;
    const resumeAt = Math.min(end, head.resumeAt);
    if (outcome === HeadOutcome.tooLong) this.#breakHead(Anomaly.headersPastLimit);
    this.#startSearch();
    if (outcome === HeadOutcome.invalid) this.#isFirstLine = true;
    else this.#events.lost(this);
    if (carried !== undefined && carried.length > 0) this.#replay(carried);
    return resumeAt;
  }

  /** Tells of a head that broke off, if its start line was read. */
  #breakHead(anomaly: number): void {
    const head = this.#head;
    if (head === undefined || !head.hasStartLine || head.carried === 0) return;
    const message = this.#messageOfHead(head, head.carried);
    if (this.kind !== undefined && message.isResponse !== (this.kind === 'response')) return;
    this.kind = message.isResponse ? 'response' : 'request';
    message.anomalies |= anomaly;
    this.message = message;
    this.#events.head(this, message, this.#decision);
    if (this.message === message) this.#endMessage(false, 0);
  }

  // Bodies

  #readBody(bytes: Uint8Array, at: number, end: number): number {
    const message = this.message!;
    const untilClose = this.reading === Reading.close;
    const taken = untilClose ? end - at : Math.min(this.#remaining, end - at);
    message.wireBytes += taken;
    message.body?.append(bytes, at, at + taken);
    this.#touch(message);
    if (!untilClose) this.#consume(taken, at + taken);
    return at + taken;
  }

  #consume(length: number, at: number): void {
    this.#remaining -= length;
    if (this.#remaining > 0) return;
    if (this.reading === Reading.length) this.#endMessage(true, at);
    else this.reading = Reading.chunkEnd;
  }

  #touch(message: Message): void {
    message.lastByte.set(this.clock.seconds, this.clock.nanos);
  }

  #expectChunk(): void {
    this.reading = Reading.chunkSize;
    (this.#chunkSize ??= new ChunkSizeLine()).reset();
    this.#afterCarriageReturn = false;
  }

  #readChunkSize(bytes: Uint8Array, start: number, end: number): number {
    const message = this.message!;
    const line = this.#chunkSize!;
    const at = line.read(bytes, start, end);
    this.#touch(message);
    message.wireBytes += at - start;
    if (line.outcome === Outcome.needMore) return at;
    if (line.outcome === Outcome.invalid) return this.#breakChunks(Anomaly.invalidChunkSize, at);
    if (line.hasBareLineFeed) message.anomalies |= Anomaly.bareLineFeed;
    this.#remaining = line.size;
    if (line.size > 0) this.reading = Reading.chunkData;
    else {
      this.#headReader.reset(true);
      this.reading = Reading.trailers;
    }
    return at;
  }

  #readChunkEnd(bytes: Uint8Array, at: number): number {
    const message = this.message!;
    const octet = bytes[at]!;
    if (octet === Octet.cr && !this.#afterCarriageReturn) {
      message.wireBytes++;
      this.#afterCarriageReturn = true;
      return at + 1;
    }
    if (octet !== Octet.lf) return this.#breakChunks(Anomaly.invalidChunkEnd, at);
    if (!this.#afterCarriageReturn) message.anomalies |= Anomaly.bareLineFeed;
    message.wireBytes++;
    this.#touch(message);
    this.#expectChunk();
    return at + 1;
  }

  #breakChunks(anomaly: number, at: number): number {
    this.message!.anomalies |= anomaly;
    this.#endMessage(false, at);
    this.lose();
    return at;
  }

  #readTrailers(bytes: Uint8Array, at: number, end: number): number {
    const message = this.message!;
    const head = this.#headReader;
    const { carried } = head;
    const done = head.push(bytes, at, end);
    this.#touch(message);
    if (done === HeadOutcome.needMore) return end;
    message.anomalies |= head.anomalies;
    if (done < 0) return this.#breakChunks(Anomaly.headersPastLimit, Math.min(end, head.resumeAt));
    message.trailers = head.fields();
    message.wireBytes += carried + done - at;
    this.#endMessage(true, done);
    return done;
  }

  #endMessage(complete: boolean, at: number): void {
    const message = this.message!;
    this.message = undefined;
    this.#endHead();
    this.reading = Reading.head;
    message.complete = complete;
    message.truncated = !complete;
    message.body?.end(complete);
    this.#events.end(this, message, at);
  }

  // Bodies that were announced and may not come

  /** The message under way was answered for good. If none of its body has come, its sender may leave the body out. */
  doubtBody(): void {
    const mayStillCome = this.reading === Reading.length || this.reading === Reading.chunkSize;
    if (!mayStillCome || this.message!.wireBytes > this.#headBytes) return;
    this.#doubted = new DoubtedBody(this.reading);
    this.reading = Reading.doubt;
  }

  #weigh(bytes: Uint8Array, at: number, end: number): number {
    const doubted = this.#doubted!;
    const taken = doubted.take(bytes, at, end, this.clock);
    if (doubted.verdict !== 'undecided') this.#settleDoubt(doubted.verdict === 'message');
    return taken;
  }

  /** Reads what has come, as the next message or as the body. */
  #settleDoubt(isNextMessage: boolean): void {
    const { reading, octets, since } = this.#doubted!;
    this.#doubted = undefined;
    this.reading = reading;
    if (isNextMessage) this.#endMessage(true, 0);
    this.#replayFrom(octets, since);
  }

  // Losses

  /** `length` octets are missing from the capture. */
  gap(length: number): void {
    if (this.reading === Reading.doubt) this.#settleDoubt(false);
    switch (this.reading) {
      case Reading.off:
        return;
      case Reading.search:
        this.unclaimedHole += length;
        this.search.dropLine();
        return this.#events.lost(this);
      case Reading.close:
        return this.#skip(length);
      case Reading.length:
      case Reading.chunkData:
        return this.#skipFramed(length);
      default:
        this.#breakOff(length);
        this.lose();
    }
  }

  /** The framing by length outlives a hole within it; of a longer hole the rest lies between messages. */
  #skipFramed(length: number): void {
    const within = Math.min(length, this.#remaining);
    this.#skip(within);
    this.#consume(within, 0);
    if (length > within) this.gap(length - within);
  }

  #skip(length: number): void {
    const message = this.message!;
    message.missed += length;
    message.wireBytes += length;
    message.body?.skip(length);
    this.#touch(message);
  }

  /** A hole within the head or the chunk framing: the message ends here. */
  #breakOff(length: number): void {
    if (this.message === undefined) {
      this.unclaimedHole += length;
      if (this.isInHead) this.#breakHead(0);
      return;
    }
    this.message.missed += length;
    this.#endMessage(false, 0);
  }

  /** From here on a start line is looked for. */
  lose(): void {
    if (this.reading === Reading.off) return;
    this.#startSearch();
    this.#events.lost(this);
  }

  #startSearch(): void {
    this.#messageSearch?.reset();
    this.#endHead();
    this.#held?.take();
    this.#doubted = undefined;
    this.#isFirstLine = false;
    this.reading = Reading.search;
  }

  #search(bytes: Uint8Array, at: number, end: number): number {
    const found = this.search.push(bytes, at, end, this.kind);
    // Among what was passed over there may have been a message.
    if (this.search.hasSkipped && (this.#isFirstLine || this.kind === 'request')) this.#events.lost(this);
    if (this.search.hasSkipped) this.#isFirstLine = false;
    if (found < 0) return end;
    const line = this.search.found;
    this.#hasOctetsBefore = this.#isFirstLine;
    this.reading = Reading.head;
    this.#readHead(line, 0, line.length);
    return found;
  }

  // Octets that may belong to another protocol

  /** Keeps what comes in `held` until `release`, or until somebody takes it. */
  holdBack(): void {
    this.reading = Reading.held;
  }

  #hold(bytes: Uint8Array, at: number, end: number): number {
    this.held.add(bytes, at, end, this.clock);
    if (this.held.isPastLimit) this.#events.heldPastLimit(this, end);
    return end;
  }

  /** It stays HTTP: reads what was held. */
  release(): void {
    if (this.reading !== Reading.held) return;
    const held = this.held.take();
    this.reading = Reading.head;
    this.#replayFrom(held, this.held.since);
  }

  /** Reads octets the first of which came at `since`. */
  #replayFrom(bytes: Uint8Array, since: Instant | undefined): void {
    const { clock } = this;
    this.clock = since ?? clock;
    this.#replay(bytes);
    this.clock = clock;
  }

  #replay(bytes: Uint8Array): void {
    this.isReplaying = true;
    this.push(bytes, 0, bytes.length);
    this.isReplaying = false;
  }

  /** The side has closed; `clean` if by its own choice. */
  close(clean: boolean): void {
    if (this.reading === Reading.close) {
      this.message!.truncated = !clean;
      this.#endMessage(clean, 0);
    }
    // What is held may still turn out to be requests.
    if (this.reading === Reading.off || this.reading === Reading.held) return;
    // All of an answer came, and no line of it ends.
    if (clean && this.isInHead && !this.#head!.hasStartLine && this.kind !== 'request') this.lose();
    this.breakOff();
    this.reading = Reading.off;
  }

  /** Nothing more will come: a message under way, or a head of which the start line is known, ends truncated. */
  breakOff(): void {
    if (this.reading === Reading.doubt) this.#settleDoubt(this.#doubted!.octets.length === 0);
    if (this.reading !== Reading.off) this.#breakOff(0);
  }
}
