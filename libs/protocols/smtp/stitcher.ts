import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly } from './anomalies.ts';
import { agreement, fits, mayEcho, withoutWords } from './answers.ts';
import { Verb, type Command } from './command.ts';
import type { CommandReader } from './command-reader.ts';
import type { CommandSink } from './command-sink.ts';
import { contestLimit, isEndTaken } from './contested-end.ts';
import type { MailText } from './mail-text.ts';
import { Mails } from './mails.ts';
import { Reading } from './reading.ts';
import { buildRecord } from './record.ts';
import type { Reply } from './reply-reader.ts';
import { newSession, type Session } from './session.ts';

/** Commands that wait for their answer; past it all of them go without, and what the server says is out of step. */
export const pendingLimit = 1024;
/** Answers that came before what they answer, since the capture is not in order. */
const unclaimedLimit = 16;

/**
 * Pairs commands with answers, which come in the same order (RFC 2920), and makes mails of them. Behind a hole nobody is paired until both
 * sides are known to be at the same place: when the client goes on after the server has spoken.
 */
export class Stitcher implements CommandSink {
  /** The server agreed to turn to TLS, and the client has not spoken since. */
  isTurned = false;
  readonly session: Session;
  readonly #flow: FlowContext;
  readonly #mails: Mails;
  #reader!: CommandReader;
  readonly #pending: Command[] = [];
  readonly #unclaimed: Reply[] = [];
  /** Answers since the end of the text is contested. */
  #contest: Reply[] = [];
  #isInStep = true;
  /** Since the step was lost, the server has spoken. */
  #isHeard = false;
  /** Everything from the greeting on was seen. */
  #isWhole = false;
  #hasReplied = false;
  #hasCommand = false;
  #isTlsAsked = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    this.session = newSession(flow.now);
    this.#mails = new Mails(flow, this.session);
  }

  watch(reader: CommandReader): void {
    this.#reader = reader;
  }

  /** Neither side has said anything that is SMTP. */
  get #isEmpty(): boolean {
    return !this.#hasReplied && !this.#hasCommand;
  }

  // What the client says.

  command(command: Command): Reply | undefined {
    if (command.verb !== Verb.unknown && command.verb !== Verb.torn && command.verb !== Verb.dot) this.#hasCommand = true;
    this.#isTlsAsked = command.verb === Verb.startTls;
    if (command.verb === Verb.auth) this.session.isSignInAsked = true;
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
    if (this.#pending.length > pendingLimit) {
      this.#flow.noteExchangeLimit();
      this.loseStep(false);
    }
    return undefined;
  }

  beginText(text: MailText): void {
    this.#mails.beginText(text);
  }

  withoutAnswers(): void {
    this.loseStep(false);
  }

  note(anomaly: number): void {
    this.#mails.note(anomaly);
  }

  get mayContest(): boolean {
    return this.#isInStep && this.#pending.length === 0 && this.session.variant !== 'LMTP';
  }

  /** A client that goes on has the answer to its text. */
  goesOn(isTooMuch: boolean): void {
    if (isTooMuch || this.#contest.length > 0) this.settle(false);
  }

  /** Says whether the server took an odd end for the end of the text, and gives the answers that were kept to what they answer. */
  settle(isTaken: boolean): void {
    const replies = this.#contest;
    this.#contest = [];
    this.#reader.settle(isTaken);
    for (const reply of replies) if (!this.isTurned) this.#pair(reply);
  }

  // What the server says.

  reply(reply: Reply): void {
    const { session } = this;
    const isFirst = !this.#hasReplied;
    this.#hasReplied = true;
    session.lastReply = this.#isInStep && !mayEcho(reply.code) ? reply : withoutWords(reply);
    if (reply.code !== 221) session.lastCode = reply.code;
    if (isFirst && this.#isGreeting(reply)) {
      session.greeting = reply;
      this.#isWhole = this.#isInStep;
      if (this.#hasCommand) session.anomalies |= Anomaly.spokeBeforeGreeting;
      return;
    }
    this.#pair(reply);
  }

  #pair(reply: Reply): void {
    if (this.#reader.isContested) return this.#hearContested(reply);
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
    if (this.#mails.isAnswerDue) return this.#mails.answerAgain(reply);
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

  #hearContested(reply: Reply): void {
    this.#contest.push({ ...reply, at: reply.at ?? this.#flow.now.copy() });
    const { bytes, start, end } = this.#reader.held;
    const isTaken = isEndTaken(this.#contest, bytes, start, end);
    if (isTaken || this.#contest.length >= contestLimit) this.settle(isTaken);
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

  /** Both sides forget what was said so far, and speak TLS (RFC 3207, section 4.2). */
  turn(): void {
    this.isTurned = true;
    this.session.isTls = true;
    this.#mails.close();
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
    if (this.#mails.isAnswerDue) this.#mails.close();
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
    const { text } = this.#reader;
    if (text !== undefined) this.#mails.breakOffText(text, early);
    this.#mails.close();
    if (this.#mails.count > 0 || this.#isEmpty) return;
    this.#flow.emit(buildRecord(this.#flow, this.session, undefined));
  }

  #conclude(command: Command, reply: Reply | undefined): void {
    this.#mails.conclude(command, reply, !this.#isWhole);
    // A lax server has seen two texts, and answers commands that were content to this reader.
    if (command.text !== undefined && (command.text.anomalies & Anomaly.oddEndOfText) !== 0) this.#isWhole = false;
  }
}
