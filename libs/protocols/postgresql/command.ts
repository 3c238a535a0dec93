import type { Instant } from '@orbweaver/kernel/instant.ts';

/** What a client asks for, as records name it; `sync` makes no record. */
export type CommandKind =
  | 'startup'
  | 'ssl_request'
  | 'gssenc_request'
  | 'cancel_request'
  | 'simple_query'
  | 'parse'
  | 'bind'
  | 'describe'
  | 'close'
  | 'execute'
  | 'function_call'
  | 'terminate'
  | 'error'
  | 'sync';

/** The text of a statement as far as it is kept. */
export interface Statement {
  readonly text: string;
  readonly isTruncated: boolean;
  /** Its name where it was prepared under one. */
  readonly name: string;
}

/** A command on its way, and what is known of its answer. */
export class Command {
  readonly kind: CommandKind;
  readonly ordinal: number;
  readonly start: Instant;
  end: Instant;
  statement: Statement | undefined;
  outcome: 'success' | 'failure' | 'unknown' = 'unknown';
  /** Whether its answer is rows, of which there may be none. */
  hasRows = false;
  rows = 0;
  affected: number | undefined;
  code: string | undefined;
  message: string | undefined;
  notices: string[] = [];
  authentication: string | undefined;
  processId: number | undefined;
  /** Octets of COPY data, both ways. */
  copied: number | undefined;
  /** Passed over, since a command before it in its batch failed. */
  isSkipped = false;

  constructor(kind: CommandKind, ordinal: number, start: Instant, end: Instant) {
    this.kind = kind;
    this.ordinal = ordinal;
    this.start = start;
    this.end = end;
  }
}

/** The number of rows at the end of a command's tag: `INSERT 0 5`, `UPDATE 3`, `COPY 7`; undefined of others and of `SELECT` and its like, which change none. */
export function affectedRows(tag: string): number | undefined {
  const words = tag.split(' ');
  if (words.length < 2 || !changing.has(words[0]!)) return undefined;
  const count = Number(words.at(-1));
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY']);
