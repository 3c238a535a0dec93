/** Octets of a statement that are kept, in a record and to tell what a prepared one was. */
export const statementLimit = 16_384;
/** Comments that are skipped before the first word of a statement. */
const commentLimit = 16;
/** Characters of a first word: the longest of SQL has far fewer. */
const wordLimit = 32;

const decoder = new TextDecoder();

/** `[start, end)` as text; a character that the limit cut in half is left out, what is not UTF-8 is replaced. */
export function sqlText(bytes: Uint8Array, start: number, end: number): string {
  let stop = Math.min(end, start + statementLimit);
  if (stop < end) while (stop > start && (bytes[stop]! & 0xc0) === 0x80) stop--;
  return decoder.decode(bytes.subarray(start, stop));
}

/** The first word of a statement in upper case, behind blanks, comments and parentheses; undefined if there is none. */
export function operationOf(text: string): string | undefined {
  let at = skipBlanks(text, 0);
  for (let comments = 0; comments < commentLimit; comments++) {
    const next = skipComment(text, at);
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

/** Behind the comment at `at`; `at` itself if there is none, or no end of it. */
function skipComment(text: string, at: number): number {
  const close = text.startsWith('--', at) ? '\n' : text.startsWith('/*', at) ? '*/' : undefined;
  if (close === undefined) return at;
  const end = text.indexOf(close, at + 2);
  return end < 0 ? at : end + close.length;
}

/** Statements that set passwords. */
const passwordStatements = new Set(['CREATE', 'ALTER', 'SET', 'GRANT', 'CHANGE']);
/** What stands in the place of a password. */
const mask = "'***'";

/**
 * The statement with the passwords that it sets replaced: every quoted text behind `PASSWORD` (or a word that ends so), `IDENTIFIED ... BY`,
 * `AS` or `USING` in a statement that begins with CREATE, ALTER, SET, GRANT or CHANGE.
 */
export function withoutPasswords(text: string): string {
  if (!passwordStatements.has(operationOf(text) ?? '')) return text;
  let out = '';
  let copied = 0;
  let isIdentified = false;
  let namesPassword = false;
  let isSecret = false;
  for (let at = 0; at < text.length;) {
    const end = wordEnd(text, at);
    if (end > at) {
      const word = text.slice(at, end).toUpperCase();
      const isPassword = word.endsWith('PASSWORD');
      namesPassword ||= isPassword;
      isIdentified ||= word === 'IDENTIFIED';
      isSecret = isPassword || (isIdentified && (word === 'BY' || word === 'AS' || word === 'USING')) || (isSecret && word === 'E');
      at = end;
    } else if (text[at] === "'" || text[at] === '"') {
      const stop = quoteEnd(text, at);
      if (isSecret) {
        out += text.slice(copied, at) + mask;
        copied = stop;
      }
      isSecret = false;
      at = stop;
    } else {
      // SET PASSWORD FOR 'user' = 'x': the text behind the sign is it.
      if (text[at] === '=' && namesPassword) isSecret = true;
      at++;
    }
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** Behind the closing quote, or the end; a quote written twice or behind a backslash belongs to the text. */
function quoteEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}
