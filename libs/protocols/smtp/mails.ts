import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly } from './anomalies.ts';
import { agreement, mayBeSecret, perRecipient, withoutWords } from './answers.ts';
import { Verb, type Command } from './command.ts';
import type { MailText } from './mail-text.ts';
import { buildRecord } from './record.ts';
import type { Reply } from './reply-reader.ts';
import type { Session } from './session.ts';
import { Transaction } from './transaction.ts';

/** Makes mails of commands and their answers, and writes each once it is over. */
export class Mails {
  readonly #flow: FlowContext;
  readonly #session: Session;
  #transaction: Transaction | undefined;
  #count = 0;
  #answersDue = 0;
  /** The answer after those for the recipients is for all of them. */
  #isLastForAll = false;

  constructor(flow: FlowContext, session: Session) {
    this.#flow = flow;
    this.#session = session;
  }

  /** Mails that were begun. */
  get count(): number {
    return this.#count;
  }

  /** The server has more to say of the text. */
  get isAnswerDue(): boolean {
    return this.#answersDue > 0;
  }

  note(anomaly: number): void {
    if (this.#transaction === undefined) this.#session.anomalies |= anomaly;
    else this.#transaction.anomalies |= anomaly;
  }

  /** The server agreed to a text, or it looks as if it had. */
  beginText(text: MailText): void {
    this.#open(undefined).text = text;
  }

  /** A text without its end, and perhaps with an answer: the server would have no more of it. */
  breakOffText(text: MailText, reply: Reply | undefined): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    transaction.text ??= text;
    transaction.touch(text.lastByte);
    if (reply === undefined) return;
    transaction.note(reply, this.#flow.now);
    if (reply.code >= 400) transaction.isTaken = false;
  }

  /** The text is answered once for each recipient that the server agreed to (LMTP: RFC 2033, section 4.2), with PRDR and then for all. */
  answerAgain(reply: Reply): void {
    const transaction = this.#transaction!;
    this.#answersDue--;
    if (this.#isLastForAll && this.#answersDue > 0) return transaction.touch(this.#flow.now);
    transaction.note(reply, this.#flow.now);
    if (reply.code < 300) transaction.isTaken = true;
    else if (this.#isLastForAll) transaction.isTaken = false;
    if (this.#answersDue === 0) this.close();
  }

  /** A command and its answer, in order; without one if it was not seen. `isDoubtful`: something is missing before it. */
  conclude(command: Command, reply: Reply | undefined, isDoubtful: boolean): void {
    const transaction = this.#transaction;
    const isRefused = reply !== undefined && reply.code >= 400;
    switch (command.verb) {
      case Verb.helo:
      case Verb.ehlo:
      case Verb.lhlo:
        if (!isRefused) this.close();
        this.#introduce(command);
        break;
      case Verb.rset:
        if (!isRefused) this.close();
        break;
      case Verb.mail:
        this.#begin(command, reply);
        break;
      case Verb.rcpt:
        if (transaction === undefined && isRefused) break;
        this.#open(command.start).addRecipient(command.argument, reply);
        this.#noteReply(command, reply);
        break;
      case Verb.data:
        if (transaction === undefined && reply?.code !== agreement) break;
        this.#open(command.start);
        this.#noteReply(command, reply);
        break;
      case Verb.bdat:
        this.#takeChunk(command, reply);
        break;
      case Verb.endOfText:
        this.#takeText(command, reply);
        break;
      case Verb.quit:
        this.close();
        break;
      case Verb.dot:
        // Behind a hole it is the end of a text whose beginning was not told from commands.
        if (isDoubtful) this.close();
        break;
      case Verb.auth:
      case Verb.authResponse:
        if (reply?.code === 235) this.#session.isSignedIn = true;
        break;
      default:
    }
    if (reply !== undefined && mayBeSecret(command.verb)) this.#session.lastReply = withoutWords(reply);
  }

  #introduce(command: Command): void {
    const session = this.#session;
    session.helo = command.argument;
    session.variant = command.verb === Verb.helo ? 'SMTP' : command.verb === Verb.ehlo ? 'ESMTP' : 'LMTP';
  }

  /** A second MAIL within a transaction is refused, and changes nothing (RFC 5321, section 4.1.4). */
  #begin(command: Command, reply: Reply | undefined): void {
    const before = this.#transaction;
    const isRefused = reply !== undefined && reply.code >= 400;
    if (before !== undefined && !before.isRefused && isRefused) return this.#noteReply(command, reply);
    this.close();
    const transaction = this.#open(command.start);
    transaction.from = command.argument;
    transaction.isRefused = isRefused;
    if (command.isSmuggled === true) transaction.anomalies |= Anomaly.smuggledMail;
    this.#noteReply(command, reply);
  }

  /** The transaction under way; where its beginning was not seen, one that begins here. */
  #open(start: Instant | undefined): Transaction {
    this.#transaction ??= new Transaction(this.#count++, start ?? this.#flow.now.copy());
    return this.#transaction;
  }

  #noteReply(command: Command, reply: Reply | undefined): void {
    if (reply === undefined) this.#transaction?.touch(command.text?.lastByte ?? command.start);
    else this.#transaction?.note(reply, this.#flow.now);
  }

  #takeChunk(command: Command, reply: Reply | undefined): void {
    if (this.#transaction === undefined && (command.text === undefined || (reply !== undefined && reply.code >= 400))) return;
    const transaction = this.#open(command.start);
    if (command.text !== undefined) transaction.text = command.text;
    this.#noteReply(command, reply);
    if (command.isLast === true) this.#end(reply);
  }

  #takeText(command: Command, reply: Reply | undefined): void {
    const transaction = this.#open(command.start);
    transaction.text = command.text;
    this.#noteReply(command, reply);
    this.#end(reply);
  }

  /** The text is answered. */
  #end(reply: Reply | undefined): void {
    const transaction = this.#transaction!;
    this.#isLastForAll = reply?.code === perRecipient;
    if (this.#isLastForAll) this.#answersDue = transaction.accepted + 1;
    else if (reply !== undefined) {
      transaction.isTaken = reply.code < 300;
      if (this.#session.variant === 'LMTP') this.#answersDue = Math.max(transaction.accepted - 1, 0);
    }
    if (this.#answersDue === 0) this.close();
  }

  /** The transaction under way, if there is one, is over. */
  close(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#answersDue = 0;
    if (transaction !== undefined) this.#flow.emit(buildRecord(this.#flow, this.#session, transaction));
  }
}
