import { utf8 } from './text-decoders.ts';

/** Octets of a statement that are kept, in a record and to tell what a prepared one was. */
export const statementLimit = 16_384;
/** Comments that are skipped before the first word of a statement. */
const commentLimit = 16;
/** Characters of a first word: the longest of SQL has far fewer. */
const wordLimit = 32;

/** `[start, end)` as text; a character of UTF-8 that the limit cut in half is left out, what the decoder does not know is replaced. */
export function sqlText(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder = utf8): string {
  let stop = Math.min(end, start + statementLimit);
  if (stop < end && decoder.encoding === utf8.encoding) while (stop > start && (bytes[stop]! & 0xc0) === 0x80) stop--;
  return decoder.decode(bytes.subarray(start, stop));
}

/** Whose rules a statement's quotes and comments follow (PostgreSQL documentation, section 4.1; MySQL Reference Manual, sections 11.1.1 and 11.7). */
export type SqlQuoting = 'mysql' | 'postgresql';

/** The first word of a statement in upper case, behind blanks, comments and parentheses; undefined if there is none. */
export function operationOf(text: string, quoting: SqlQuoting): string | undefined {
  let at = skipBlanks(text, 0);
  for (let comments = 0; comments < commentLimit; comments++) {
    const next = commentEnd(text, at, quoting);
    if (next === at) break;
    at = skipBlanks(text, next);
  }
  const end = wordEnd(text, at);
  return end === at || end - at > wordLimit ? undefined : text.slice(at, end).toUpperCase();
}

const isWord = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWord(text.charCodeAt(at))) at++;
  return at;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text.charCodeAt(at) <= 0x20 || text[at] === '(' || text[at] === ';')) at++;
  return at;
}

/**
 * Behind the comment at `at`, which may end with the text; `at` itself if none begins there. What stands in a comment that begins with an exclamation mark, and perhaps a
 * version (`/*!40101 SET ...`), MySQL carries out: of that only the head is passed over.
 */
export function commentEnd(text: string, at: number, quoting: SqlQuoting): number {
  const isMysql = quoting === 'mysql';
  const isLine = isMysql ? text[at] === '#' || (text.startsWith('--', at) && !(text.charCodeAt(at + 2) > 0x20)) : text.startsWith('--', at);
  if (isLine) return orEnd(text, text.indexOf('\n', at));
  if (!text.startsWith('/*', at)) return at;
  if (!isMysql) return nestedCommentEnd(text, at);
  if (text[at + 2] === '!') return skipDigits(text, at + 3);
  if (text.startsWith('M!', at + 2)) return skipDigits(text, at + 4);
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? text.length : close + 2;
}

const orEnd = (text: string, at: number): number => (at < 0 ? text.length : at);

/** Comments of PostgreSQL nest. */
function nestedCommentEnd(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('/*', at)) {
      open++;
      at++;
    } else if (text.startsWith('*/', at)) {
      at++;
      if (--open === 0) return at + 1;
    }
  }
  return text.length;
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++;
  return at;
}
