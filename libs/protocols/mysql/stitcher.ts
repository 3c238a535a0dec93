import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { utf8 } from '../sdk/text-decoders.ts';
import { Command, type Session } from './command.ts';
import type { ErrorPacket } from './fields.ts';
import { CommandCode } from './protocol.ts';
import { buildRecord } from './record.ts';

/**
 * Commands of one connection that wait for their answer: some clients send thousands ahead. Past it nobody answers in this capture, and each is written as it comes.
 */
export const pendingLimit = 4096;

/** Answered by nothing. */
const unanswerable = new Set<number>([CommandCode.quit, CommandCode.statementSendLongData, CommandCode.statementClose]);
export const isUnanswerable = (code: number): boolean => unanswerable.has(code);

/** Keeps commands in order; the server answers in order. */
export class Stitcher {
  session: Session = { user: undefined, database: undefined, program: undefined, decoder: utf8 };
  readonly #flow: FlowContext;
  readonly #pending: Command[] = [];
  #isUnanswered = false;
  #ordinal = 0;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  get head(): Command | undefined {
    return this.#pending[0];
  }

  get decoder(): TextDecoder {
    return this.session.decoder;
  }

  ask(code: number, name: string, start: Instant): Command {
    return new Command(code, name, this.#ordinal++, start.copy(), this.#flow.now.copy());
  }

  /** Once all is known of what the client asks. */
  asked(command: Command): void {
    if (this.#pending.length >= pendingLimit) {
      this.#flow.noteExchangeLimit();
      this.flush();
      this.#isUnanswered = true;
    }
    this.#pending.push(command);
    if (this.#isUnanswered) this.flush();
    else this.#settleUnanswerable();
  }

  touch(command: Command): void {
    command.end.set(this.#flow.now.seconds, this.#flow.now.nanos);
  }

  succeed(): void {
    const command = this.head;
    if (command === undefined) return;
    if (command.session !== undefined) this.session = command.session;
    this.#settle('success');
  }

  fail(error: ErrorPacket): void {
    const command = this.head ?? this.ask(-1, 'error', this.#flow.now);
    command.errorCode = error.code;
    command.message = error.message;
    if (this.head === undefined) this.#pending.push(command);
    this.#settle('failure');
  }

  /** It may have become another one unseen. */
  forgetDatabase(): void {
    this.session = { ...this.session, database: undefined };
  }

  /** Writes everything that waits. */
  flush(): void {
    while (this.head !== undefined) this.#settle('unknown');
  }

  #settle(outcome: Command['outcome']): void {
    this.#write(outcome);
    this.#settleUnanswerable();
  }

  #settleUnanswerable(): void {
    while (this.head !== undefined && unanswerable.has(this.head.code)) this.#write('unknown');
  }

  #write(outcome: Command['outcome']): void {
    const command = this.#pending.shift()!;
    command.outcome = outcome;
    this.#flow.emit(buildRecord(this.#flow, command, command.session ?? this.session));
  }
}
