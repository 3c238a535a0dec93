import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { MailText } from './mail-text.ts';
import type { Reply } from './reply-reader.ts';

/** Recipients that are told of one mail; all requests are counted. RFC 5321, section 4.5.3.1.8, asks servers for 100. */
export const recipientLimit = 1000;

/** One mail on its way: from MAIL to the answer to its text. */
export class Transaction {
  /** Position among the transactions of the connection, from 0. */
  readonly ordinal: number;
  readonly start: Instant;
  end: Instant;
  /** Undefined if MAIL was not seen. */
  from: string | undefined;
  /** Each once, in the order in which they were asked for. */
  readonly recipients = new Set<string>();
  readonly refused = new Set<string>();
  recipientCount = 0;
  /** Recipients that the server agreed to. */
  accepted = 0;
  text: MailText | undefined;
  lastReply: Reply | undefined;
  /** What the server made of the mail: undefined if it was not told. */
  isTaken: boolean | undefined;
  /** The server refused MAIL, so that nothing has begun there. */
  isRefused = false;
  /** Bits of `Anomaly`. */
  anomalies = 0;

  constructor(ordinal: number, start: Instant) {
    this.ordinal = ordinal;
    this.start = start;
    this.end = start;
  }

  /** An answer to one of its commands, at `now`. */
  note(reply: Reply, now: Instant): void {
    this.lastReply = reply;
    this.touch(reply.at ?? now);
  }

  touch(now: Instant): void {
    if (this.end.isBefore(now)) this.end = now.copy();
  }

  addRecipient(address: string, reply: Reply | undefined): void {
    this.recipientCount++;
    if (this.recipients.size < recipientLimit) this.recipients.add(address);
    if (reply === undefined) return;
    if (reply.code < 300) {
      this.accepted++;
      this.refused.delete(address);
    } else if (this.recipients.has(address)) this.refused.add(address);
  }
}
