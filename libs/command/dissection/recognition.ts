import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { Verdict, detectionLimit, type Protocol } from '@orbweaver/protocols/sdk/module.ts';
import type { ConversationHost } from './conversation-host.ts';
import { Roles, type Candidate, type DetectionState } from './detection.ts';
import { HeldBack } from './held-back.ts';

/**
 * Parts of an unknown stream that are looked at after its beginning: a flow whose opening was not captured begins in the middle of a message, and
 * others turn to TLS or to what a proxy carries after words of their own.
 */
const laterAttempts = 24;

/** Datagrams that are asked about, and held back, while no protocol is recognised. */
const datagramLimit = 8;

/** What is known of the protocol after some more bytes. */
export const Recognised = { notYet: 0, found: 1, never: 2 } as const;
export type Recognised = (typeof Recognised)[keyof typeof Recognised];

/** The ports of the conversation as it stands. */
export interface Ends {
  readonly flow: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Recognises what is spoken in one conversation, by content before ports; holds back what was said until then. */
export class Recognition {
  readonly #host: ConversationHost;
  readonly #ends: Ends;
  readonly #isStream: boolean;
  #state: DetectionState | undefined;
  #held: HeldBack | undefined;
  /** The bytes of the stream that were found last are among those held back. */
  isHeld = false;
  #attempts = 0;
  /** What may begin behind the beginning; undefined until that is over. */
  #later: readonly Candidate[] | undefined;

  constructor(host: ConversationHost, ends: Ends, isStream: boolean) {
    this.#host = host;
    this.#ends = ends;
    this.#isStream = isStream;
  }

  /** Bytes of a stream; held back unless they are found at once. */
  stream(side: Side, bytes: Uint8Array, start: number, end: number): Recognised {
    const { state } = this;
    const detector = this.#host.streamDetector;
    const before = this.#held?.head(side);
    if (before === undefined || before.length === 0) {
      this.isHeld = false;
      if (detector.ask(state, side, bytes, start, Math.min(end, start + detectionLimit), this.#roles())) return this.#found(side);
      if (state.possible[side].length === 0 && !this.#isBeginning()) return this.#passOver(state, side, end - start);
      this.held.addData(side, bytes, start, end, this.#host.now);
    } else {
      // The head must be contiguous, so this part is kept with it; it is delivered with the rest.
      this.isHeld = true;
      this.held.addData(side, bytes, start, end, this.#host.now);
      const head = this.held.head(side);
      if (detector.ask(state, side, head, 0, head.length, this.#roles())) return this.#found(side);
      if (state.possible[side].length === 0 && this.#beginsAnew(side, bytes, start, end)) return this.#found(side);
    }
    return this.#consider(state, side);
  }

  /** A datagram, `length` long on the wire; held back if its protocol may yet be found. */
  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): Recognised {
    const { state } = this;
    const detector = this.#host.datagramDetector;
    // Unlike a part of a stream, each may be a first word: what keeps a mapping alive (RFC 5626, section 4.4) or was lost comes before many.
    if (state.possible[side].length === 0) state.possible[side] = detector.all;
    if (detector.ask(state, side, bytes, start, end, Roles.any)) return Recognised.found;
    this.held.addData(side, bytes, start, end, this.#host.now, length);
    return this.held.isFull || this.held.parts > datagramLimit ? Recognised.never : Recognised.notYet;
  }

  /** Bytes of a stream are missing: what follows is asked about anew. */
  gap(side: Side, length: number): Recognised {
    this.held.addGap(side, length, this.#host.now);
    this.state.possible[side] = this.#later ?? this.#host.streamDetector.all;
    return this.held.isFull ? Recognised.never : Recognised.notYet;
  }

  get state(): DetectionState {
    const all = this.#isStream ? (this.#later ?? this.#host.streamDetector.all) : this.#host.datagramDetector.all;
    return (this.#state ??= {
      possible: [all, all],
      ports: [this.#ends.sourcePort, this.#ends.destinationPort],
      hasSpoken: [false, false],
      found: undefined,
      verdict: Verdict.no,
    });
  }

  get held(): HeldBack {
    return (this.#held ??= new HeldBack());
  }

  /** What was held back, for whom it was found to be; it is held no longer. */
  take(): { readonly found: Protocol; readonly held: HeldBack | undefined } {
    const taken = { found: this.#state!.found!, held: this.#held };
    this.drop();
    return taken;
  }

  /** Lets go of what was held and said. */
  drop(): void {
    this.#state = undefined;
    this.#held = undefined;
  }

  /** The protocol is named and not read. It may still turn to one that is: TLS after STARTTLS. */
  lookBehind(): void {
    this.drop();
    this.#attempts = Math.max(this.#attempts, 1);
    this.#later = this.#host.streamDetector.recorded;
  }

  /** The two sides have changed places. */
  turnRound(): void {
    this.#held?.turnRound();
  }

  /** An opener that serves may say who it is first: what is no word of the protocol comes before it. `side` spoke last. */
  dropGreeting(side: Side): void {
    const opener = Side.source;
    const head = this.#held?.head(opener);
    if (side === opener || head === undefined || head.length === 0) return;
    const { ports, found } = this.#state!;
    const between = { senderPort: ports[opener], receiverPort: ports[side] };
    if (found!.stream!.detect(head, 0, head.length, between) === Verdict.no) this.#host.countUndetected(this.held.drop(opener));
  }

  /** `side` has shown which protocol it is. Behind the beginning the words of the other side may be others: they are let go, part by part, until they may be the protocol's. */
  #found(side: Side): Recognised {
    const held = this.#held;
    if (this.#attempts === 0 || held === undefined || !this.#host.isOpened(this.#ends.flow)) return Recognised.found;
    const other = side === Side.source ? Side.destination : Side.source;
    const { ports, found } = this.state;
    const between = { senderPort: ports[other], receiverPort: ports[side] };
    for (let head = held.head(other); head.length > 0; head = held.head(other)) {
      if (found!.stream!.detect(head, 0, head.length, between) !== Verdict.no) break;
      this.#host.countUndetected(held.dropPart(other));
    }
    return Recognised.found;
  }

  /** What `side` has said so far is no protocol's beginning, and the part that came last is one: TLS behind a request for it that is not known here. */
  #beginsAnew(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#host.isOpened(this.#ends.flow)) return false;
    const { state } = this;
    const detector = this.#host.streamDetector;
    state.possible[side] = detector.recorded;
    if (detector.ask(state, side, bytes, start, Math.min(end, start + detectionLimit), Roles.openerOnly)) {
      this.#attempts++;
      this.#host.countUndetected(this.held.keepLast(side));
      return true;
    }
    state.possible[side] = [];
    return false;
  }

  #roles(): Roles {
    if (!this.#host.isOpened(this.#ends.flow)) return Roles.any;
    return this.#attempts === 0 ? Roles.preferOpener : Roles.openerOnly;
  }

  /** No protocol is sure yet: is one still possible? */
  #consider(state: DetectionState, side: Side): Recognised {
    const { held } = this;
    const isFull = held.isFull || held.head(side).length >= detectionLimit;
    if (state.possible[side].length > 0 && !isFull) return Recognised.notYet;
    if (!this.#isBeginning()) return this.#passOver(state, side, 0);
    if (!isFull && state.possible[1 - side]!.length > 0) return Recognised.notYet;
    this.#attempts++;
    this.#later = this.#host.streamDetector.recorded;
    this.#host.countUndetected(held.bytes);
    this.#held = undefined;
    state.possible.fill(this.#later);
    return Recognised.notYet;
  }

  /** The stream is still what it was opened with. */
  #isBeginning(): boolean {
    return this.#attempts === 0 && this.#host.isOpened(this.#ends.flow);
  }

  /** What is no protocol's beginning is let go, and so are `length` bytes that were not held back for it; the next part may be one. */
  #passOver(state: DetectionState, side: Side, length: number): Recognised {
    if (this.#attempts === laterAttempts) return Recognised.never;
    this.#attempts++;
    this.#later ??= this.#host.isOpened(this.#ends.flow) ? this.#host.streamDetector.recorded : this.#host.streamDetector.all;
    this.#host.countUndetected((this.#held?.drop(side) ?? 0) + length);
    state.possible[side] = this.#later;
    return Recognised.notYet;
  }
}
