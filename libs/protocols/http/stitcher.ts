import { Anomaly } from './anomalies.ts';
import { decideFraming, offersUpgrade, type FramingDecision } from './framing.ts';
import { HeaderId } from './header-names.ts';
import type { Message } from './message.ts';
import { openBody } from './open-body.ts';
import { Reading, type MessageEvents, type MessageReader } from './parser.ts';
import { buildRecord } from './record.ts';
import { listMembers } from './text.ts';
import { Transaction } from './transaction.ts';
import { Upgrade } from './upgrade.ts';
import type { FlowContext } from '../sdk/analyzer.ts';

/** Requests that may wait for their response. The oldest goes out unanswered when one more comes, and its response by itself. */
export const waitingLimit = 256;
/** Interim responses that are remembered before one final response. */
const interimLimit = 16;
const none: readonly never[] = [];

/** What `rest` gives: these bits and, above them, how many transactions there were. */
const Memory = {
  /** The source of the stream answers. */
  isTurned: 1,
  requestsLost: 2,
  answeredSince: 4,
  pipelines: 8,
  hasHole: 16,
} as const;
const memoryBits = 32;

/** What a connection turns into. */
export interface Switch {
  /** A name, or undefined to have it detected. */
  readonly protocol: string | undefined;
  /** Offset behind the last octet of HTTP. */
  readonly at: number;
  readonly isReplaying: boolean;
  readonly facts?: Upgrade;
}

/**
 * Pairs requests with responses: responses come in the order of their requests (RFC 9112, section 9.3.2), and a hole that may have
 * swallowed either ends that. What cannot be paired for certain goes out as two records.
 */
export class Stitcher implements MessageEvents {
  /** Set when the connection is to be handed over. */
  switch: Switch | undefined;
  /** The readers of the two sides, once it is known which is which. */
  client: MessageReader | undefined;
  server: MessageReader | undefined;
  #sides: readonly MessageReader[] = [];
  readonly #flow: FlowContext;
  /** Requests whose final response has not begun, oldest first. */
  #waiting: Transaction[] = [];
  /** The transaction whose final response is coming. */
  #answering: Transaction | undefined;
  /** The transaction whose request is coming. */
  #asking: Transaction | undefined;
  /** A response came before the head of the request that it answers was complete. */
  #forming: Transaction | undefined;
  #interim: readonly number[] = none;
  #opened = 0;
  /** Requests at the front of the queue that went out already. */
  #expired = 0;
  /** Requests may have gone unseen since the last one. */
  #requestsLost = false;
  /** A response has begun since then. */
  #answeredSince = false;
  /** Responses may have gone unseen since the last one. */
  #responsesLost = false;
  /** The client has sent a request before the last one was answered, for certain. */
  #pipelines = false;
  /** A side lost its framing before it was known which it is. */
  #lostUnknown: MessageReader | undefined;
  /** Something of the server's is missing. */
  #hasHole = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  /** The two readers whose messages are paired. */
  watch(sides: readonly MessageReader[]): void {
    this.#sides = sides;
  }

  /** What a stitcher that takes this one's place has to know; undefined while a request or a response is to come. */
  rest(): number | undefined {
    const { client } = this;
    const isAnswered = this.#waiting.length === 0 && this.#expired === 0 && this.#forming === undefined && this.#interim.length === 0;
    if (client === undefined || !isAnswered || this.#responsesLost) return undefined;
    const bits =
      (client === this.#sides[0] ? 0 : Memory.isTurned) |
      (this.#requestsLost ? Memory.requestsLost : 0) |
      (this.#answeredSince ? Memory.answeredSince : 0) |
      (this.#pipelines ? Memory.pipelines : 0) |
      (this.#hasHole ? Memory.hasHole : 0);
    return this.#opened * memoryBits + bits;
  }

  /** Goes on where another one came to rest. */
  resume(memory: number): void {
    const bits = memory % memoryBits;
    this.#opened = (memory - bits) / memoryBits;
    this.#requestsLost = (bits & Memory.requestsLost) !== 0;
    this.#answeredSince = (bits & Memory.answeredSince) !== 0;
    this.#pipelines = (bits & Memory.pipelines) !== 0;
    this.#hasHole = (bits & Memory.hasHole) !== 0;
    const [client, server] = (bits & Memory.isTurned) === 0 ? this.#sides : [...this.#sides].reverse();
    client!.kind = 'request';
    server!.kind = 'response';
    this.client = client;
    this.server = server;
  }

  /** A side has shown what it sends, so the other sends the opposite. */
  #settleRoles(reader: MessageReader, isServer: boolean): void {
    const other = this.#sides.find((side) => side !== reader)!;
    other.kind ??= isServer ? 'request' : 'response';
    this.client = isServer ? other : reader;
    this.server = isServer ? reader : other;
    if (this.#lostUnknown === undefined) return;
    if (this.#lostUnknown === this.server) this.#responsesLost = this.#hasHole = true;
    else this.#loseRequests();
    this.#lostUnknown = undefined;
  }

  head(reader: MessageReader, message: Message, decision: FramingDecision): void {
    this.#flow.addProtocol('http');
    if (message.isResponse) this.#openResponse(reader, message, decision);
    else this.#openRequest(reader, message, decision);
  }

  // Requests

  #openRequest(reader: MessageReader, message: Message, decision: FramingDecision): void {
    this.#settleRoles(reader, false);
    decideFraming(message, undefined, decision);
    message.body = openBody(this.#flow, message, undefined);
    const forming = this.#forming;
    this.#forming = undefined;
    const transaction = forming ?? new Transaction(this.#opened++);
    transaction.request = message;
    this.#asking = transaction;
    if (transaction.response !== undefined) return;
    this.#settleDoubt(transaction);
    // A list that grows from nothing gets room for 17.
    if (this.#waiting.length === 0) this.#waiting = [transaction];
    else this.#waiting.push(transaction);
    if (this.#waiting.length > 2) this.#pipelines = true;
    if (this.#waiting.length > waitingLimit) {
      this.#expired++;
      this.#flow.noteExchangeLimit();
      this.#emit(this.#waiting.shift()!);
    }
  }

  /**
   * A client that waits for each answer, as nearly all do, shows with its next request that the earlier ones are answered: pairing may begin
   * again. Where requests were lost, a response must have come between, else the client does not wait.
   */
  #settleDoubt(transaction: Transaction): void {
    const inStep = !this.#pipelines && this.#expired === 0;
    let isAnswered = this.#waiting.length === 0 && this.server?.isBetween === true;
    if (this.#responsesLost && inStep) {
      this.#flush();
      this.#responsesLost = false;
      isAnswered = true;
    }
    if (!this.#requestsLost) return;
    if (inStep && this.#answeredSince && isAnswered) this.#requestsLost = false;
    else transaction.inDoubt = true;
  }

  // Responses

  #openResponse(reader: MessageReader, message: Message, decision: FramingDecision): void {
    this.#settleRoles(reader, true);
    const transaction = this.#match();
    const request = transaction?.request;
    decideFraming(message, request?.method, decision);
    if (isInterim(message)) {
      if (this.#interim.length < interimLimit) this.#interim = [...this.#interim, message.status];
      return;
    }
    message.body = openBody(this.#flow, message, request);
    this.#answeredSince = true;
    const answered = transaction ?? new Transaction(this.#opened++);
    if (transaction === undefined) this.#expired = Math.max(0, this.#expired - 1);
    else if (this.#waiting[0] === transaction) this.#waiting.shift();
    answered.response = message;
    answered.interim = this.#interim;
    this.#interim = none;
    this.#answering = answered;
    if (answered === this.#asking && waitsForLeave(answered)) this.client!.doubtBody();
  }

  /** The request that the response which begins now answers, if that is certain. */
  #match(): Transaction | undefined {
    const lost = this.#responsesLost;
    this.#responsesLost = false;
    if (this.#expired > 0) return undefined;
    const first = this.#waiting[0];
    if (first === undefined) return this.#matchForming();
    if (!first.inDoubt && (!lost || this.#waiting.length === 1)) return first;
    this.#flush();
    this.#loseRequests();
    return undefined;
  }

  /** A server may answer before the whole head is there: 408, 414, 431. */
  #matchForming(): Transaction | undefined {
    if (this.client?.isInHead !== true || this.#requestsLost) return undefined;
    return (this.#forming ??= new Transaction(this.#opened++));
  }

  /** Sends out what is waiting, unanswered. */
  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const transaction of waiting) this.#emitWhenDone(transaction);
  }

  // Ends

  end(reader: MessageReader, message: Message, at: number): void {
    if (message.isResponse) this.#endResponse(reader, message, at);
    else this.#endRequest(reader, message);
  }

  #endRequest(reader: MessageReader, message: Message): void {
    const transaction = this.#asking!;
    this.#asking = undefined;
    if (message.complete && message.version === '0.9') reader.reading = Reading.off;
    else if (message.complete && transaction.response === undefined && mayEndHttp(message)) reader.holdBack();
    const isWaiting = this.#waiting.at(-1) === transaction;
    if (!isWaiting) this.#emitWhenDone(transaction);
  }

  #endResponse(reader: MessageReader, message: Message, at: number): void {
    const transaction = this.#answering;
    if (transaction?.response !== message) return;
    this.#answering = undefined;
    if (this.#waiting.length > 0 && !this.#hasHole) this.#pipelines = true;
    const switchTo = switchOf(transaction);
    const isAnsweredLater = switchTo?.protocol === 'http2' && transaction.request !== undefined;
    if (this.#forming !== transaction && !isAnsweredLater) this.#emitWhenDone(transaction);
    if (switchTo !== undefined) this.switch = { ...switchTo, at, isReplaying: reader.isReplaying, facts: new Upgrade(transaction) };
    else if (this.#waiting.length === 0) this.client?.release();
  }

  lost(reader: MessageReader): void {
    if (reader.kind === 'request') {
      this.#loseRequests();
      this.#dropForming();
      return;
    }
    if (reader.kind === undefined) {
      this.#lostUnknown = reader;
      return;
    }
    this.#hasHole = true;
    this.#responsesLost = true;
    this.#interim = none;
    const first = this.#waiting[0];
    if (first === undefined) return;
    if (reader.unclaimedHole === 0) first.anomalies |= Anomaly.noStatusLine;
    first.missed += reader.unclaimedHole;
    reader.unclaimedHole = 0;
  }

  /** The first words of `reader` are an alert of TLS. Behind a request that may lead to TLS the answer to it may be missing. */
  answeredWithTls(reader: MessageReader): void {
    const first = this.#waiting[0];
    if (first?.request === undefined || reader === this.client || mayEndHttp(first.request)) return;
    first.anomalies |= Anomaly.answeredWithTls;
  }

  #loseRequests(): void {
    this.#requestsLost = true;
    this.#answeredSince = false;
  }

  /** The head that a response came before will not be seen. */
  #dropForming(): void {
    const forming = this.#forming;
    this.#forming = undefined;
    if (forming?.response !== undefined) this.#emitWhenDone(forming);
  }

  expectsBareBody(reader: MessageReader): boolean {
    if (reader.kind === 'request' || this.#responsesLost) return false;
    const request = this.#waiting[0]?.request;
    return request !== undefined && request.version === '0.9' && this.client !== reader;
  }

  /** A tunnel that the server's side of the capture does not confirm: the client speaks as if it were there. */
  heldPastLimit(reader: MessageReader, at: number): void {
    if (this.#waiting[0]?.request?.method === 'CONNECT') this.switch = { protocol: undefined, at, isReplaying: reader.isReplaying };
    else reader.release();
  }

  // Records

  #emitWhenDone(transaction: Transaction): void {
    if (transaction.isDone) this.#emit(transaction);
  }

  #emit(transaction: Transaction): void {
    this.#flow.emit(buildRecord(this.#flow, transaction));
  }

  /** Sends out all that is open. The readers have broken off what they were in. */
  finish(): void {
    this.#dropForming();
    this.#flush();
  }
}

const isInterim = (message: Message): boolean => message.status >= 100 && message.status < 200 && message.status !== 101;

/** A client that says so holds its body back until it is told to go on, and may keep it where the answer is final (RFC 9110, section 10.1.1). */
const waitsForLeave = ({ request, interim }: Transaction): boolean =>
  !interim.includes(100) && listMembers(request?.headers.value(HeaderId.expect) ?? '').includes('100-continue');

const mayEndHttp = (request: Message): boolean => request.method === 'CONNECT' || offersUpgrade(request);

/** Names of the Upgrade token registry as protocols of ours; others are detected. */
const upgradeNames = new Map([
  ['websocket', 'websocket'],
  ['h2c', 'http2'],
  ['tls', 'tls'],
]);

/** What the connection turns into after this transaction, if it does (RFC 9110, sections 7.8 and 9.3.6). */
function switchOf({ request, response }: Transaction): { protocol: string | undefined } | undefined {
  if (response === undefined || !response.complete) return undefined;
  if (response.status === 101) {
    const [token = ''] = listMembers(response.headers.value(HeaderId.upgrade) ?? '');
    const slash = token.indexOf('/');
    return { protocol: upgradeNames.get(slash < 0 ? token : token.slice(0, slash)) };
  }
  const isTunnel = request?.method === 'CONNECT' && response.status >= 200 && response.status < 300;
  return isTunnel ? { protocol: undefined } : undefined;
}
