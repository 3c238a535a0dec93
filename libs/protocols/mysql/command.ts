import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { Compression } from './compression.ts';

/** The text of a statement as far as it is kept. */
export interface Statement {
  readonly text: string;
  readonly isTruncated: boolean;
}

/** Who speaks on the connection, from the login on. */
export interface Session {
  user: string | undefined;
  database: string | undefined;
  program: string | undefined;
  /** Of the client's texts, and of those that it is told. */
  decoder: TextDecoder;
}

/** Where the answer to a command stands. */
export const Phase = {
  /** Nothing of it came, or its next result begins. */
  first: 0,
  /** The exchange of a sign-in, up to OK or error. */
  signIn: 1,
  /** Packets that are counted, and then what `next` says. */
  counted: 2,
  /** Up to an EOF, an OK in its place, or an error. */
  rows: 3,
  /** After a file was asked for. */
  file: 4,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** A command on its way, and what is known of its answer. */
export class Command {
  readonly code: number;
  readonly name: string;
  readonly ordinal: number;
  readonly start: Instant;
  end: Instant;
  phase: Phase = 0;
  /** Packets still to count; then rows follow, or the end. */
  counted = 0;
  rowsFollow = false;
  /** Names itself who it is for: a sign-in, a change of the database. Taken over where it succeeds. */
  session: Session | undefined;
  statement: Statement | undefined;
  outcome: 'success' | 'failure' | 'unknown' = 'unknown';
  hasRows = false;
  rows = 0;
  affected: number | undefined;
  warnings = 0;
  errorCode: number | undefined;
  message: string | undefined;
  plugin: string | undefined;
  compression: Compression | undefined;
  serverVersion: string | undefined;
  connectionId: number | undefined;
  fileName: string | undefined;
  fileBytes = 0;

  constructor(code: number, name: string, ordinal: number, start: Instant, end: Instant) {
    this.code = code;
    this.name = name;
    this.ordinal = ordinal;
    this.start = start;
    this.end = end;
  }
}
