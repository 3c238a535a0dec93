import { commentEnd, type SqlQuoting } from './sql-text.ts';

/** Without one of these words a statement sets no password. One test of a bounded text, so that most statements are not read word by word. */
const mentionsSecret = /password|identified|connection|(?:create|alter)\s+user/i;
/** First words of statements in which `PASSWORD = 'x'` sets a password; in any other it is a column, and data. */
const settingWords = new Set(['CREATE', 'ALTER', 'SET', 'GRANT', 'CHANGE', 'START']);
/** Another statement begins behind these: in a block, behind EXPLAIN. */
const openingWords = new Set(['BEGIN', 'DO', 'ELSE', 'EXPLAIN', 'LOOP', 'THEN']);
/** Before the secret, in what identifies a user: `IDENTIFIED WITH plugin BY 'x' REPLACE 'y'`. */
const identifyingWords = new Set(['BY', 'AS', 'USING', 'REPLACE']);
/** They stand right before the quote of a text: `E'x'`, `N'x'`, `X'78'`, `B'1'`, `U&'x'`. */
const quotePrefixes = new Set(['E', 'N', 'X', 'B', 'U']);
/** In a quoted text: of a connection string, or of a statement that is quoted itself. */
const quotedSecret = /password\s*=|(?:password|\bby)\s*['"\\]/i;
/** In a quoted text that is a statement about an account, whose password is put in from elsewhere: `format('ALTER ROLE a PASSWORD %L', 'x')`, `'... PASSWORD ' || 'x'`. */
const quotedAccount = /\b(?:role|user|identified)\b/i;
const openSecret = /(?:password|\bby)\s*(?:%|$)/i;
/** Texts in dollar quotes within each other that are read; what lies deeper is masked whole. */
const depthLimit = 3;

/** What stands in the place of a password, and of the end of a quoted text that holds one. */
const mask = "'***'";
const innerMask = '***';

/**
 * The text of one or more statements with the passwords that they set replaced: every quoted text behind `PASSWORD` (or a word that ends so),
 * `CONNECTION`, and `BY`, `AS`, `USING` or `REPLACE` of what is `IDENTIFIED`. Comments and other quoted texts are passed over as the server does,
 * since a quote in them would turn inside and outside around.
 */
export function withoutPasswords(text: string, quoting: SqlQuoting): string {
  return masked(text, quoting, 0);
}

/** What the server says of a statement that sets a password and that it could not parse: without what it quotes of it. */
export function withoutQuotation(message: string): string {
  const at = message.search(/['"«»„“‘]/);
  return at < 0 ? message : message.slice(0, at).trimEnd();
}

const masked = (text: string, quoting: SqlQuoting, depth: number): string =>
  mentionsSecret.test(text) ? new PasswordMask(text, quoting, depth).masked() : text;

/** Reads a text once, from quote to quote. */
class PasswordMask {
  readonly #text: string;
  readonly #quoting: SqlQuoting;
  readonly #isMysql: boolean;
  readonly #depth: number;
  #at = 0;
  #out = '';
  #copied = 0;
  /** First word of the statement at hand. */
  #first = '';
  #namesPassword = false;
  #isIdentified = false;
  /** Whatever is quoted up to the end of the statement may be put where a password belongs. */
  #hidesRest = false;
  /** The text that stands next, if one does, is a password. */
  #isSecret = false;
  /** An `E` stands right before the quote. */
  #isEscaped = false;

  constructor(text: string, quoting: SqlQuoting, depth: number) {
    this.#text = text;
    this.#quoting = quoting;
    this.#isMysql = quoting === 'mysql';
    this.#depth = depth;
  }

  masked(): string {
    while (this.#at < this.#text.length) this.#token(this.#text[this.#at]!);
    return this.#copied === 0 ? this.#text : this.#out + this.#text.slice(this.#copied);
  }

  #token(first: string): void {
    const behind = commentEnd(this.#text, this.#at, this.#quoting);
    if (behind > this.#at) this.#at = behind;
    else if (first === "'" || first === '"' || (first === '`' && this.#isMysql)) this.#quoted(first);
    else if (isNamePart(first.charCodeAt(0))) this.#word();
    else if (first !== '$' || this.#isMysql || !this.#dollarQuoted()) this.#sign(first);
  }

  #word(): void {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && (isNamePart(this.#text.charCodeAt(end)) || this.#text[end] === '$')) end++;
    this.#at = end;
    if (this.#isSecret && isDigit(this.#text.charCodeAt(start))) return this.#hide(start, end, mask);
    const word = this.#text.slice(start, end).toUpperCase();
    const isPrefix = quotePrefixes.has(word) || word.startsWith('_');
    this.#isEscaped = word === 'E';
    if (isPrefix && (this.#text[end] === "'" || this.#text[end] === '&')) return;
    if (this.#first === '' && !openingWords.has(word)) this.#first = word;
    const isPassword = word.endsWith('PASSWORD') || word === 'CONNECTION';
    this.#namesPassword ||= isPassword;
    this.#isIdentified ||= word === 'IDENTIFIED' || (word === 'USER' && this.#isSetting);
    this.#isSecret = isPassword || (this.#isIdentified && identifyingWords.has(word));
  }

  get #isSetting(): boolean {
    return settingWords.has(this.#first);
  }

  #sign(sign: string): void {
    this.#at++;
    if (sign === ';') this.#endStatement();
    else if (sign === '=') {
      // SET PASSWORD FOR 'user' = 'x': there the text behind the sign is it, whatever stands before.
      this.#isSecret = this.#isSetting && (this.#isSecret || (this.#first === 'SET' && this.#namesPassword));
    } else if (sign > ' ' && sign !== '(' && sign !== '&') this.#isSecret = false;
  }

  #endStatement(): void {
    this.#first = '';
    this.#namesPassword = false;
    this.#isIdentified = false;
    this.#hidesRest = false;
    this.#isSecret = false;
  }

  /** Texts in a row are one text, so that the next one is secret too. */
  #quoted(quote: string): void {
    const start = this.#at;
    const stop = quoteEnd(this.#text, start, this.#isMysql ? quote !== '`' : this.#isEscaped);
    this.#at = stop;
    this.#isEscaped = false;
    if (this.#isSecret || this.#hidesRest) return this.#hide(start, stop, mask);
    const end = stop > start + 1 && this.#text[stop - 1] === quote ? stop - 1 : stop;
    const inner = this.#text.slice(start + 1, end);
    this.#hidesRest = quotedAccount.test(inner) && openSecret.test(inner);
    const found = quotedSecret.exec(inner);
    if (found !== null) this.#hide(start + 1 + found.index + found[0].length, end, innerMask);
  }

  /** `$tag$ ... $tag$`, often the body of a function. False if none begins here. */
  #dollarQuoted(): boolean {
    const start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && isNamePart(this.#text.charCodeAt(at))) at++;
    if (this.#text[at] !== '$' || isDigit(this.#text.charCodeAt(start + 1))) return false;
    const tag = this.#text.slice(start, at + 1);
    const close = this.#text.indexOf(tag, at + 1);
    const end = close < 0 ? this.#text.length : close;
    this.#at = Math.min(this.#text.length, end + tag.length);
    if (this.#isSecret) this.#hide(start, this.#at, mask);
    else {
      const body = this.#text.slice(at + 1, end);
      const told = this.#depth < depthLimit ? masked(body, 'postgresql', this.#depth + 1) : innerMask;
      if (told !== body) this.#hide(at + 1, end, told);
    }
    return true;
  }

  #hide(start: number, end: number, instead: string): void {
    this.#out += this.#text.slice(this.#copied, start) + instead;
    this.#copied = end;
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isNamePart = (code: number): boolean =>
  isDigit(code) || (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code > 0x7f;

/** Behind the closing quote, or the end; a quote written twice belongs to the text, and one behind a backslash where that escapes. */
function quoteEnd(text: string, start: number, hasBackslashes: boolean): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && hasBackslashes) at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}
