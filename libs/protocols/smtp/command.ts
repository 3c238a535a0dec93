import { flat, latin1 } from '@orbweaver/kernel/bytes/text.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { readable, trimBlanks } from '../http/text.ts';
import type { MailText } from './mail-text.ts';

/** What a line of the client is. */
export const Verb = {
  unknown: 0,
  helo: 1,
  ehlo: 2,
  lhlo: 3,
  mail: 4,
  rcpt: 5,
  data: 6,
  bdat: 7,
  rset: 8,
  quit: 9,
  startTls: 10,
  auth: 11,
  /** Known, and of no consequence for mail. */
  other: 12,
  /** The end of the text, which is answered like a command. */
  endOfText: 13,
  /** What the client answers to a challenge of a sign-in. */
  authResponse: 14,
  /** A command whose beginning is in a hole. */
  torn: 15,
  /** A dot by itself, where no text was to be expected. */
  dot: 16,
} as const;
export type Verb = (typeof Verb)[keyof typeof Verb];

const verbs = new Map<string, Verb>([
  ['HELO', Verb.helo],
  ['EHLO', Verb.ehlo],
  ['LHLO', Verb.lhlo],
  ['MAIL', Verb.mail],
  ['SEND', Verb.mail],
  ['SOML', Verb.mail],
  ['SAML', Verb.mail],
  ['RCPT', Verb.rcpt],
  ['DATA', Verb.data],
  ['BDAT', Verb.bdat],
  ['RSET', Verb.rset],
  ['QUIT', Verb.quit],
  ['STARTTLS', Verb.startTls],
  ['AUTH', Verb.auth],
  // Exchange signs in with this one between its servers.
  ['X-EXPS', Verb.auth],
  ...['NOOP', 'VRFY', 'EXPN', 'HELP', 'ETRN', 'ATRN', 'TURN', 'XCLIENT', 'XFORWARD', 'BURL'].map((name) => [name, Verb.other] as const),
]);
const longestVerb = 8;

/** A command and when it began. */
export interface Command {
  readonly verb: Verb;
  /** What is told of its argument: a name or an address; nothing of a sign-in, nor of what is not known. */
  readonly argument: string;
  readonly start: Instant;
  /** Of BDAT and of the end of the text. */
  readonly text?: MailText | undefined;
  /** It stood in a text, which the server took to end before it. */
  readonly isSmuggled?: boolean;
  /** BDAT: this was the last chunk. */
  readonly isLast?: boolean;
}

/** The verb that `[start, end)` begins with, letters in either case. */
export function verbOf(bytes: Uint8Array, start: number, end: number): Verb {
  const stop = verbEnd(bytes, start, end);
  if (end - start === 1 && bytes[start] === 0x2e) return Verb.dot;
  if (stop - start < 4 || stop - start > longestVerb) return Verb.unknown;
  return verbs.get(latin1(bytes, start, stop).toUpperCase()) ?? Verb.unknown;
}

function verbEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at - start <= longestVerb && bytes[at] !== 0x20 && bytes[at] !== 0x09) at++;
  return at;
}

/** What stands behind the verb, trimmed. */
export function argumentOf(bytes: Uint8Array, start: number, end: number): string {
  return trimBlanks(latin1(bytes, verbEnd(bytes, start, end), end));
}

/** Whether a line is surely a command, where a text could begin as well: `MAIL` and `RCPT` with what they need, others by themselves. */
export function isSurelyCommand(bytes: Uint8Array, start: number, end: number): boolean {
  const verb = verbOf(bytes, start, end);
  switch (verb) {
    case Verb.mail:
      return pathOf(argumentOf(bytes, start, end), 'FROM') !== undefined;
    case Verb.rcpt:
      return pathOf(argumentOf(bytes, start, end), 'TO') !== undefined;
    case Verb.data:
    case Verb.rset:
    case Verb.quit:
    case Verb.startTls:
      return argumentOf(bytes, start, end) === '';
    case Verb.unknown:
    case Verb.other:
    case Verb.dot:
      return false;
    default:
      return true;
  }
}

/**
 * The mailbox of `FROM:<joe@example.org> SIZE=100`, without angle brackets, source route and parameters (RFC 5321, section 4.1.2); empty for `<>`. Undefined
 * if the argument does not begin with the key word and a colon.
 */
export function pathOf(argument: string, keyword: 'FROM' | 'TO'): string | undefined {
  const colon = argument.indexOf(':');
  if (colon < 0 || colon > 10 || trimBlanks(argument.slice(0, colon)).toUpperCase() !== keyword) return undefined;
  const path = trimBlanks(argument.slice(colon + 1));
  return flat(readable(withoutRoute(path.startsWith('<') ? bracketed(path) : firstWord(path))));
}

/** What stands between `<` and `>`; a `>` within a quoted local part does not count. */
function bracketed(path: string): string {
  let isQuoted = false;
  for (let at = 1; at < path.length; at++) {
    const character = path[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at++;
    else if (character === '>' && !isQuoted) return trimBlanks(path.slice(1, at));
  }
  return trimBlanks(path.slice(1));
}

function firstWord(text: string): string {
  const blank = text.indexOf(' ');
  return blank < 0 ? text : text.slice(0, blank);
}

/** `@relay.example,@other.example:joe@example.org`: the route is to be ignored (RFC 5321, appendix C). */
function withoutRoute(path: string): string {
  if (!path.startsWith('@')) return path;
  const colon = path.indexOf(':');
  return colon < 0 ? path : path.slice(colon + 1);
}

/** The size and whether it is the last chunk (RFC 3030, section 2): `BDAT 1000 LAST`. Undefined if there is no sound size. */
export function chunkOf(argument: string): { size: number; isLast: boolean } | undefined {
  let at = 0;
  let size = 0;
  for (; at < argument.length && at < 16; at++) {
    const digit = argument.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) break;
    size = size * 10 + digit;
  }
  if (at === 0 || at === 16) return undefined;
  const rest = argument.slice(at);
  if (rest === '') return { size, isLast: false };
  return rest.startsWith(' ') && trimBlanks(rest).toUpperCase() === 'LAST' ? { size, isLast: true } : undefined;
}
