import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { isBlank } from '../../http/characters.ts';
import { trimBlanks } from '../../http/text.ts';

/** Octets of one header field that are kept: a mail to a thousand people has sixty of them. */
export const fieldLimit = 64 * 1024;
/** Octets of one head's fields that are kept, together. */
export const headLimit = 256 * 1024;
/** Longest name that is looked up. */
const nameLimit = 32;

/** Fields that are read, by their names in lower case (RFC 5322, section 3.6; RFC 2045). */
export const MailField = {
  from: 'from',
  to: 'to',
  cc: 'cc',
  replyTo: 'reply-to',
  subject: 'subject',
  messageId: 'message-id',
  date: 'date',
  mailer: 'x-mailer',
  contentType: 'content-type',
  disposition: 'content-disposition',
  encoding: 'content-transfer-encoding',
} as const;
export type MailField = (typeof MailField)[keyof typeof MailField];

const wanted = new Set<string>(Object.values(MailField));
/** Addresses may be spread over several of these; of any other field the first counts. */
const repeatable = new Set<string>([MailField.to, MailField.cc]);

const colon = 0x3a;

/** Reads the header section of a mail or of one of its parts, a line at a time. */
export class HeadReader {
  readonly #values = new Map<string, string>();
  #name: string | undefined;
  /** Of the field at hand, so far. */
  #value = '';
  #length = 0;
  #total = 0;

  /** As sent, without line breaks, as Latin-1 characters; undefined if it is not there. */
  value(field: MailField): string | undefined {
    return this.#values.get(field);
  }

  /** A line, or a piece of a long one, without its line break; `isFirst`: its beginning. */
  line(bytes: Uint8Array, start: number, end: number, isFirst: boolean): void {
    if (!isFirst || (start < end && isBlank(bytes[start]!))) {
      if (this.#name !== undefined) this.#keep(bytes, start, end);
      return;
    }
    this.finish();
    const stop = Math.min(end, start + nameLimit);
    let at = start;
    while (at < stop && bytes[at] !== colon) at++;
    if (at === stop) return;
    const name = trimBlanks(latin1(bytes, start, at)).toLowerCase();
    if (!wanted.has(name) || (this.#values.has(name) && !repeatable.has(name))) return;
    this.#name = name;
    this.#keep(bytes, at + 1, end);
  }

  /** The field at hand is whole. */
  finish(): void {
    const name = this.#name;
    if (name === undefined) return;
    this.#name = undefined;
    const value = trimBlanks(this.#value);
    this.#value = '';
    this.#length = 0;
    const before = this.#values.get(name);
    this.#values.set(name, before === undefined ? value : `${before}, ${value}`);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const count = Math.min(end - start, fieldLimit - this.#length, headLimit - this.#total);
    if (count <= 0) return;
    const stop = start + count;
    let at = start;
    // Not left to `trimBlanks`: what is cut out of a longer text takes longer to write out.
    if (this.#value === '') while (at < stop && isBlank(bytes[at]!)) at++;
    this.#value += latin1(bytes, at, stop);
    this.#length += count;
    this.#total += count;
  }
}
