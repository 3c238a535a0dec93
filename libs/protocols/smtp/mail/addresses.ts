import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { readable, trimBlanks } from '../../http/text.ts';

/** Addresses of one header that are told. */
export const addressLimit = 256;

/**
 * The addresses of a header (RFC 5322, section 3.4), without names, comments, groups' names and `<>`: `"Doe, Joe" <joe@example.org>, ann@example.org (Ann)` has
 * two. Text is given as Latin-1 characters, unfolded.
 */
export function addressesOf(text: string): string[] {
  const addresses: string[] = [];
  let words = '';
  let bracketed: string | undefined;
  const flush = (): void => {
    const address = bracketed ?? lastAddress(words);
    words = '';
    bracketed = undefined;
    if (address !== '' && addresses.length < addressLimit) addresses.push(flat(readable(address)));
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const end = quoteEnd(text, at);
      words += text.slice(at, end);
      at = end - 1;
    } else if (character === '(') at = commentEnd(text, at) - 1;
    else if (character === '<') {
      const end = bracketEnd(text, at);
      bracketed ??= withoutRoute(text.slice(at + 1, end));
      at = end;
    } else if (character === ',' || character === ';') flush();
    else if (character === ':' && bracketed === undefined && !words.includes('@'))
      // What stood before is a group's name.
      words = '';
    else words += character;
  }
  flush();
  return addresses;
}

/** Behind the closing quote; a backslash hides what follows it. */
function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/** Behind the parenthesis that closes a comment; comments nest. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Of the `>` that closes; one in a quoted local part does not. */
function bracketEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') at = quoteEnd(text, at) - 1;
    else if (text[at] === '>') return at;
  }
  return text.length;
}

/** `@relay,@other:joe@example.org`, with blanks that the grammar of old allows. */
function withoutRoute(text: string): string {
  const path = withoutBlanks(text);
  const colon = path.startsWith('@') ? path.indexOf(':') : -1;
  return colon < 0 ? path : path.slice(colon + 1);
}

/** An address without brackets: blanks around its dots and its `@` do not count; of several words the last with an `@`. */
function lastAddress(words: string): string {
  const text = trimBlanks(words);
  if (text.startsWith('"')) {
    const quoted = withoutBlanks(text);
    return quoted[quoteEnd(quoted, 0)] === '@' ? quoted : '';
  }
  if (!text.includes('@')) return text.includes(' ') ? '' : text;
  const parts = text.split(' ').filter((part) => part !== '');
  const isSpaced = parts.some((part) => part.startsWith('@') || part.endsWith('@'));
  return isSpaced ? parts.join('') : parts.findLast((part) => part.includes('@'))!;
}

/** Without blanks outside of quotes. */
function withoutBlanks(text: string): string {
  if (!text.includes(' ') && !text.includes('\t')) return text;
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') {
      const end = quoteEnd(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (text[at] !== ' ' && text[at] !== '\t') out += text[at]!;
  }
  return out;
}
