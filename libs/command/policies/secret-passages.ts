import { mask } from './redaction-policy.ts';
import type { IsSecretName } from './redact-url.ts';

/** Takes each passage of a text of Latin-1 that holds a secret, from `start` up to `end`, in order, and what is to stand there. */
export type Replace = (start: number, end: number, by: string) => void;

/** By header name in lower case: what becomes of its value. */
export type RuleOfHeader = (name: string) => ((value: string) => string) | undefined;

/** What tells a secret by its name. */
export interface NamesOfSecrets {
  readonly isSecret: IsSecretName;
  readonly ruleOfHeader: RuleOfHeader;
}

/**
 * Characters of a name, at most: what looks like one and goes on for ever costs little. A text is looked through for the one character that names have behind them: nearly all bodies hold
 * no secret, and that takes a tenth of what an expression takes that tries to begin everywhere.
 */
const nameLimit = 64;
const quote = 0x22;
const backslash = 0x5c;
const equalsSign = 0x3d;

/** Before the quotes of JSON in a string of JSON in a string of JSON in a string of JSON: 1, 3, 7. It is looked into no deeper. */
const backslashLimit = 7;
const jsonNumber = /-?\d[\d.eE+-]*/y;

/** `"password": "x"`, in a string of JSON too (`{\"password\":\"x\"}`), and a string that was cut off. */
export function findJsonMembers(text: string, { isSecret }: NamesOfSecrets, replace: Replace): void {
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let nameEnd = colon - 1;
    while (isSpace(text.charCodeAt(nameEnd))) nameEnd--;
    if (text.charCodeAt(nameEnd) !== quote) continue;
    const depth = backslashesBefore(text, nameEnd);
    const name = nameBefore(text, nameEnd - depth);
    if (depth > backslashLimit || name === undefined || !isSecret(name)) continue;
    let start = colon + 1;
    while (isSpace(text.charCodeAt(start))) start++;
    const end = endOfValue(text, start, depth);
    if (end === start) continue;
    const quotes = `${'\\'.repeat(depth)}"`;
    replace(start, end, quotes + mask + quotes);
    colon = end - 1;
  }
}

/** What stands between `end` and the quote before it. */
function nameBefore(text: string, end: number): string | undefined {
  const open = text.lastIndexOf('"', end - 1);
  return end - open - 1 > nameLimit || open < 0 || open + 1 >= end ? undefined : text.slice(open + 1, end);
}

/** Where the string or number ends that begins at `start`; `start` if there is none. `depth`: backslashes before the quotes of this string of JSON. */
function endOfValue(text: string, start: number, depth: number): number {
  const open = start + depth;
  if (text.charCodeAt(open) !== quote || backslashesBefore(text, open) !== depth) {
    jsonNumber.lastIndex = start;
    return jsonNumber.test(text) ? jsonNumber.lastIndex : start;
  }
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    const before = backslashesBefore(text, at);
    // Fewer end the string around it; more stand for a quote within it or, doubled, for a backslash at its end.
    if (before < depth || before % (2 * depth + 2) === depth) return at + 1;
  }
  return text.length;
}

function backslashesBefore(text: string, at: number): number {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first--;
  return at - first;
}

/** `password=x` of a form or of a URL. */
export function findPairs(text: string, { isSecret }: NamesOfSecrets, replace: Replace): void {
  for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
    const least = Math.max(0, equals - nameLimit - 1);
    let start = equals;
    while (start > least && !endsName(text.charCodeAt(start - 1))) start--;
    const isBegun = start === 0 || (text.charCodeAt(start - 1) !== equalsSign && endsName(text.charCodeAt(start - 1)));
    if (!isBegun || start === equals || !isSecret(text.slice(start, equals))) continue;
    let end = equals + 1;
    while (end < text.length && !endsValue(text.charCodeAt(end))) end++;
    if (end === equals + 1 || text.slice(equals + 1, end) === mask) continue;
    replace(equals + 1, end, mask);
    equals = end - 1;
  }
}

const valueEnds = tableOf('&;"\'<> \t\n\v\f\r\u00a0');
const nameEnds = tableOf('&;"\'<> \t\n\v\f\r\u00a0?=');

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const endsValue = (code: number): boolean => valueEnds[code] === 1;
const endsName = (code: number): boolean => nameEnds[code] === 1;
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;

/** `Authorization: x` at the beginning of a line. */
export function findHeaderLines(text: string, { ruleOfHeader }: NamesOfSecrets, replace: Replace): void {
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const least = Math.max(0, colon - nameLimit);
    let start = colon;
    while (start > least && isOfHeaderName(text.charCodeAt(start - 1))) start--;
    if (start === colon || (start > 0 && !isLineEnd(text.charCodeAt(start - 1)))) continue;
    const rule = ruleOfHeader(text.slice(start, colon).toLowerCase());
    if (rule === undefined) continue;
    start = colon + 1;
    while (isBlank(text.charCodeAt(start))) start++;
    let end = start;
    while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++;
    const value = text.slice(start, end);
    const clean = value === '' ? value : rule(value);
    if (clean !== value) replace(start, end, clean);
    colon = end - 1;
  }
}

const isOfHeaderName = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x2d;
const isLineEnd = (code: number): boolean => code === 0x0a || code === 0x0d;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

const formPart = /(content-disposition:[^\r\n]{0,256}?\bname="([^"\r\n]{1,64})"[^]{0,512}?\r\n\r\n)([^]*?)(?=\r\n--|$)/gi;

/** Parts of a form (RFC 7578). */
export function findParts(text: string, { isSecret }: NamesOfSecrets, replace: Replace): void {
  for (const { 0: whole, 1: head, 2: name, index } of text.matchAll(formPart))
    if (isSecret(name!)) replace(index + head!.length, index + whole.length, mask);
}

const mechanism = '(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|GSSAPI|EXTERNAL|XOAUTH2?|OAUTHBEARER|SCRAM-[A-Z0-9-]{1,20})';
const signIn = new RegExp(
  `^(?!\\d{3} )((?:\\S{1,32}[ \\t]+)?AUTH(?:ENTICATE)?[ \\t]+${mechanism})([ \\t]+[^\\r\\n]+)?((?:\\r?\\n(?!(?:QUIT|RSET|DATA|NOOP|STARTTLS)\\r?$)[A-Za-z0-9+/=*]+(?=\\r?$)){0,8})`,
  'gim',
);
const mayHoldSignIn = new RegExp(`AUTH(?:ENTICATE)?[ \\t]+${mechanism}`, 'i');
const signInLine = /(\r?\n)[^\r\n]+/g;

/** Sign-ins of SMTP, POP3 and IMAP (RFC 4954, 5034, 9051), with the lines in base64 that answer the server. */
export function findSignIns(text: string, _names: NamesOfSecrets, replace: Replace): void {
  if (!mayHoldSignIn.test(text)) return;
  for (const { 0: whole, 1: command, 2: response, 3: lines, index } of text.matchAll(signIn)) {
    if (response === undefined && lines === '') continue;
    const clean = command! + (response === undefined ? '' : ` ${mask}`) + lines!.replace(signInLine, `$1${mask}`);
    replace(index, index + whole.length, clean);
  }
}
