import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext, Side } from '../sdk/analyzer.ts';
import { RecordType } from './codes.ts';
import { recordLimit, type Dialect, type Message, type Question } from './message.ts';
import { buildRecord } from './record.ts';

/** Queries of one flow that wait for their answer; past it the oldest is written as unanswered. A forwarder has hundreds on their way, all from one port. */
export const pendingLimit = 1024;

/** Nanoseconds that a query waits: resolvers and their clients have given up long before. */
const patience = 30e9;

/** A question and what came back. */
export interface Exchange {
  readonly ordinal: number;
  readonly question: Question | undefined;
  readonly start: Instant;
  end: Instant;
  /** When the first message of the answer came. */
  answered: Instant | undefined;
  query: Message | undefined;
  response: Message | undefined;
  /** Messages of the answer: a zone transfer takes many. */
  responses: number;
  /** The same was asked before, and not yet answered. */
  readonly isRepeated: boolean;
}

interface Pending extends Exchange {
  readonly side: Side;
  readonly id: number;
}

/**
 * Pairs queries with answers by id and question, on opposite sides of one flow. A query sent again is a query of its own, and the
 * first one gets the first answer: what its client waited for; a slow server's second answer then finds the second. A message with several questions is as many queries
 * (RFC 6762, section 5.3). In multicast DNS both go to the group and never meet: each message stands for itself.
 */
export class Stitcher {
  readonly #flow: FlowContext;
  readonly #dialect: Dialect;
  readonly #pending: Pending[] = [];
  /** Part of a zone transfer has come, and may have been all of it. */
  #isTransferring = false;
  #ordinal: number;

  /** `exchanges`: those that came before. */
  constructor(flow: FlowContext, dialect: Dialect, exchanges = 0) {
    this.#flow = flow;
    this.#dialect = dialect;
    this.#ordinal = exchanges;
  }

  /** Those that have begun. */
  get exchanges(): number {
    return this.#ordinal;
  }

  message(side: Side, message: Message): void {
    this.#giveUpOld();
    const questions = message.questions.length === 0 ? [undefined] : message.questions;
    if (message.isResponse) for (const question of questions) this.#answer(side, message, question);
    else {
      this.#endTransfers();
      for (const question of questions) this.#query(side, message, question);
    }
  }

  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Writes what is still open. */
  finish(): void {
    for (const pending of this.#pending.splice(0)) this.#emit(pending);
  }

  #query(side: Side, message: Message, question: Question | undefined): void {
    const isRepeated = this.#pending.some(
      (pending) => pending.side === side && pending.id === message.id && isSame(pending.question, question),
    );
    const pending = { ...this.#open(question), isRepeated, side, id: message.id, query: message };
    if (this.#dialect === 'mdns') return this.#emit(pending);
    this.#pending.push(pending);
    if (this.#pending.length <= pendingLimit) return;
    this.#flow.noteExchangeLimit();
    this.#emit(this.#pending.shift()!);
  }

  #answer(side: Side, message: Message, question: Question | undefined): void {
    const at = this.#pending.findIndex(
      (pending) => pending.side !== side && pending.id === message.id && (question === undefined || isSame(pending.question, question)),
    );
    const pending = this.#pending[at];
    if (pending === undefined) {
      const alone = this.#open(question);
      this.#noteResponse(alone, message);
      return this.#emit(alone);
    }
    this.#noteResponse(pending, message);
    if (isTransfer(pending.question)) {
      this.#isTransferring = true;
      return;
    }
    this.#pending.splice(at, 1);
    this.#emit(pending);
  }

  #open(question: Question | undefined): Exchange {
    const start = this.#flow.now.copy();
    return {
      ordinal: this.#ordinal++,
      question,
      start,
      end: start,
      answered: undefined,
      query: undefined,
      response: undefined,
      responses: 0,
      isRepeated: false,
    };
  }

  #noteResponse(exchange: Exchange, message: Message): void {
    exchange.end = this.#flow.now.copy();
    exchange.answered ??= exchange.end;
    exchange.response = exchange.response === undefined ? message : joined(exchange.response, message);
    exchange.responses++;
  }

  /** A zone transfer ends where the next query begins, at the latest with the flow. */
  #endTransfers(): void {
    if (!this.#isTransferring) return;
    this.#isTransferring = false;
    for (let at = this.#pending.length - 1; at >= 0; at--) {
      if (this.#pending[at]!.response !== undefined) this.#emit(this.#pending.splice(at, 1)[0]!);
    }
  }

  #giveUpOld(): void {
    while (this.#pending.length > 0 && this.#flow.now.nanosSince(this.#pending[0]!.end) > patience) this.#emit(this.#pending.shift()!);
  }

  #emit(exchange: Exchange): void {
    const record = this.#flow.newRecord('dns', exchange.ordinal, exchange.start, exchange.end);
    buildRecord(record, exchange, this.#dialect);
    this.#flow.emit(record);
  }
}

function isSame(a: Question | undefined, b: Question | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.name === b.name && a.type === b.type && a.class === b.class);
}

const isTransfer = (question: Question | undefined): boolean => question?.type === RecordType.axfr || question?.type === RecordType.ixfr;

/** The next message of a zone transfer joins the first: records and counts add up, the rest is the first's. */
function joined(first: Message, next: Message): Message {
  const room = recordLimit - first.answers.length;
  first.answers.push(...next.answers.slice(0, room));
  for (const address of next.resolved) {
    if (first.resolved.length < recordLimit && !first.resolved.includes(address)) first.resolved.push(address);
  }
  const { answerCount, bytes } = first;
  return { ...first, answerCount: answerCount + next.answerCount, bytes: bytes + next.bytes, error: first.error ?? next.error };
}
