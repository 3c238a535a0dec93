import type { Instant } from '@orbweaver/kernel/instant.ts';
import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { readable, trimBlanks } from '../http/text.ts';
import { LineReader } from './lines.ts';

/** Characters of a reply's last line that are kept: RFC 5321, section 4.5.3.1.5, allows 512. */
const textLimit = 512;

/** One answer of the server (RFC 5321, section 4.2). */
export interface Reply {
  readonly code: number;
  /** Of its last line, without the code. */
  readonly text: string;
  /** When it came, if it was kept until it told something. */
  readonly at?: Instant;
}

const zero = 0x30;
const dash = 0x2d;
const blank = 0x20;

/** What a server says: `250-first`, `250-second`, `250 last`. */
export class ReplyReader {
  /** The last answer, if the last line ended one. */
  reply: Reply | undefined;
  readonly #lines = new LineReader();

  /** At the beginning of a line. */
  get isBetweenLines(): boolean {
    return !this.#lines.isWithin;
  }

  /** Reads one line; gives the offset behind it, or -1 if its end has not come. */
  next(bytes: Uint8Array, start: number, end: number): number {
    this.reply = undefined;
    const next = this.#lines.next(bytes, start, end);
    if (next < 0) return next;
    this.reply = this.#parse();
    return next;
  }

  /** What remains of a torn line behind the hole hardly begins like an answer. */
  gap(): void {
    this.#lines.reset();
  }

  /** Undefined unless the line is the last of an answer. What is no answer at all is passed over. */
  #parse(): Reply | undefined {
    const { bytes, start, end } = this.#lines;
    if (end - start < 3) return undefined;
    let code = 0;
    for (let at = start; at < start + 3; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) return undefined;
      code = code * 10 + digit;
    }
    const sign = end - start === 3 ? blank : bytes[start + 3]!;
    if (sign === dash || sign !== blank || code < 200 || code > 599) return undefined;
    return { code, text: trimBlanks(readable(latin1(bytes, Math.min(end, start + 4), Math.min(end, start + 4 + textLimit)))) };
  }
}
