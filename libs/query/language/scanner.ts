import type { Literal } from '@orbweaver/contracts/query/ast.ts';

/** Where a literal stands decides what ends it. */
export type LiteralPlace =
  /** May turn out to be a field: ends before any operator. */
  | 'expression'
  /** Behind an operator: `:` within its first word belongs to it (`fe80::1`, `host:8080`), so does `=`. */
  | 'value'
  /** In `in (...)`: as a value, and ends before `,`. */
  | 'item';

/** A literal, with the place of its last word: where `and` or `or` is missing, that word was meant as the next field. */
export interface ScannedLiteral extends Literal {
  readonly lastWord: number;
}

const alwaysEnds = '()<>"';
const escapable = '\\():<>"*=!&|,{}';

/** Reads the text of a query from left to right; knows words and escapes, not grammar. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipBlanks(): void {
    while (this.position < this.text.length && isBlank(this.text.charCodeAt(this.position))) this.position++;
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** True, and behind it, if `symbol` stands here. */
  take(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.position)) return false;
    this.position += symbol.length;
    return true;
  }

  /** The keyword that stands here as a whole word, or undefined. Case does not matter. */
  keywordAt(at: number): 'and' | 'or' | 'not' | undefined {
    const match = /^(and|or|not)(?=[\s()"]|$)/i.exec(this.text.slice(at, at + 4));
    return match === null ? undefined : (match[1]!.toLowerCase() as 'and' | 'or' | 'not');
  }

  takeKeyword(word: 'and' | 'or' | 'not'): boolean {
    if (this.keywordAt(this.position) !== word) return false;
    this.position += word.length;
    return true;
  }

  /** `in` as an operator: a whole word with a parenthesis behind it. */
  takeIn(): boolean {
    const match = /^in\s*(?=\()/i.exec(this.text.slice(this.position, this.position + 64));
    if (match === null) return false;
    this.position += match[0].length;
    return true;
  }

  /** What stands here, for a message: one word or sign. */
  found(): string {
    const match = /^(?:[\w.@*/-]{1,40}|&&|\|\||[<>=!]=|.)/su.exec(this.text.slice(this.position));
    return match === null ? 'the end of the query' : `\`${match[0]}\``;
  }

  /** A quoted text. Undefined if the quote is never closed; the scanner then stands where it was. */
  quoted(): ScannedLiteral | undefined {
    const start = this.position;
    let text = '';
    for (let at = start + 1; at < this.text.length;) {
      const char = this.text[at]!;
      if (char === '"') {
        this.position = at + 1;
        return { text, quoted: true, position: start, length: at + 1 - start, lastWord: start };
      }
      const escape = char === '\\' ? readEscape(this.text, at, '"\\') : undefined;
      text += escape?.text ?? char;
      at += escape?.length ?? 1;
    }
    return undefined;
  }

  /** Words without quotes: they go on over single blanks to the next operator, keyword or end. Undefined if none stands here. */
  unquoted(place: LiteralPlace): ScannedLiteral | undefined {
    const start = this.position;
    const parts = [''];
    let end = start;
    let lastWord = start;
    for (let at = start; at < this.text.length;) {
      const char = this.text[at]!;
      if (isBlank(char.charCodeAt(0))) {
        let next = at + 1;
        while (next < this.text.length && isBlank(this.text.charCodeAt(next))) next++;
        if (next >= this.text.length || this.keywordAt(next) !== undefined || this.#endsAt(next, next, place, false)) break;
        if (place === 'expression' && /^in\s*\(/i.test(this.text.slice(next, next + 64))) break;
        parts[parts.length - 1] += ' ';
        at = lastWord = next;
        continue;
      }
      if (at === start && this.keywordAt(at) !== undefined) break;
      if (this.#endsAt(at, lastWord, place, lastWord === start)) break;
      const escape = char === '\\' ? (readKeywordEscape(this.text, at, lastWord) ?? readEscape(this.text, at, escapable)) : undefined;
      if (char === '*') parts.push('');
      else parts[parts.length - 1] += escape?.text ?? char;
      at += escape?.length ?? 1;
      end = at;
    }
    if (end === start) return undefined;
    this.position = end;
    const span = { text: parts.join('*'), quoted: false, position: start, length: end - start, lastWord };
    return parts.length > 1 ? { ...span, parts } : span;
  }

  #endsAt(at: number, word: number, place: LiteralPlace, firstWord: boolean): boolean {
    const char = this.text[at]!;
    if (alwaysEnds.includes(char)) return true;
    const next = this.text[at + 1];
    if ((char === '&' || char === '|') && next === char) return true;
    if (char === ',') return place === 'item';
    if (char === ':') return place === 'expression' || !firstWord || !isInsideAddress(this.text, at, word);
    if (place !== 'expression') return false;
    return char === '=' || (char === '!' && (next === '=' || at === word));
  }
}

/** `:` belongs to a value (`fe80::1`, `::`, `host:8080`) if another `:` stands beside it, or something before and behind it. */
function isInsideAddress(text: string, at: number, word: number): boolean {
  const next = text[at + 1];
  if (next === ':' || (at > word && text[at - 1] === ':')) return true;
  return at > word && next !== undefined && !isBlank(next.charCodeAt(0));
}

function isBlank(code: number): boolean {
  return (
    code === 0x20 ||
    (code >= 0x09 && code <= 0x0d) ||
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x3000 ||
    (code >= 0x2000 && code <= 0x200a)
  );
}

interface Escape {
  readonly text: string;
  readonly length: number;
}

/** `\t \r \n \uXXXX` and a backslash before a sign of `signs`. Any other backslash is itself. */
function readEscape(text: string, at: number, signs: string): Escape | undefined {
  const next = text[at + 1];
  if (next === undefined) return undefined;
  if (signs.includes(next)) return { text: next, length: 2 };
  if (next === 't') return { text: '\t', length: 2 };
  if (next === 'r') return { text: '\r', length: 2 };
  if (next === 'n') return { text: '\n', length: 2 };
  const hex = next === 'u' ? /^[0-9a-f]{4}/i.exec(text.slice(at + 2, at + 6)) : null;
  return hex === null ? undefined : { text: String.fromCharCode(Number.parseInt(hex[0], 16)), length: 6 };
}

/** `\and`, `\or`, `\not` at the start of a word: the word itself. */
function readKeywordEscape(text: string, at: number, word: number): Escape | undefined {
  const match = at === word ? /^(?:and|or|not)/i.exec(text.slice(at + 1, at + 4)) : null;
  return match === null ? undefined : { text: match[0], length: 1 + match[0].length };
}
