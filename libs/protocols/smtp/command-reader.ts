import { Instant } from '@orbweaver/kernel/instant.ts';
import { flat } from '@orbweaver/kernel/bytes/text.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { Anomaly } from './anomalies.ts';
import { argumentOf, chunkOf, isSurelyCommand, pathOf, Verb, verbOf, type Command } from './command.ts';
import type { CommandSink } from './command-sink.ts';
import { readable } from '../http/text.ts';
import { DotStuffing } from './dot-stuffing.ts';
import { HeldBack, heldLimit } from './held-back.ts';
import { LineReader } from './lines.ts';
import { MailText } from './mail-text.ts';
import { Reading } from './reading.ts';
import type { Reply } from './reply-reader.ts';

/** Octets that decide what follows, where no line break comes before. */
const guessLimit = 1024;
/** Characters of a name or an address that are kept: RFC 5321, section 4.5.3.1, allows 255 and 256. */
const argumentLimit = 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** A TLS handshake begins so. */
export const tlsHandshake = 0x16;

/** What a client says: lines, texts behind DATA, chunks behind BDAT. */
export class CommandReader {
  reading: Reading = Reading.commands;
  /** The text or the chunks under way. */
  text: MailText | undefined;
  /** The server was heard to agree to the text at hand. */
  isAgreed = false;
  readonly held = new HeldBack();
  readonly #flow: FlowContext;
  readonly #sink: CommandSink;
  readonly #lines = new LineReader();
  readonly #begun = new Instant();
  #stuffing: DotStuffing | undefined;
  /** Which command the client waits for the answer to. */
  #awaited: Verb = Verb.unknown;
  /** Answers are not to be waited for: the server is not in the capture, or lost. */
  #isAlone = false;
  /** Octets of the chunk still to come, and what its command was. */
  #left = 0;
  #chunk: Command | undefined;
  /** The end of the text at hand was contested before. */
  #isSettled = false;
  /** When what is contested came last. */
  readonly #contestedAt = new Instant();
  /** The time of what is read: that of the flow, or of what was contested. */
  #clock: Instant;
  /** Commands come out of a text. */
  #isSmuggled = false;

  constructor(flow: FlowContext, sink: CommandSink) {
    this.#flow = flow;
    this.#clock = flow.now;
    this.#sink = sink;
  }

  /** The text at hand ends in what a lax server takes for its end. */
  get isOddlyOver(): boolean {
    return this.#stuffing?.isOddlyOver === true && this.held.length === 0;
  }

  /** Where the text ends depends on the answers. */
  get isContested(): boolean {
    return this.reading === Reading.contested;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.isContested) this.#sink.goesOn(false);
    if (this.held.length > 0) {
      this.held.add(bytes, start, end);
      this.#drain();
    } else {
      const at = this.#read(bytes, start, end);
      if (at < end) this.held.add(bytes, at, end);
    }
    if (this.isContested) this.#contestedAt.set(this.#flow.now.seconds, this.#flow.now.nanos);
    if (this.held.length <= heldLimit) return;
    if (this.reading === Reading.waiting) this.goOnAlone();
    else if (this.isContested) this.#sink.goesOn(true);
  }

  /** The answers tell whether the server took the odd end for the end of the text. */
  settle(isTaken: boolean): void {
    if (!this.isContested) return;
    const { text } = this;
    this.reading = Reading.text;
    this.#isSettled = true;
    this.#clock = this.#contestedAt;
    if (isTaken) {
      this.#isSmuggled = true;
      this.#endOddly();
    }
    this.#drain();
    this.#clock = this.#flow.now;
    text!.lastByte.set(this.#contestedAt.seconds, this.#contestedAt.nanos);
  }

  /** The command that the client waits for is answered. */
  answered(code: number): void {
    this.#settle(code);
    this.#drain();
  }

  #settle(code: number): void {
    const isOpen = this.reading === Reading.waiting || this.reading === Reading.guessing;
    if (isOpen && this.#awaited === Verb.data && code === 354) {
      if (this.held.length > 0) this.#sink.note(Anomaly.textBeforeReply);
      this.#openText(true);
    } else if (code === 334 && this.reading === Reading.waiting && this.#isSignIn) this.reading = Reading.response;
    else if (isOpen || (this.reading === Reading.secret && code !== 334)) this.reading = Reading.commands;
  }

  /** The server waits for a text, whether or not its command was seen. */
  expectText(): void {
    const isOpen = this.reading === Reading.waiting || this.reading === Reading.guessing;
    if (isOpen && this.#awaited === Verb.data) this.answered(354);
    else if (this.reading === Reading.commands || this.reading === Reading.torn) {
      this.#lines.reset();
      this.#openText(true);
    }
  }

  get #isSignIn(): boolean {
    return this.#awaited === Verb.auth || this.#awaited === Verb.authResponse;
  }

  /** Which command the client waits for the answer to, if it waits. */
  get awaited(): Verb {
    return this.reading === Reading.waiting ? this.#awaited : Verb.unknown;
  }

  /** The answer may be lost: what the client says next tells as well. */
  doubt(): void {
    if (this.reading !== Reading.waiting) return;
    this.reading = this.#isSignIn ? Reading.secret : Reading.guessing;
    this.#drain();
  }

  /** No answer will come: what follows is told by what it looks like. */
  goOnAlone(): void {
    this.#isAlone = true;
    if (this.reading === Reading.waiting) this.#sink.withoutAnswers();
    this.doubt();
  }

  /** Answers are heard again. */
  waitAgain(): void {
    this.#isAlone = false;
  }

  /** TLS was agreed on and does not come. */
  resume(): void {
    this.reading = Reading.commands;
  }

  /** `length` octets are missing. True if they all lie in a text or a chunk, so that what comes behind is known. */
  gap(length: number): boolean {
    if (this.reading === Reading.waiting || this.reading === Reading.guessing) {
      this.reading = Reading.guessing;
      this.#guess(this.held.bytes, this.held.start, this.held.end, true);
      this.#drain();
    }
    if (this.reading === Reading.text) {
      this.#readHeldText();
      this.#stuffing!.gap();
      this.text!.skip(length);
      return true;
    }
    if (this.reading === Reading.chunk && length < this.#left) {
      this.#left -= length;
      this.text!.skip(length);
      return true;
    }
    if (this.reading === Reading.chunk) {
      this.text!.skip(this.#left);
      this.#endChunk();
    }
    this.held.take();
    this.#lines.reset();
    this.reading = Reading.torn;
    return false;
  }

  /** The server has answered a text whose end is in a hole, or was one to that server only. */
  endTextUnseen(): void {
    if (this.reading !== Reading.text) return;
    if (this.isOddlyOver) {
      // The client waits here: what it says next stands in no text.
      this.#isSmuggled = false;
      return this.#endOddly();
    }
    this.text!.endUnseen();
    this.#endText();
  }

  #endOddly(): void {
    this.#stuffing!.endOddly();
    this.#endText();
  }

  /** Nothing more comes. */
  breakOff(): void {
    if (this.reading === Reading.waiting) this.goOnAlone();
    if (this.reading === Reading.guessing && this.held.length > 0) {
      this.#guess(this.held.bytes, this.held.start, this.held.end, true);
      this.#drain();
    }
    if (this.reading === Reading.text) this.#readHeldText();
    if (this.#stuffing !== undefined) {
      this.#stuffing.breakOff();
      this.text!.anomalies = this.#stuffing.anomalies;
    }
    this.text?.end(false);
  }

  /** Reads what is held as far as its meaning is known. */
  #drain(): void {
    const { held } = this;
    if (held.length > 0 && this.reading !== Reading.waiting) held.drop(this.#read(held.bytes, held.start, held.end));
  }

  /** Gives the offset up to which the meaning is known. */
  #read(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      switch (this.reading) {
        case Reading.waiting:
        case Reading.tls:
        case Reading.contested:
          return at;
        case Reading.guessing:
          if (!this.#guess(bytes, at, end, end - at > guessLimit)) return at;
          break;
        case Reading.text:
          if (this.#mayEndOddly && !this.#passesOddEnd(bytes, at, end)) return at;
          at = this.#readText(bytes, at, end);
          break;
        case Reading.chunk:
          at = this.#readChunk(bytes, at, end);
          break;
        default:
          at = this.#readLine(bytes, at, end);
      }
    }
    return at;
  }

  #readLine(bytes: Uint8Array, start: number, end: number): number {
    if (!this.#lines.isWithin) this.#begun.set(this.#clock.seconds, this.#clock.nanos);
    const next = this.#lines.next(bytes, start, end);
    if (next < 0) return end;
    switch (this.reading) {
      case Reading.torn:
        this.reading = Reading.commands;
        // The hole may have ended where a line does.
        if (this.#isSurelyCommand) this.#takeCommand();
        else this.#tell(Verb.torn, '');
        break;
      case Reading.response:
        this.#tellAndWait(Verb.authResponse);
        break;
      case Reading.secret:
        if (!this.#isSurelyCommand) break;
        this.reading = Reading.commands;
        this.#takeCommand();
        break;
      default:
        this.#takeCommand();
    }
    return next;
  }

  get #isSurelyCommand(): boolean {
    return isSurelyCommand(this.#lines.bytes, this.#lines.start, this.#lines.end);
  }

  #takeCommand(): void {
    const { bytes, start, end } = this.#lines;
    const verb = verbOf(bytes, start, end);
    if (this.#lines.isBare) this.#sink.note(Anomaly.bareLineFeed);
    if (this.#lines.isCut && verb !== Verb.auth) this.#sink.note(Anomaly.commandPastLimit);
    switch (verb) {
      case Verb.helo:
      case Verb.ehlo:
      case Verb.lhlo:
        this.#dropText();
        this.#tell(verb, flat(readable(argumentOf(bytes, start, Math.min(end, start + argumentLimit)))));
        break;
      case Verb.mail:
        this.#tellPath(verb, pathOf(argumentOf(bytes, start, Math.min(end, start + argumentLimit)), 'FROM'));
        break;
      case Verb.rcpt:
        this.#tellPath(verb, pathOf(argumentOf(bytes, start, Math.min(end, start + argumentLimit)), 'TO'));
        break;
      case Verb.bdat:
        this.#openChunk(argumentOf(bytes, start, end));
        break;
      case Verb.data:
      case Verb.auth:
      case Verb.startTls:
        this.#tellAndWait(verb);
        break;
      case Verb.rset:
        this.#dropText();
        this.#tell(verb, '');
        break;
      default:
        this.#tell(verb, '');
    }
  }

  /** A path that makes no sense makes the command one that is not known. */
  #tellPath(verb: Verb, path: string | undefined): void {
    this.#tell(path === undefined ? Verb.unknown : verb, path ?? '');
  }

  #tell(verb: Verb, argument: string): Reply | undefined {
    if (verb === Verb.dot) this.#isSmuggled = false;
    return this.#sink.command({ verb, argument, start: this.#begun.copy(), isSmuggled: this.#isSmuggled });
  }

  /** What follows depends on the answer. */
  #tellAndWait(verb: Verb): void {
    const early = this.#tell(verb, '');
    this.#awaited = verb;
    this.reading = !this.#isAlone ? Reading.waiting : this.#isSignIn ? Reading.secret : Reading.guessing;
    if (early !== undefined) this.#settle(early.code);
  }

  /** Says what follows by its first line; false if too little of it is here. `isEnough`: there will be no more to say it by. */
  #guess(bytes: Uint8Array, start: number, end: number, isEnough: boolean): boolean {
    if (this.#awaited === Verb.startTls) {
      this.reading = end > start && bytes[start] === tlsHandshake ? Reading.tls : Reading.commands;
      return true;
    }
    let stop = start;
    while (stop < end && bytes[stop] !== lineFeed) stop++;
    if (stop === end && !isEnough) return false;
    if (stop > start && bytes[stop - 1] === carriageReturn) stop--;
    if (this.#awaited !== Verb.data || isSurelyCommand(bytes, start, stop)) this.reading = Reading.commands;
    else this.#openText(false);
    return true;
  }

  // Texts and chunks.

  #readText(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#stuffing!.push(bytes, start, end);
    if (this.#stuffing!.isOver) {
      this.#isSmuggled = false;
      this.#endText();
    }
    return at;
  }

  /** What was held back behind an odd end, for the rest of its line, is content: no more of it comes. */
  #readHeldText(): void {
    this.#isSettled = true;
    this.#drain();
  }

  get #mayEndOddly(): boolean {
    return this.#stuffing!.isOddlyOver && this.isAgreed && !this.#isSettled && this.text!.missed === 0 && this.#sink.mayContest;
  }

  /** Whether what follows an odd end is content; if not it is a command for sure, or its first line has not all come. */
  #passesOddEnd(bytes: Uint8Array, start: number, end: number): boolean {
    let stop = start;
    while (stop < end && bytes[stop] !== lineFeed) stop++;
    if (stop === end) return end - start > guessLimit;
    if (stop > start && bytes[stop - 1] === carriageReturn) stop--;
    if (!isSurelyCommand(bytes, start, stop)) return true;
    this.reading = Reading.contested;
    return false;
  }

  #openText(isAgreed: boolean): void {
    this.isAgreed = isAgreed;
    // DATA and BDAT do not mix (RFC 3030, section 2).
    this.#dropText();
    this.text = new MailText(this.#flow);
    this.#stuffing = new DotStuffing(this.text.append);
    this.#isSettled = false;
    this.reading = Reading.text;
    this.#sink.beginText(this.text);
  }

  #endText(): void {
    const text = this.text!;
    this.#stuffing!.breakOff();
    text.anomalies = this.#stuffing!.anomalies;
    text.end(true);
    this.#stuffing = undefined;
    this.text = undefined;
    this.reading = Reading.commands;
    this.#sink.command({ verb: Verb.endOfText, argument: '', start: this.#clock.copy(), text });
  }

  /** Chunks that no last one follows. */
  #dropText(): void {
    this.text?.end(false);
    this.text = undefined;
  }

  #openChunk(argument: string): void {
    const chunk = chunkOf(argument);
    if (chunk === undefined) {
      this.#sink.note(Anomaly.invalidChunkSize);
      this.#tell(Verb.bdat, '');
      return;
    }
    this.text ??= new MailText(this.#flow);
    this.#chunk = { verb: Verb.bdat, argument: '', start: this.#begun.copy(), text: this.text, isLast: chunk.isLast };
    this.#left = chunk.size;
    this.reading = Reading.chunk;
    if (chunk.size === 0) this.#endChunk();
  }

  #readChunk(bytes: Uint8Array, start: number, end: number): number {
    const count = Math.min(end - start, this.#left);
    this.text!.append(bytes, start, start + count);
    this.#left -= count;
    if (this.#left === 0) this.#endChunk();
    return start + count;
  }

  /** The command is told behind its chunk: the answer comes then. */
  #endChunk(): void {
    const chunk = this.#chunk!;
    this.#chunk = undefined;
    this.reading = Reading.commands;
    if (chunk.isLast === true) {
      chunk.text!.end(true);
      this.text = undefined;
    }
    this.#sink.command(chunk);
  }
}
