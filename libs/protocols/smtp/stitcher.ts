import { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly } from './anomalies.ts';
import { Verb, type Command } from './command.ts';
import { Reading, type CommandReader, type CommandSink } from './command-reader.ts';
import type { MailText } from './mail-text.ts';
import { buildRecord } from './record.ts';
import type { Reply } from './reply-reader.ts';
import { Transaction } from './transaction.ts';

/** Commands that wait for their answer; past it the oldest goes without. */
export const pendingLimit = 1024;
/** Answers that came before what they answer, since the capture is not in order. */
const unclaimedLimit = 16;

/** Answers to parts of a sign-in (RFC 4954, section 6) and to what is no command: they may repeat what the client said, which may be a secret. */
const mayEcho: ReadonlySet<number> = new Set([235, 334, 432, 500, 502, 534, 535, 538]);

/** What the client said there may have been a secret, and the answer may repeat it. */
const mayBeSecret: ReadonlySet<Verb> = new Set([Verb.auth, Verb.authResponse, Verb.unknown, Verb.torn, Verb.dot]);

/** The server waits for a text, and says so with no other code. */
const agreement = 354;

/** Whether a server may answer so: some codes belong to one command, and some commands have no other good answer. */
function fits(verb: Verb, code: number): boolean {
  if (verb === Verb.torn || verb === Verb.dot) return true;
  switch (code) {
    case agreement:
      return verb === Verb.data;
    case 220:
      return verb === Verb.startTls || verb === Verb.other;
    case 221:
      return verb === Verb.quit;
    case 235:
    case 334:
      return verb === Verb.auth || verb === Verb.authResponse;
    default:
      return code >= 400 || (verb !== Verb.data && verb !== Verb.startTls && verb !== Verb.unknown);
  }
}

/** What holds for the whole connection. */
export interface Session {
  /** As the client called itself last; empty if it gave no name. */
  helo: string;
  variant: 'SMTP' | 'ESMTP' | 'LMTP' | undefined;
  greeting: Reply | undefined;
  lastReply: Reply | undefined;
  /** The last one's that was no good-bye; 0 without one. */
  lastCode: number;
  isSignedIn: boolean;
  /** The server agreed to turn to TLS. */
  isTls: boolean;
  anomalies: number;
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * Pairs commands with answers, which come in the same order (RFC 2920), and makes mails of them. Behind a hole nobody is paired until both
 * sides are known to be at the same place: when the client goes on after the server has spoken.
 */
export class Stitcher implements CommandSink {
  /** The server agreed to turn to TLS, and the client has not spoken since. */
  isTurned = false;
  readonly session: Session;
  readonly #flow: FlowContext;
  #reader!: CommandReader;
  readonly #pending: Command[] = [];
  readonly #unclaimed: Reply[] = [];
  #transaction: Transaction | undefined;
  #ordinal = 0;
  #isInStep = true;
  /** Since the step was lost, the server has spoken. */
  #isHeard = false;
  /** Everything from the greeting on was seen. */
  #isWhole = false;
  #hasReplied = false;
  #hasCommand = false;
  /** Of an LMTP server: answers still to come to the text. */
  #answersLeft = 0;
  #isTlsAsked = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.session = {
      helo: '',
      variant: undefined,
      greeting: undefined,
      lastReply: undefined,
      lastCode: 0,
      isSignedIn: false,
      isTls: false,
      anomalies: 0,
      start: flow.now.copy(),
      end: flow.now.copy(),
    };
  }

  watch(reader: CommandReader): void {
    this.#reader = reader;
  }

  /** Neither side has said anything that is SMTP. */
  get isEmpty(): boolean {
    return !this.#hasReplied && !this.#hasCommand;
  }

  // What the client says.

  command(command: Command): Reply | undefined {
    if (command.verb !== Verb.unknown && command.verb !== Verb.torn && command.verb !== Verb.dot) this.#hasCommand = true;
    this.#isTlsAsked = command.verb === Verb.startTls;
    if (!this.#isInStep) {
      if (!this.#isHeard) {
        this.#conclude(command, undefined);
        return undefined;
      }
      this.#isInStep = true;
      this.#reader.waitAgain();
    }
    const early = this.#pending.length === 0 ? this.#unclaimed.shift() : undefined;
    if (early !== undefined) {
      this.#take(command, early);
      return early;
    }
    this.#pending.push(command);
    if (this.#pending.length > pendingLimit) this.#conclude(this.#pending.shift()!, undefined);
    return undefined;
  }

  beginText(text: MailText): void {
    this.#open(undefined).text = text;
  }

  withoutAnswers(): void {
    this.loseStep(false);
  }

  note(anomaly: number): void {
    if (this.#transaction === undefined) this.session.anomalies |= anomaly;
    else this.#transaction.anomalies |= anomaly;
  }

  // What the server says.

  reply(reply: Reply): void {
    const { session } = this;
    const isFirst = !this.#hasReplied;
    this.#hasReplied = true;
    session.lastReply = this.#isInStep && !mayEcho.has(reply.code) ? reply : withoutWords(reply);
    if (reply.code !== 221) session.lastCode = reply.code;
    if (isFirst && this.#isGreeting(reply)) {
      session.greeting = reply;
      this.#isWhole = this.#isInStep;
      if (this.#hasCommand) session.anomalies |= Anomaly.spokeBeforeGreeting;
      return;
    }
    if (!this.#isInStep) {
      this.#isHeard = true;
      if (!this.#endsText()) return this.#hearOutOfStep(reply);
      // Nobody but the text can be answered, if the server was heard to wait for it.
      if (!this.#reader.isAgreed) this.#isHeard = false;
      this.#reader.endTextUnseen();
      if (!this.#isInStep) {
        this.#isHeard = true;
        return;
      }
    }
    if (this.#answersLeft > 0) return this.#answerAgain(reply);
    if (this.#pending.length === 0 && this.#endsText()) this.#reader.endTextUnseen();
    const command = this.#pending[0];
    if (command !== undefined && !fits(command.verb, reply.code)) {
      this.loseAnswers();
      return this.#hearOutOfStep(reply);
    }
    this.#pending.shift();
    if (command !== undefined) this.#answer(command, reply);
    else if ((this.#isWhole || this.#reader.reading === Reading.text) && this.#unclaimed.length < unclaimedLimit)
      this.#unclaimed.push(reply);
  }

  /** An answer to nobody knows which command; some tell by themselves what follows. */
  #hearOutOfStep({ code }: Reply): void {
    if (code === 220 && this.#isTlsAsked) this.turn();
    else if (code === agreement) this.#reader.expectText();
    else this.#reader.answered(code);
  }

  /** The server's first answer is its greeting unless it answers a command (RFC 5321, section 4.3.1). */
  #isGreeting({ code }: Reply): boolean {
    if (code === 220) return !(this.#isTlsAsked && this.#pending.length === 1);
    return this.#pending.length === 0 && (code === 554 || code === 421) && !this.#hasCommand;
  }

  /** An answer while a text is read that has a hole, or ends as lax servers like it: its end was there. */
  #endsText(): boolean {
    const { reading, text, isOddlyOver } = this.#reader;
    return reading === Reading.text && (text!.missed > 0 || isOddlyOver);
  }

  #take(command: Command, reply: Reply): void {
    if (command.verb === Verb.startTls && reply.code === 220) this.turn();
    else this.#conclude(command, reply);
  }

  #answer(command: Command, reply: Reply): void {
    this.#take(command, reply);
    // What the client has said behind STARTTLS stays held back: it is TLS, or nobody's.
    if (this.isTurned) return;
    if (command.verb === Verb.torn && reply.code === agreement) this.#reader.expectText();
    if (this.#reader.awaited === command.verb && this.#pending.length === 0) this.#reader.answered(reply.code);
  }

  /** An LMTP server answers the text once for each recipient that it agreed to (RFC 2033, section 4.2). */
  #answerAgain(reply: Reply): void {
    const transaction = this.#transaction!;
    transaction.note(reply, this.#flow.now);
    if (reply.code < 300) transaction.isTaken = true;
    this.#answersLeft--;
    if (this.#answersLeft === 0) this.#close();
  }

  /** Both sides forget what was said so far, and speak TLS (RFC 3207, section 4.2). */
  turn(): void {
    this.isTurned = true;
    this.session.isTls = true;
    this.#close();
    this.loseStep(true);
  }

  /** No TLS after all, or somebody took it off before the capture: mail goes on in the clear. */
  resume(): void {
    this.isTurned = false;
    this.session.anomalies |= Anomaly.clearBehindStartTls;
  }

  /** A handshake of TLS may follow. */
  get mayTurn(): boolean {
    return this.session.lastReply?.code === 220;
  }

  // Holes and ends.

  /** Octets are missing, and with them commands or answers. `isHeard`: the client will not go on before it has all its answers. */
  loseStep(isHeard: boolean): void {
    for (const command of this.#pending.splice(0)) this.#conclude(command, undefined);
    this.#unclaimed.length = 0;
    this.#answersLeft = 0;
    this.#isInStep = false;
    this.#isHeard = isHeard;
    this.#isWhole = false;
  }

  /** Answers are missing, and perhaps the one that the client waits for. */
  loseAnswers(): void {
    if (this.#endsText()) this.#reader.endTextUnseen();
    // The client does not go on before it has all its answers.
    this.loseStep(true);
    this.#reader.doubt();
  }

  /** Octets of a text or a chunk are missing: what comes behind it is still known, but not that nothing else was lost. */
  noteHole(): void {
    this.#isWhole = false;
  }

  /** Writes what is still open. The reader has broken off. */
  finish(): void {
    const early = this.#unclaimed.shift();
    this.loseStep(false);
    this.#breakOffText(early);
    this.#close();
    if (this.#ordinal > 0 || this.isEmpty) return;
    this.#flow.emit(buildRecord(this.#flow, this.session, undefined));
  }

  /** A text without its end, and perhaps with an answer: the server would have no more of it. */
  #breakOffText(reply: Reply | undefined): void {
    const { text } = this.#reader;
    const transaction = this.#transaction;
    if (text === undefined || transaction === undefined) return;
    transaction.text ??= text;
    transaction.touch(text.lastByte);
    if (reply === undefined) return;
    transaction.note(reply, this.#flow.now);
    if (reply.code >= 400) transaction.isTaken = false;
  }

  // What became of it.

  /** A command and its answer, in order; without one if it was not seen. */
  #conclude(command: Command, reply: Reply | undefined): void {
    const transaction = this.#transaction;
    const isRefused = reply !== undefined && reply.code >= 400;
    switch (command.verb) {
      case Verb.helo:
      case Verb.ehlo:
      case Verb.lhlo:
        if (!isRefused) this.#close();
        this.#introduce(command);
        break;
      case Verb.rset:
        if (!isRefused) this.#close();
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
        if (transaction === undefined && reply?.code !== 354) break;
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
        this.#close();
        break;
      case Verb.dot:
        // Behind a hole it is the end of a text whose beginning was not told from commands.
        if (!this.#isWhole) this.#close();
        break;
      case Verb.auth:
      case Verb.authResponse:
        if (reply?.code === 235) this.session.isSignedIn = true;
        break;
      default:
    }
    if (reply !== undefined && mayBeSecret.has(command.verb)) this.session.lastReply = withoutWords(reply);
  }

  #introduce(command: Command): void {
    const { session } = this;
    session.helo = command.argument;
    session.variant = command.verb === Verb.helo ? 'SMTP' : command.verb === Verb.ehlo ? 'ESMTP' : 'LMTP';
  }

  /** A second MAIL within a transaction is refused, and changes nothing (RFC 5321, section 4.1.4). */
  #begin(command: Command, reply: Reply | undefined): void {
    const before = this.#transaction;
    const isRefused = reply !== undefined && reply.code >= 400;
    if (before !== undefined && !before.isRefused && isRefused) return this.#noteReply(command, reply);
    this.#close();
    const transaction = this.#open(command.start);
    transaction.from = command.argument;
    transaction.isRefused = isRefused;
    this.#noteReply(command, reply);
  }

  /** The transaction under way; where its beginning was not seen, one that begins here. */
  #open(start: Instant | undefined): Transaction {
    this.#transaction ??= new Transaction(this.#ordinal++, start ?? this.#flow.now.copy());
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
    // A lax server has seen two texts, and answers commands that were content to this reader.
    if (command.text !== undefined && (command.text.anomalies & Anomaly.oddEndOfText) !== 0) this.#isWhole = false;
    this.#noteReply(command, reply);
    this.#end(reply);
  }

  /** The text is answered. */
  #end(reply: Reply | undefined): void {
    const transaction = this.#transaction!;
    if (reply !== undefined) transaction.isTaken = reply.code < 300;
    const answers = this.session.variant === 'LMTP' && reply !== undefined ? transaction.accepted : 1;
    if (answers > 1) this.#answersLeft = answers - 1;
    else this.#close();
  }

  #close(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#answersLeft = 0;
    if (transaction !== undefined) this.#flow.emit(buildRecord(this.#flow, this.session, transaction));
  }
}

/** The code and, where there is one, the enhanced status code (RFC 2034): `535 5.7.8 ...` -> `535 5.7.8`. */
function withoutWords({ code, text }: Reply): Reply {
  let end = 0;
  let points = 0;
  for (; end < text.length && text[end] !== ' '; end++) {
    const isDigit = text[end]! >= '0' && text[end]! <= '9';
    if (text[end] === '.') points++;
    else if (!isDigit) return { code, text: '' };
  }
  return { code, text: points === 2 && end <= 9 ? text.slice(0, end) : '' };
}
