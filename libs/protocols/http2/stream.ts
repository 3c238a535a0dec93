import { MessageCount } from '../http/rpc/message-count.ts';
import type { Transaction } from '../http/transaction.ts';
import type { StreamAnalyzer } from '../sdk/analyzer.ts';

/** One stream: a request with its response. */
export class Stream {
  readonly id: number;
  readonly transaction: Transaction;
  isPushed = false;
  /** Header fields that cannot be told. */
  hidden = 0;
  /** Of the RST_STREAM or GOAWAY that ended it. */
  errorCode: number | undefined;
  /** Of an extended CONNECT: what the stream is to carry (RFC 8441, section 4). */
  protocol: string | undefined;
  /** What a granted CONNECT carries. */
  tunnel: StreamAnalyzer | undefined;
  /** Messages of a gRPC call, by direction. */
  readonly sent = new MessageCount();
  readonly received = new MessageCount();

  constructor(id: number, transaction: Transaction) {
    this.id = id;
    this.transaction = transaction;
  }
}
