import { Side, type FlowContext, type StreamAnalyzer } from './analyzer.ts';

/** Bytes of a line that are kept: no command or answer that matters is longer. */
const lineLimit = 128;
/** Bytes of one conversation that are looked at before it is taken to stay in the clear. */
const watchLimit = 64 * 1024;

/** How a protocol of lines turns to TLS. Lines come without their ending, at most `lineLimit` characters of them, as Latin-1. */
export interface StartTls {
  /** Whether this line of the client asks for TLS. */
  asks(line: string): boolean;
  /** What a line of the server makes of that: true takes it, false refuses it, undefined is about something else. */
  answers(line: string): boolean | undefined;
  /** The byte that ends a line; a line feed if absent. */
  readonly terminator?: number;
}

/** Follows a protocol of lines until it turns to TLS, and hands over there. */
export class LineWatcher implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #startTls: StartTls;
  readonly #terminator: number;
  readonly #lines: [string, string] = ['', ''];
  #watched = 0;
  #isAsked = false;

  constructor(flow: FlowContext, startTls: StartTls) {
    this.#flow = flow;
    this.#startTls = startTls;
    this.#terminator = startTls.terminator ?? 0x0a;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const found = bytes.subarray(0, end).indexOf(this.#terminator, at);
      const stop = found < 0 ? end : found;
      this.#add(side, bytes, at, stop);
      if (found < 0) break;
      at = found + 1;
      const line = this.#lines[side];
      this.#lines[side] = '';
      if (this.#isTurn(side, line.endsWith('\r') ? line.slice(0, -1) : line)) {
        this.#flow.handOver('tls', at);
        return;
      }
    }
    this.#watched += end - start;
    if (this.#watched > watchLimit && !this.#isAsked) this.#flow.done();
  }

  gap(): void {
    this.#flow.done();
  }

  close(): void {
    // A side that has ended may still be answered.
  }

  finish(): void {
    // There are no records to emit.
  }

  #add(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const line = this.#lines[side];
    const room = lineLimit - line.length;
    if (room > 0 && end > start) this.#lines[side] = line + String.fromCharCode(...bytes.subarray(start, Math.min(end, start + room)));
  }

  #isTurn(side: Side, line: string): boolean {
    if (side === Side.source) {
      if (this.#startTls.asks(line)) this.#isAsked = true;
      return false;
    }
    if (!this.#isAsked) return false;
    const answer = this.#startTls.answers(line);
    if (answer === false) this.#isAsked = false;
    return answer === true;
  }
}
