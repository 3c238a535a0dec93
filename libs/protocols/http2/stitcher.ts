import { Anomaly } from '../http/anomalies.ts';
import { contentLength } from '../http/framing.ts';
import { Message } from '../http/message.ts';
import { openBody } from '../http/open-body.ts';
import type { MessageCount } from '../http/rpc/message-count.ts';
import { Transaction } from '../http/transaction.ts';
import { Upgrade } from '../http/upgrade.ts';
import { Side, type CloseReason, type FlowContext } from '../sdk/analyzer.ts';
import type { FieldList } from './field-list.ts';
import { buildStreamRecord } from './record.ts';
import type { HeaderBlock, StreamEvents } from './side-reader.ts';
import { Stream } from './stream.ts';

/** Streams that are open at a time; the one opened first goes out as it is when one more opens. Servers allow 100 to 250. */
export const streamLimit = 1024;
/** Closed streams that are remembered, so that what was still under way for them opens nothing. */
const closedLimit = 1024;
/** Interim responses that are remembered of one stream. */
const interimLimit = 16;

/** Puts what the two sides say of a stream together: a request and its response are one record. */
export class StreamStitcher implements StreamEvents {
  readonly #flow: FlowContext;
  readonly #isClientWhole: () => boolean;
  /** Open ones, in the order in which they opened. */
  readonly #streams = new Map<number, Stream>();
  readonly #closed = new Set<number>();
  #opened = 0;
  /** The highest id of a stream on which the client asked. */
  #lastAsked = 0;
  /** Who asks: the side that opened the connection unless, of one heard from the middle on, the first header block that tells says otherwise. */
  #client: Side = Side.source;
  #isClientKnown = false;

  /** `isClientWhole`: whether the client's side was heard from its beginning on, without a hole. */
  constructor(flow: FlowContext, isClientWhole: () => boolean) {
    this.#flow = flow;
    this.#isClientWhole = isClientWhole;
  }

  /** The request of HTTP/1.1 that upgraded the connection is answered on stream 1 (RFC 7540, section 3.2). */
  adopt(transaction: Transaction): void {
    const { response } = transaction;
    if (response !== undefined) transaction.interim = [...transaction.interim, response.status];
    transaction.response = undefined;
    this.#opened = transaction.ordinal + 1;
    this.#streams.set(1, new Stream(1, transaction));
  }

  headers(side: Side, block: HeaderBlock, fields: FieldList): void {
    if (!this.#isClientKnown) this.#learnClient(side, block, fields);
    if (block.promised !== 0) return this.#promise(block, fields);
    const stream = this.#streams.get(block.stream) ?? (this.#isOver(side, block.stream) ? undefined : this.#open(block.stream));
    if (stream === undefined) return;
    stream.hidden += fields.hiddenCount;
    const message = this.#isResponse(side, fields) ? this.#respond(stream, block, fields) : this.#request(stream, block, fields);
    if (message === undefined) return;
    message.wireBytes += block.wireBytes;
    this.#touch(message);
    message.anomalies |= fields.anomalies;
    if (fields.isPastLimit) message.anomalies |= Anomaly.headersPastLimit;
    if (block.endsStream) this.#end(stream, message);
  }

  data(side: Side, id: number, bytes: Uint8Array, start: number, end: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#messageOf(stream, side)?.body?.append(bytes, start, end);
    this.#countOf(stream, side).push(bytes, start, end);
    stream.tunnel?.data(this.#roleOf(side), bytes, start, end);
  }

  dataMissing(side: Side, id: number, length: number): void {
    const stream = this.#streams.get(id);
    const message = stream === undefined ? undefined : this.#messageOf(stream, side);
    if (stream === undefined || message === undefined) return;
    message.missed += length;
    message.body?.skip(length);
    this.#countOf(stream, side).skip(length);
    stream.tunnel?.gap(this.#roleOf(side), length);
  }

  dataEnd(side: Side, id: number, wireBytes: number, endsStream: boolean): void {
    const stream = this.#streams.get(id);
    const message = stream === undefined ? undefined : this.#messageOf(stream, side);
    if (stream === undefined || message === undefined) return;
    message.wireBytes += wireBytes;
    this.#touch(message);
    if (endsStream) this.#end(stream, message);
  }

  reset(_side: Side, id: number, code: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.errorCode = code;
    this.#close(stream);
  }

  /** What is missing may be of any stream: of no body that is under way can it be said that it came whole. */
  lost(side: Side, length: number): void {
    for (const stream of this.#streams.values()) {
      const { transaction } = stream;
      const message = side === this.#client ? transaction.request : transaction.response;
      if (message?.complete === true) continue;
      (message ?? transaction).missed += length;
      message?.body?.skip(0);
      this.#countOf(stream, side).lose();
      endTunnel(stream, 'evicted');
    }
  }

  /** Streams of the other side past the last one were not, and will not be, acted on (RFC 9113, section 6.8). */
  goAway(side: Side, lastStream: number, code: number): void {
    if (side === this.#client) return;
    for (const stream of [...this.#streams.values()]) {
      if (stream.id <= lastStream || stream.id % 2 === 0 || stream.transaction.response !== undefined) continue;
      stream.errorCode = code;
      this.#close(stream);
    }
  }

  finish(): void {
    for (const stream of [...this.#streams.values()]) this.#close(stream);
  }

  /**
   * Whether the server speaks on a stream that is open no longer: clients open theirs in rising order (RFC 9113, section 5.1.1). Late answers on those that went
   * out past the limit shall not push out others.
   */
  #isOver(side: Side, id: number): boolean {
    return side !== this.#client && id % 2 === 1 && id <= this.#lastAsked && this.#isClientWhole();
  }

  #open(id: number): Stream | undefined {
    if (this.#closed.has(id)) return undefined;
    if (this.#streams.size >= streamLimit) {
      this.#flow.noteExchangeLimit();
      this.#close(this.#streams.values().next().value!);
    }
    const stream = new Stream(id, new Transaction(this.#opened++));
    this.#streams.set(id, stream);
    return stream;
  }

  #promise(block: HeaderBlock, fields: FieldList): void {
    const stream = this.#streams.get(block.promised) ?? this.#open(block.promised);
    if (stream === undefined || stream.transaction.request !== undefined) return;
    stream.isPushed = true;
    stream.hidden += fields.hiddenCount;
    const message = this.#request(stream, block, fields)!;
    message.anomalies |= fields.anomalies;
    message.wireBytes = block.wireBytes;
    this.#touch(message);
    this.#end(stream, message);
  }

  #learnClient(side: Side, block: HeaderBlock, { pseudo }: FieldList): void {
    const isServer = block.promised !== 0 || pseudo.has(':status');
    if (!isServer && !pseudo.has(':method')) return;
    this.#isClientKnown = true;
    this.#client = isServer === (side === Side.source) ? Side.destination : Side.source;
  }

  /** Pseudo-header fields tell; where they are hidden, the side does. */
  #isResponse(side: Side, { pseudo }: FieldList): boolean {
    if (pseudo.has(':status')) return true;
    return !pseudo.has(':method') && side !== this.#client;
  }

  /**
   * The message whose header block this is, or whose trailers; undefined if it is neither. What ends a stream without the pseudo-header field that it should
   * have may be trailers behind a head that was not seen: then nothing is known of a body.
   */
  #request(stream: Stream, block: HeaderBlock, fields: FieldList): Message | undefined {
    const { request } = stream.transaction;
    if (request !== undefined) return this.#trailers(request, fields);
    const message = new Message(false, block.since);
    const { pseudo } = fields;
    message.version = '2';
    message.method = pseudo.get(':method') ?? '';
    message.authority = pseudo.get(':authority') ?? '';
    message.scheme = pseudo.get(':scheme') ?? '';
    message.target = pseudo.get(':path') ?? (message.method === 'CONNECT' ? message.authority : '');
    message.headers = fields.fields();
    if (message.method !== '' || !block.endsStream) message.body = openBody(this.#flow, message, undefined);
    stream.transaction.request = message;
    if (!stream.isPushed) this.#lastAsked = Math.max(this.#lastAsked, stream.id);
    stream.protocol = pseudo.get(':protocol');
    return message;
  }

  #respond(stream: Stream, block: HeaderBlock, fields: FieldList): Message | undefined {
    const { transaction } = stream;
    if (transaction.response !== undefined) return this.#trailers(transaction.response, fields);
    const status = statusOf(fields.pseudo.get(':status'));
    if (status >= 100 && status < 200 && !block.endsStream) {
      if (transaction.interim.length < interimLimit) transaction.interim = [...transaction.interim, status];
      return undefined;
    }
    const message = new Message(true, block.since);
    message.version = '2';
    message.status = status;
    message.headers = fields.fields();
    if (status > 0 || !block.endsStream) message.body = openBody(this.#flow, message, transaction.request);
    transaction.response = message;
    if (transaction.request?.method === 'CONNECT' && status >= 200 && status < 300)
      stream.tunnel = this.#flow.carry(stream.protocol, new Upgrade(transaction));
    return message;
  }

  #trailers(message: Message, fields: FieldList): Message | undefined {
    if (message.complete) return undefined;
    message.trailers = fields.fields();
    return message;
  }

  #messageOf(stream: Stream, side: Side): Message | undefined {
    const message = side === this.#client ? stream.transaction.request : stream.transaction.response;
    return message?.complete === true ? undefined : message;
  }

  /** The side of a tunnel that a side of the connection is. */
  #roleOf(side: Side): Side {
    return side === this.#client ? Side.source : Side.destination;
  }

  #countOf(stream: Stream, side: Side): MessageCount {
    return side === this.#client ? stream.sent : stream.received;
  }

  #touch(message: Message): void {
    message.lastByte.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }

  #end(stream: Stream, message: Message): void {
    message.complete = true;
    noteLength(message, stream.transaction.request?.method);
    message.body?.end(true);
    stream.tunnel?.close(message.isResponse ? Side.destination : Side.source, 'fin');
    const { request, response } = stream.transaction;
    if (response?.complete !== true) return;
    if (request === undefined ? !this.#isClientWhole() : request.complete) this.#close(stream);
  }

  #close(stream: Stream): void {
    this.#streams.delete(stream.id);
    this.#closed.add(stream.id);
    endTunnel(stream, stream.errorCode === undefined ? 'fin' : 'rst');
    if (this.#closed.size > closedLimit) this.#closed.delete(this.#closed.values().next().value!);
    for (const message of [stream.transaction.request, stream.transaction.response]) {
      if (message === undefined || message.complete) continue;
      message.truncated = true;
      message.body?.end(false);
    }
    if (stream.transaction.request === undefined && stream.transaction.response === undefined) return;
    this.#flow.emit(buildStreamRecord(this.#flow, stream));
  }
}

/** Notes a Content-Length that is not the body's, where a body may come; `method` is that of the request. */
function noteLength(message: Message, method: string | undefined): void {
  const { body } = message;
  if (body?.isWhole !== true) return;
  const mayLackBody = message.isResponse && (method === 'HEAD' || method === undefined || message.status === 304);
  if (mayLackBody && body.bytes === 0) return;
  const length = contentLength(message);
  if (length >= 0 && length !== body.bytes) message.anomalies |= Anomaly.lengthMismatch;
}

/** Ends what a stream carries, if anything; its record goes out before that of the stream. */
function endTunnel(stream: Stream, reason: CloseReason): void {
  stream.tunnel?.finish(reason);
  stream.tunnel = undefined;
}

function statusOf(text: string | undefined): number {
  return text !== undefined && /^\d{3}$/.test(text) ? Number(text) : 0;
}
