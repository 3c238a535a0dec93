import type { FlowContext } from '../sdk/analyzer.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Command, type CommandKind } from './command.ts';
import { utf8 } from '../sdk/text-decoders.ts';
import type { ServerMessage } from './fields.ts';
import { buildRecord, type Session } from './record.ts';

/**
 * Commands of one connection that wait for their answer. Past it each is written as it comes: nobody answers in this capture, or not before all that was asked is
 * answered.
 */
export const pendingLimit = 4096;
/** Notices that are kept of one command. */
const noticeLimit = 16;

/**
 * Pairs commands with answers. The server answers in order (section 55.2); after an error within the extended protocol it passes over
 * everything up to the next Sync.
 */
export class Stitcher {
  readonly session: Session = { user: undefined, database: undefined, application: undefined, serverVersion: undefined, decoder: utf8 };
  readonly #flow: FlowContext;
  #pending: Command[] = [];
  /** Position of the first that waits: the front is cut off now and then, so that a long pipeline is read in linear time. */
  #first = 0;
  /** How many of each kind wait, so that an answer to none of them is told at once. */
  readonly #waiting = new Map<CommandKind, number>();
  #isUnanswered = false;
  /** Of what was written so: answers to a query or a Sync still to come, and whether the Sync behind the last command is. */
  #readyDue = 0;
  #isWithinBatch = false;
  /** After an error until the client's Sync: what the client still sends is passed over. */
  #isSkipping = false;
  #ordinal = 0;
  /** Between CopyInResponse and the client's end of the data: a Sync in there is not heard. */
  isCopyingIn = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  get head(): Command | undefined {
    return this.#pending[this.#first];
  }

  /** A command that the client sent; `start` is copied. A Sync takes no number, as it makes no record. */
  ask(kind: CommandKind, start: Instant): Command {
    const command = new Command(kind, kind === 'sync' ? -1 : this.#ordinal++, start.copy(), this.#flow.now.copy());
    if (this.#pending.length - this.#first >= pendingLimit) this.#giveUp();
    if (this.#isUnanswered) {
      this.#isWithinBatch = isExtended(kind);
      if (endsReady.includes(kind)) this.#readyDue++;
    }
    this.#pending.push(command);
    this.#waiting.set(kind, (this.#waiting.get(kind) ?? 0) + 1);
    if (kind === 'sync') this.#isSkipping = false;
    return command;
  }

  /** After the text and the name of a command are set: writes it if no answer is expected. */
  asked(command: Command): void {
    if (this.#isSkipping && command.kind !== 'sync') this.#skip(command);
    else if (this.#isUnanswered) this.flush();
    else this.#settleUnanswerable();
  }

  /** A part of its answer came now. */
  touch(command: Command): void {
    command.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }

  /** The head if it is of one of these kinds. Those before one that is, whose answers must have been missed, are given up. */
  answered(...kinds: readonly CommandKind[]): Command | undefined {
    if (!kinds.some((kind) => (this.#waiting.get(kind) ?? 0) > 0)) return undefined;
    while (this.head !== undefined && !kinds.includes(this.head.kind)) this.#settle('unknown');
    if (this.head !== undefined) this.touch(this.head);
    return this.head;
  }

  /** Ends the head with this outcome, unless it failed before. */
  complete(command: Command | undefined, outcome: Command['outcome'] = 'success'): void {
    if (command !== undefined && command === this.head) this.#settle(outcome);
  }

  /** ReadyForQuery: everything up to the query or the Sync that it answers is over. */
  ready(): void {
    this.isCopyingIn = false;
    if (this.#isUnanswered) this.#readyDue--;
    if (this.#isUnanswered && this.#readyDue <= 0 && !this.#isWithinBatch) this.#isUnanswered = false;
    else this.complete(this.answered(...endsReady));
  }

  #giveUp(): void {
    this.#flow.noteExchangeLimit();
    this.#readyDue = endsReady.reduce((sum, kind) => sum + (this.#waiting.get(kind) ?? 0), 0);
    this.flush();
    this.#isUnanswered = true;
  }

  error({ code, message }: ServerMessage): void {
    this.isCopyingIn = false;
    const { head } = this;
    // A Sync fails where a deferred constraint does: the commands before it had succeeded.
    if (head === undefined || head.kind === 'sync') return this.#unasked(code, message);
    const failed = this.#toBlame(head);
    if (failed.outcome === 'failure') return;
    failed.outcome = 'failure';
    failed.code = code;
    failed.message = message;
    this.touch(failed);
    if (isExtended(head.kind)) this.#skipBatch(failed);
    else if (head.kind !== 'simple_query' && head.kind !== 'function_call') this.#settle('failure');
  }

  notice(text: string): void {
    const { head } = this;
    if (head !== undefined && head.notices.length < noticeLimit) head.notices.push(text);
  }

  /** The Sync that came before the data of COPY is not heard (section 55.2.3, "Extended Query": in copy-in mode Sync and Flush are ignored). */
  beginCopyIn(command: Command): void {
    if (command.kind === 'execute' && this.#pending[this.#first + 1]?.kind === 'sync') {
      this.#pending.splice(this.#first + 1, 1);
      this.#waiting.set('sync', this.#waiting.get('sync')! - 1);
    }
    this.isCopyingIn = command.kind === 'execute';
  }

  /** Writes everything that waits, as far as it is answered. */
  flush(): void {
    while (this.head !== undefined) this.#settle('unknown');
  }

  /** What was not answered never will be, and what comes next is the beginning of a question. */
  startOver(): void {
    this.flush();
    this.#isSkipping = false;
    this.isCopyingIn = false;
  }

  /** A failed Bind or Describe belongs to the Execute behind it, the command that people know. */
  #toBlame(head: Command): Command {
    if (head.kind !== 'bind' && head.kind !== 'describe') return head;
    for (let at = this.#first + 1; at < this.#pending.length; at++) {
      const command = this.#pending[at]!;
      if (command.kind === 'execute') return command;
      if (command.kind !== 'describe') break;
    }
    return head;
  }

  /** Passes over what waits up to the Sync. */
  #skipBatch(failed: Command): void {
    let isBehind = false;
    while (this.head !== undefined && this.head.kind !== 'sync' && this.head.kind !== 'terminate') {
      const { head } = this;
      if (isBehind) this.#skip(head);
      else this.#settle('unknown');
      isBehind ||= head === failed;
    }
    this.#isSkipping = this.head === undefined;
  }

  /** The head, or what was put there just now. */
  #skip(command: Command): void {
    if (command.kind === 'terminate') return this.flush();
    command.isSkipped = true;
    this.touch(command);
    this.#settle('failure');
  }

  #settleUnanswerable(): void {
    while (this.head?.kind === 'terminate' || this.head?.kind === 'cancel_request') this.#settle('unknown');
  }

  #unasked(code: string | undefined, message: string | undefined): void {
    const { now } = this.#flow;
    const command = new Command('error', this.#ordinal++, now.copy(), now.copy());
    command.outcome = 'failure';
    command.code = code;
    command.message = message;
    this.#flow.emit(buildRecord(this.#flow, command, this.session));
  }

  #settle(outcome: Command['outcome']): void {
    const command = this.head!;
    this.#waiting.set(command.kind, this.#waiting.get(command.kind)! - 1);
    if (++this.#first >= 64 && this.#first * 2 >= this.#pending.length) {
      this.#pending = this.#pending.slice(this.#first);
      this.#first = 0;
    }
    if (command.outcome === 'unknown') command.outcome = outcome;
    if (isTold(command)) this.#flow.emit(buildRecord(this.#flow, command, this.session));
    this.#settleUnanswerable();
  }
}

/** What the server answers with ReadyForQuery at the end. */
const endsReady: readonly CommandKind[] = ['simple_query', 'sync', 'startup', 'function_call'];

const isExtended = (kind: CommandKind): boolean =>
  kind === 'parse' || kind === 'bind' || kind === 'describe' || kind === 'execute' || kind === 'close';

/** Steps on the way to an Execute are told only where they failed. */
function isTold({ kind, outcome, isSkipped }: Command): boolean {
  if (kind === 'sync') return false;
  if (kind === 'bind' || kind === 'describe' || kind === 'close') return outcome === 'failure' && !isSkipped;
  return true;
}
