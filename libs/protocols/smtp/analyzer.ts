import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { ClearWords } from '../sdk/clear-words.ts';
import { Anomaly } from './anomalies.ts';
import { CommandReader, tlsHandshake } from './command-reader.ts';
import { Reading } from './reading.ts';
import { ReplyReader } from './reply-reader.ts';
import { Stitcher } from './stitcher.ts';

const lineFeed = 0x0a;

/** SMTP, submission or LMTP of one connection. The client is the side that opened it; the server speaks first. */
export class SmtpAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  readonly #commands: CommandReader;
  readonly #replies = new ReplyReader();
  readonly #isSeen: [boolean, boolean] = [false, false];
  #isOver = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow);
    this.#commands = new CommandReader(flow, this.#stitcher);
    this.#stitcher.watch(this.#commands);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver || start === end) return;
    const isFirst = !this.#isSeen[side];
    this.#see(side);
    if (side === Side.destination) {
      const at = this.#stitcher.isTurned ? start : this.#readReplies(bytes, start, end);
      if (this.#stitcher.isTurned) this.#lookForTls(bytes, at, end);
    } else if (this.#stitcher.isTurned && !isText(bytes[start]!)) this.#flow.handOver('tls', start);
    else if (isFirst && bytes[start] === tlsHandshake) this.#beginTlsUnasked(start);
    else this.#readCommands(bytes, start, end);
  }

  gap(side: Side, length: number): void {
    if (this.#isOver) return;
    this.#see(side);
    if (this.#stitcher.isTurned) return;
    this.#stitcher.settle(false);
    if (side === Side.source && this.#commands.gap(length)) return this.#stitcher.noteHole();
    const { session } = this.#stitcher;
    if (side === Side.source || session.isSignInAsked) session.mayHaveSignedIn = true;
    if (side === Side.source) return this.#stitcher.loseStep(false);
    this.#replies.gap();
    this.#stitcher.loseAnswers();
  }

  close(side: Side): void {
    // Whoever waits for an answer of a server that has ended waits for nothing.
    if (side === Side.destination && !this.#isOver && !this.#stitcher.isTurned) this.#endAnswers();
  }

  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stitcher.settle(false);
    this.#commands.breakOff();
    this.#stitcher.finish();
  }

  /** A client that takes the port for one of TLS, or the agreement to it was before the capture. */
  #beginTlsUnasked(at: number): void {
    const clearWords = this.#isSeen[Side.destination] ? new ClearWords(Side.destination) : undefined;
    this.#flow.handOver('tls', at, undefined, clearWords);
  }

  #endAnswers(): void {
    this.#stitcher.settle(false);
    this.#commands.goOnAlone();
  }

  #readCommands(bytes: Uint8Array, start: number, end: number): void {
    if (this.#stitcher.isTurned) {
      this.#stitcher.resume();
      this.#commands.resume();
    }
    this.#commands.push(bytes, start, end);
    if (this.#commands.reading !== Reading.tls) return;
    this.#stitcher.turn();
    this.#flow.handOver('tls', end, { side: Side.source, bytes: this.#commands.held.take() });
  }

  /** Reads up to the answer that turns to TLS, or to the end; gives the offset. */
  #readReplies(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      // Where the client is not in the capture nobody has asked for TLS: it shows by itself.
      const isAlone = !this.#isSeen[Side.source] && bytes[at] === tlsHandshake && this.#replies.isBetweenLines;
      if (isAlone && this.#stitcher.mayTurn) this.#stitcher.turn();
      if (this.#stitcher.isTurned) return at;
      const next = this.#replies.next(bytes, at, end);
      if (next < 0) return end;
      at = next;
      if (this.#replies.reply !== undefined) this.#stitcher.reply(this.#replies.reply);
    }
    return at;
  }

  /** The server agreed to TLS, and `[start, end)` is what it said behind. What either side put in the clear behind its last word is nobody's. */
  #lookForTls(bytes: Uint8Array, start: number, end: number): void {
    const held = this.#commands.held.take();
    const early = behindLines(held, 0, held.length);
    if (early > 0) this.#stitcher.session.anomalies |= Anomaly.commandsBehindStartTls;
    const at = behindLines(bytes, start, end);
    if (at > start) this.#stitcher.session.anomalies |= Anomaly.repliesBehindStartTls;
    if (early < held.length) this.#flow.handOver('tls', at, { side: Side.source, bytes: held.subarray(early) });
    else if (at < end) this.#flow.handOver('tls', at);
  }

  #see(side: Side): void {
    const { seconds, nanos } = this.#flow.now;
    const { start, end } = this.#stitcher.session;
    if (!this.#isSeen[Side.source] && !this.#isSeen[Side.destination]) start.set(seconds, nanos);
    end.set(seconds, nanos);
    this.#isSeen[side] = true;
  }
}

/** What a line of SMTP may begin with, and no record of TLS. */
const isText = (octet: number): boolean => octet >= 0x20 && octet < 0x7f;

/** Behind the lines of text at the beginning of `[start, end)`. */
function behindLines(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isText(bytes[at]!)) {
    while (at < end && bytes[at] !== lineFeed) at++;
    at = Math.min(at + 1, end);
  }
  return at;
}
