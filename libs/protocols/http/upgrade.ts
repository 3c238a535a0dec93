import type { Transaction } from './transaction.ts';

/**
 * What the protocol behind an `Upgrade` or a `CONNECT` is told: the request that asked for it and the response that agreed. Of an upgrade to HTTP/2 no
 * record has gone out yet, since the answer comes on stream 1 (RFC 7540, section 3.2).
 */
export class Upgrade {
  readonly transaction: Transaction;

  constructor(transaction: Transaction) {
    this.transaction = transaction;
  }
}
