import type { Message } from './message.ts';

const none: readonly never[] = [];

/** A request with its response, or either alone. */
export class Transaction {
  /** Position among the transactions of the connection, from 0. */
  readonly ordinal: number;
  request: Message | undefined;
  response: Message | undefined;
  /** Status codes of interim responses, in order (RFC 9110, section 15.2). */
  interim: readonly number[] = none;
  /** True if responses to unseen requests may come before that to this one: then it cannot be told which is whose. */
  inDoubt = false;
  /** Holes that may have swallowed its response. */
  missed = 0;
  /** Bits of `Anomaly` that are neither message's. */
  anomalies = 0;

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }

  get isDone(): boolean {
    return (this.request === undefined || ended(this.request)) && (this.response === undefined || ended(this.response));
  }
}

const ended = (message: Message): boolean => message.complete || message.truncated;
