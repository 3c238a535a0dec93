import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext, Side } from '../sdk/analyzer.ts';
import { Mode, type Message } from './message.ts';
import { buildRecord } from './record.ts';

/** Requests of one flow that wait for their answer; past it the oldest is written as unanswered. */
export const pendingLimit = 64;

/** Nanoseconds that a request waits; clients have given up before. */
const patience = 30e9;

/** A request with its answer, or one of them. */
export interface Exchange {
  readonly ordinal: number;
  readonly side: Side;
  readonly start: Instant;
  end: Instant;
  /** When the first message of the answer came. */
  answered: Instant | undefined;
  readonly first: Message;
  answer: Message | undefined;
  /** Datagrams of the answer, and their octets: a list of a daemon's clients takes many. */
  answers: number;
  answerBytes: number;
}

/**
 * Pairs requests with answers. An answer repeats the time at which the request says that it was sent (RFC 5905, section 8), in interleaved mode the one at which
 * the client had its last answer (RFC 9769, section 2); control and private messages repeat the operation, control messages a sequence number as well.
 */
export class Stitcher {
  readonly #flow: FlowContext;
  readonly #pending: Exchange[] = [];
  #ordinal = 0;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  message(side: Side, message: Message): void {
    while (this.#pending.length > 0 && this.#flow.now.nanosSince(this.#pending[0]!.end) > patience) this.#emit(this.#pending.shift()!);
    const at = message.isResponse ? this.#pending.findIndex((pending) => pending.side !== side && isAnswered(pending, message)) : -1;
    if (at >= 0) this.#answer(at, message);
    else this.#open(side, message);
  }

  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Writes what is still open. */
  finish(): void {
    for (const pending of this.#pending.splice(0)) this.#emit(pending);
  }

  #open(side: Side, message: Message): void {
    const start = this.#flow.now.copy();
    const exchange: Exchange = {
      ordinal: this.#ordinal++,
      side,
      start,
      end: start,
      answered: undefined,
      first: message,
      answer: undefined,
      answers: 0,
      answerBytes: 0,
    };
    if (message.isResponse || message.mode === Mode.broadcast) return this.#emit(exchange);
    this.#pending.push(exchange);
    if (this.#pending.length <= pendingLimit) return;
    this.#flow.noteExchangeLimit();
    this.#emit(this.#pending.shift()!);
  }

  #answer(at: number, message: Message): void {
    const exchange = this.#pending[at]!;
    exchange.end = this.#flow.now.copy();
    exchange.answered ??= exchange.end;
    exchange.answer ??= message;
    exchange.answers++;
    exchange.answerBytes += message.bytes;
    if (message.command?.isMore === true) return;
    this.#pending.splice(at, 1);
    this.#emit(exchange);
  }

  #emit(exchange: Exchange): void {
    const record = this.#flow.newRecord('ntp', exchange.ordinal, exchange.start, exchange.end);
    buildRecord(record, exchange);
    this.#flow.emit(record);
  }
}

function isAnswered({ first }: Exchange, answer: Message): boolean {
  if (first.time !== undefined && answer.time !== undefined) {
    const { origin } = answer.time;
    const isOfMode = first.mode === (answer.mode === Mode.server ? Mode.client : Mode.symmetricActive);
    return isOfMode && (origin === first.time.transmit || (origin !== 0n && origin === first.time.receive));
  }
  if (first.command === undefined || answer.command === undefined) return false;
  return (
    first.mode === answer.mode && first.command.operation === answer.command.operation && first.command.sequence === answer.command.sequence
  );
}
