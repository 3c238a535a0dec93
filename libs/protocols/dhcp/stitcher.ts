import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import type { Message } from './message.ts';
import { buildRecord } from './record.ts';

/** Exchanges of one capture that are open at a time; past it the oldest is written. */
export const openLimit = 4096;
/** Messages of one exchange that are told; a client that repeats itself for ever begins another. */
export const messageLimit = 64;
/** Nanoseconds without a message after which an exchange is over; clients repeat themselves within 64 s (RFC 2131, section 4.1). */
const patience = 70e9;

/** All messages of one client with one transaction id. */
export interface Exchange {
  readonly key: string;
  /** The flow of the first message: the record is its. */
  readonly flow: FlowContext;
  readonly ordinal: number;
  readonly start: Instant;
  end: Instant;
  readonly messages: Message[];
  /** When the first reply came. */
  answered: Instant | undefined;
  /** The client has what it wanted: if it asks for offers once more, it begins another. */
  isGranted: boolean;
}

/**
 * Joins messages by transaction id and client. An exchange goes over several flows: the client shouts from an address it does not have yet, the server
 * answers to the address that it gives, and a relay repeats both. So its messages meet in one table for the whole capture.
 */
export class Exchanges {
  /** In the order of their last message. */
  readonly #open = new Map<string, Exchange>();
  readonly #ordinals = new WeakMap<FlowContext, number>();

  message(flow: FlowContext, message: Message): void {
    this.#giveUpOld(flow.now);
    const key = `${message.transactionId} ${message.hardware ?? message.clientId ?? ''}`;
    let exchange = this.#open.get(key);
    if (exchange !== undefined && (exchange.messages.length >= messageLimit || (exchange.isGranted && message.type === 'DISCOVER'))) {
      this.#emit(exchange);
      exchange = undefined;
    }
    exchange ??= this.#begin(flow, key);
    this.#open.delete(key);
    this.#open.set(key, exchange);
    exchange.messages.push(message);
    exchange.end = flow.now.copy();
    if (message.isReply) exchange.answered ??= exchange.end;
    if (message.type === 'ACK') exchange.isGranted = true;
    if (this.#open.size > openLimit) this.#emitOldest();
  }

  #emitOldest(): void {
    const oldest = this.#open.values().next().value!;
    oldest.flow.noteExchangeLimit();
    this.#emit(oldest);
  }

  /** The flow ends, and with it what began there. */
  finish(flow: FlowContext): void {
    for (const exchange of this.#open.values()) if (exchange.flow === flow) this.#emit(exchange);
  }

  #begin(flow: FlowContext, key: string): Exchange {
    const ordinal = this.#ordinals.get(flow) ?? 0;
    this.#ordinals.set(flow, ordinal + 1);
    const start = flow.now.copy();
    return { key, flow, ordinal, start, end: start, messages: [], answered: undefined, isGranted: false };
  }

  #giveUpOld(now: Instant): void {
    for (const exchange of this.#open.values()) {
      if (now.nanosSince(exchange.end) <= patience) return;
      this.#emit(exchange);
    }
  }

  #emit(exchange: Exchange): void {
    this.#open.delete(exchange.key);
    const record = exchange.flow.newRecord('dhcp', exchange.ordinal, exchange.start, exchange.end);
    buildRecord(record, exchange);
    exchange.flow.emit(record);
  }
}
