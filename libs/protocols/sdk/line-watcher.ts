import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { Side, type FlowContext } from './analyzer.ts';
import { ClearWords } from './clear-words.ts';
import { Watcher } from './watcher.ts';

/** Bytes of a line that are kept: no command or answer that matters is longer. */
const lineLimit = 128;
/** Bytes of one conversation that are looked at before it is taken to stay in the clear. */
const watchLimit = 64 * 1024;
/** A handshake of TLS begins so, and no line. */
const tlsHandshake = 0x16;

/** How a protocol of lines turns to TLS. Lines come without their ending, at most `lineLimit` characters of them, as Latin-1. */
export interface StartTls {
  /** Whether this line of the client asks for TLS. */
  asks(line: string): boolean;
  /** What a line of the server makes of that: true takes it, false refuses it, undefined is about something else. */
  answers(line: string): boolean | undefined;
  /** The byte that ends a line; a line feed if absent. */
  readonly terminator?: number;
}

/** Follows a protocol of lines until it turns to TLS, and hands over there. A line is made a string only when the answer to it matters. */
export class LineWatcher extends Watcher {
  readonly #startTls: StartTls;
  readonly #terminator: number;
  /** The beginning of a line whose end has not come, by side. */
  readonly #held: [Uint8Array | undefined, Uint8Array | undefined] = [undefined, undefined];
  readonly #heldLength: [number, number] = [0, 0];
  #watched = 0;
  #isAsked = false;
  #hasClientSpoken = false;
  #hasServerSpoken = false;

  constructor(flow: FlowContext, startTls: StartTls) {
    super(flow);
    this.#startTls = startTls;
    this.#terminator = startTls.terminator ?? 0x0a;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (side === Side.source && start < end && this.#isUnasked(bytes[start]!)) {
      this.flow.handOver('tls', start, undefined, this.#hasServerSpoken ? new ClearWords(Side.destination) : undefined);
      return;
    }
    if (side === Side.destination) this.#hasServerSpoken = true;
    for (let at = start; at < end;) {
      let stop = at;
      while (stop < end && bytes[stop] !== this.#terminator) stop++;
      if (stop === end) {
        this.#hold(side, bytes, at, end);
        break;
      }
      if (this.#endLine(side, bytes, at, stop)) {
        this.flow.handOver('tls', stop + 1);
        return;
      }
      at = stop + 1;
    }
    this.#watched += end - start;
    if (this.#watched > watchLimit && !this.#isAsked) this.flow.done();
  }

  /** A client that takes the port for one of TLS, or the agreement to it was before the capture. */
  #isUnasked(octet: number): boolean {
    const isFirst = !this.#hasClientSpoken;
    this.#hasClientSpoken = true;
    return isFirst && octet === tlsHandshake;
  }

  #hold(side: Side, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const held = (this.#held[side] ??= new Uint8Array(lineLimit));
    const length = this.#heldLength[side];
    const taken = Math.min(end - start, lineLimit - length);
    for (let i = 0; i < taken; i++) held[length + i] = bytes[start + i]!;
    this.#heldLength[side] = length + taken;
    return held;
  }

  /** A line ends with `[start, end)`, behind what is held of it. True if it turns the stream to TLS. */
  #endLine(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#heldLength[side] === 0) return this.#isTurn(side, bytes, start, Math.min(end, start + lineLimit));
    const held = this.#hold(side, bytes, start, end);
    const length = this.#heldLength[side];
    this.#heldLength[side] = 0;
    return this.#isTurn(side, held, 0, length);
  }

  #isTurn(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (side === Side.source) {
      if (this.#startTls.asks(textOf(bytes, start, end))) this.#isAsked = true;
      return false;
    }
    if (!this.#isAsked) return false;
    const answer = this.#startTls.answers(textOf(bytes, start, end));
    if (answer === false) this.#isAsked = false;
    return answer === true;
  }
}

/** A line without its carriage return. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
  return latin1(bytes, start, stop);
}
