import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { framedStreams, type FramedStream, Framing, type Frame, type FrameReceiver } from '../sdk/framed-stream.ts';
import { statementLimit } from '../sdk/sql-text.ts';
import { ClientMessages } from './client-messages.ts';
import { StartupCode, startupLimit } from './detect.ts';
import { readStartup } from './fields.ts';
import { Backend, Frontend, endsCycle, isBackend, isFrontend, isOneCycle } from './messages.ts';
import { ServerMessages } from './server-messages.ts';
import { Stitcher } from './stitcher.ts';

/** Octets of a startup message's length field, and of the length behind the kind of any other message. */
const lengthSize = 4;
/** The server's answer to SSLRequest and GSSENCRequest is one octet: `S` or `G` (it will), `N` (it will not). */
const willTls = 0x53;
const willGss = 0x47;
/** Octets of the client's that are held while the server has not answered such a request. */
const earlyLimit = 16_384;
/** Longest message that PostgreSQL sends or takes, in octets (PQ_LARGE_MESSAGE_LIMIT; MaxAllocSize). */
const messageLimit = 0x3fff_ffff;
/** First octet of a TLS record with a handshake message. */
const tlsHandshake = 0x16;

/**
 * Reads a connection from its first message on, or from a question on. The client opens with messages that have no kind (SSLRequest, GSSENCRequest, CancelRequest,
 * StartupMessage); all others are a kind, a length of 4 octets that counts itself, a body (section 55.2).
 */
export class PostgresqlAnalyzer implements StreamAnalyzer, FrameReceiver {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  #fromClient: ClientMessages;
  readonly #fromServer: ServerMessages;
  #streams: readonly [FramedStream, FramedStream];
  #hasClientSpoken = false;
  /** Before the client's StartupMessage. */
  #isOpening = true;
  /** An SSLRequest or GSSENCRequest waits for its octet. */
  #isAsked = false;
  #early: Uint8Array[] = [];
  #earlyLength = 0;
  #isOver = false;
  /** Behind a hole that nobody knows the messages of. */
  #isLost = false;
  /** Queries and Syncs whose ReadyForQuery has not come. */
  #cycles = 0;
  /** The client has sent one while another waited for its answer. */
  #isPipelined = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow);
    this.#fromClient = new ClientMessages(this.#stitcher);
    this.#fromServer = new ServerMessages(this.#stitcher);
    this.#streams = framedStreams(this);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver || (this.#isLost && !this.#isFoundAgain(side, bytes, start, end))) return;
    if (side === Side.source && !this.#hasClientSpoken) this.#begin(bytes[start]!);
    if (side === Side.source && this.#isAsked) return this.#hold(bytes, start, end);
    const framing = this.#streams[side].data(bytes, start, end, this.#flow.now);
    if (framing === Framing.invalid) this.#giveUp('postgresql: no message where one begins');
    else if (framing === Framing.stopped && side === Side.source && this.#isAsked) this.#hold(bytes, this.#streams[side].next, end);
  }

  /** What has a kind comes behind the opening: that was not captured. */
  #begin(first: number): void {
    this.#hasClientSpoken = true;
    this.#isOpening = first === 0;
  }

  /** A hole inside a message costs that message; past its end nobody knows where the next begins, until the client asks again. */
  gap(side: Side, length: number): void {
    if (this.#isOver || this.#isLost || this.#streams[side].gap(length)) return;
    if (this.#isOpening || this.#isAsked || this.#isPipelined) return this.#giveUp('postgresql: bytes missing between messages');
    this.#stitcher.startOver();
    // What a name stands for may have changed in there.
    if (side === Side.source) this.#fromClient = new ClientMessages(this.#stitcher);
    this.#isLost = true;
  }

  /**
   * A client that sends nothing while an answer is outstanding has got it all when it asks again; a part of its stream that is just one question shows that. One that does not wait
   * is not followed any further: what is answered then cannot be told.
   */
  #isFoundAgain(side: Side, bytes: Uint8Array, start: number, end: number): boolean {
    if (side !== Side.source || !isOneCycle(bytes, start, end)) return false;
    this.#streams = framedStreams(this);
    this.#cycles = 0;
    this.#isLost = false;
    return true;
  }

  close(): void {
    // The other side may still answer; `finish` comes when neither does.
  }

  finish(): void {
    if (this.#isAsked) this.#goOnInTheClear();
    this.#isOver = true;
    this.#stitcher.flush();
  }

  headerLength(side: Side, first: number): number {
    if (side === Side.source) return this.#isOpening ? lengthSize : 1 + lengthSize;
    // A server too old to know the request answers it with an error message.
    return this.#isAsked && first !== Backend.error ? 1 : 1 + lengthSize;
  }

  bodyLength(side: Side, header: Uint8Array): number {
    if (side === Side.source && this.#isOpening) {
      const length = readU32(header, 0);
      return length < lengthSize * 2 || length > startupLimit ? -1 : length - lengthSize;
    }
    const kind = header[0]!;
    if (side === Side.destination && this.#isAsked && kind !== Backend.error) return 0;
    const length = readU32(header, 1);
    const isKnown = side === Side.source ? isFrontend(kind) : isBackend(kind);
    return !isKnown || length < lengthSize || length > messageLimit ? -1 : length - lengthSize;
  }

  wanted(side: Side, header: Uint8Array, length: number): number {
    if (side === Side.source && this.#isOpening) return length;
    const kind = header[0]!;
    const isSkipped =
      side === Side.source
        ? kind === Frontend.password || kind === Frontend.copyData || kind === Frontend.functionCall
        : kind === Backend.dataRow || kind === Backend.copyData || kind === Backend.rowDescription;
    // A name stands before the statement, and an octet more tells that there is more of it.
    return isSkipped ? 0 : Math.min(length, statementLimit * 2);
  }

  frame(frame: Frame): boolean {
    if (this.#isOver) return false;
    if (frame.side === Side.destination) return this.#serverFrame(frame);
    if (!this.#isOpening) this.#clientFrame(frame);
    else this.#opening(frame);
    return !this.#isOver && !this.#isAsked;
  }

  #clientFrame(frame: Frame): void {
    if (endsCycle(frame.header[0]!)) {
      this.#isPipelined ||= this.#cycles > 0;
      this.#cycles++;
    }
    this.#fromClient.message(frame);
  }

  #serverFrame(frame: Frame): boolean {
    const kind = frame.header[0]!;
    if (kind === Backend.ready && this.#cycles > 0) this.#cycles--;
    if (!this.#isAsked) {
      this.#fromServer.message(frame);
      return !this.#isOver;
    }
    const request = this.#stitcher.answered('ssl_request', 'gssenc_request');
    if (kind === Backend.error) this.#fromServer.message(frame);
    else if (kind === willTls && request?.kind === 'ssl_request') return this.#turnToTls(frame.next);
    else if (kind === willGss && request?.kind === 'gssenc_request') {
      // What follows is encrypted, and not TLS.
      this.#stitcher.complete(request);
      this.#isOver = true;
      this.#isAsked = false;
      this.#flow.done();
      return false;
    } else this.#stitcher.complete(request, 'failure');
    this.#goOnInTheClear();
    return !this.#isOver;
  }

  #opening(frame: Frame): void {
    if (frame.end - frame.start < lengthSize) return;
    const code = readU32(frame.bytes, frame.start);
    if (code === StartupCode.tls || code === StartupCode.gss) {
      this.#stitcher.ask(code === StartupCode.tls ? 'ssl_request' : 'gssenc_request', frame.begun);
      this.#isAsked = true;
    } else if (code === StartupCode.cancel) {
      const command = this.#stitcher.ask('cancel_request', frame.begun);
      // The secret key behind it stays unread.
      if (frame.end - frame.start >= lengthSize * 2) command.processId = readU32(frame.bytes, frame.start + lengthSize);
      this.#stitcher.asked(command);
    } else {
      this.#isOpening = false;
      const { session } = this.#stitcher;
      Object.assign(session, readStartup(frame.bytes, frame.start + lengthSize, frame.end));
      this.#stitcher.asked(this.#stitcher.ask('startup', frame.begun));
    }
  }

  /** What a client sent before the server agreed: its first TLS record where the packets were captured out of order. */
  #hold(bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    this.#early.push(bytes.slice(start, end));
    this.#earlyLength += end - start;
    if (this.#earlyLength > earlyLimit) this.#goOnUnanswered();
  }

  #takeEarly(): Uint8Array | undefined {
    const early = this.#earlyLength === 0 ? undefined : Buffer.concat(this.#early, this.#earlyLength);
    this.#early = [];
    this.#earlyLength = 0;
    return early;
  }

  #turnToTls(next: number): boolean {
    this.#stitcher.complete(this.#stitcher.head);
    this.#isAsked = false;
    this.#isOver = true;
    const bytes = this.#takeEarly();
    this.#flow.handOver('tls', next, bytes && { side: Side.source, bytes });
    return false;
  }

  /** The server's side of the capture lacks. What the client goes on with tells what it was answered. */
  #goOnUnanswered(): void {
    if (this.#early[0]![0] === tlsHandshake) {
      this.#isOver = true;
      this.#isAsked = false;
      this.#flow.done();
    } else this.#goOnInTheClear();
  }

  #goOnInTheClear(): void {
    this.#isAsked = false;
    const early = this.#takeEarly();
    if (early !== undefined && early[0] !== tlsHandshake) this.data(Side.source, early, 0, early.length);
  }

  #giveUp(reason: string): void {
    this.#isOver = true;
    this.#stitcher.flush();
    this.#flow.abandon(reason);
  }
}
