import type { Command } from './command.ts';
import type { MailText } from './mail-text.ts';
import type { Reply } from './reply-reader.ts';

/** Told of what the client says. */
export interface CommandSink {
  /** Gives the answer if it came before the command, in a capture that is not in order. */
  command(command: Command): Reply | undefined;
  /** The server agreed to a text, or it looks as if it had. */
  beginText(text: MailText): void;
  /** Nobody will say what became of the commands so far. */
  withoutAnswers(): void;
  note(anomaly: number): void;
  /** Whether the answers to come will tell where the text at hand ends. */
  readonly mayContest: boolean;
  /** The client says more while the end of its text is contested; `isTooMuch` to be kept. */
  goesOn(isTooMuch: boolean): void;
}
