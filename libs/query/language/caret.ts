import { maxQueryLength } from './limits.ts';
import { Scanner, type ScannedLiteral } from './scanner.ts';

/** What the caret of an unfinished query stands at. `[from, to)` is the text that a suggestion replaces, `typed` what of it stands before the caret. */
export type CaretPlace =
  | { readonly kind: 'field'; readonly typed: string; readonly from: number; readonly to: number }
  /** Behind a name: an operator, or the words that join. */
  | { readonly kind: 'operator'; readonly field: string; readonly typed: string; readonly from: number; readonly to: number }
  | { readonly kind: 'value'; readonly field: string; readonly typed: string; readonly from: number; readonly to: number }
  /** Behind a whole comparison. */
  | { readonly kind: 'keyword'; readonly typed: string; readonly from: number; readonly to: number };

const operators = [':', '==', '!=', '>=', '<=', '>', '<'];

/**
 * Walks over the query up to the caret, token by token, remembering only the field and whether a value or a junction comes next: it has to make
 * sense of text that is no query yet.
 */
export function caretPlace(query: string, caret: number): CaretPlace {
  const text = query.slice(0, Math.min(caret, maxQueryLength));
  const scanner = new Scanner(text);
  let state: 'expression' | 'behind-name' | 'value' | 'behind-value' = 'expression';
  let field = '';
  /** Parentheses around values: in them, a junction is followed by a value. */
  let valueDepth = 0;
  let depth = 0;
  for (;;) {
    scanner.skipBlanks();
    if (scanner.atEnd()) break;
    const start = scanner.position;
    if (scanner.takeKeyword('and') || scanner.takeKeyword('or') || scanner.take('&&') || scanner.take('||')) {
      if (scanner.atEnd() && isWord(text.slice(start))) return at('keyword', '', text.slice(start), start, wordEnd(query, text.length));
      state = valueDepth > 0 ? 'value' : 'expression';
    } else if (scanner.takeKeyword('not') || (scanner.text[start + 1] !== '=' && scanner.take('!'))) {
      if (scanner.atEnd() && isWord(text.slice(start))) return at('field', '', text.slice(start), start, wordEnd(query, text.length));
      state = valueDepth > 0 ? 'value' : 'expression';
    } else if (scanner.take('(')) {
      depth++;
      if (state === 'value' && valueDepth === 0) valueDepth = depth;
    } else if (scanner.take(')')) {
      if (depth === valueDepth) valueDepth = 0;
      depth--;
      state = 'behind-value';
    } else if (state === 'behind-name' && scanner.takeIn()) state = 'value';
    else if (state === 'behind-name' && operators.some((sign) => scanner.take(sign))) state = 'value';
    else if (valueDepth > 0 && scanner.take(',')) state = 'value';
    else {
      const wantsValue: boolean = state === 'value';
      const literal =
        text[start] === '"'
          ? (scanner.quoted() ?? unfinishedQuote(scanner))
          : scanner.unquoted(wantsValue ? (valueDepth > 0 ? 'item' : 'value') : 'expression');
      if (literal === undefined) {
        scanner.position = start + 1;
        continue;
      }
      if (scanner.atEnd() && !isClosed(literal, text)) return typing(literal, state, field, query, text);
      if (state === 'expression') field = literal.text;
      state = wantsValue ? 'behind-value' : state === 'expression' ? 'behind-name' : 'behind-value';
    }
  }
  const end = text.length;
  switch (state) {
    case 'expression':
      return at('field', '', '', end, wordEnd(query, end));
    case 'behind-name':
      return at('operator', field, '', end, end);
    case 'value':
      return at('value', field, '', end, wordEnd(query, end, true));
    case 'behind-value':
      return at('keyword', '', '', end, end);
  }
}

/** The caret stands at the end of a word: its last word where there are several and no value is being written. */
function typing(literal: ScannedLiteral, state: string, field: string, query: string, text: string): CaretPlace {
  const end = literal.quoted ? quoteEnd(query, text.length) : wordEnd(query, text.length, state === 'value');
  if (state === 'value') return at('value', field, literal.text, literal.position, end);
  const several = literal.lastWord !== literal.position;
  const word = several ? text.slice(literal.lastWord) : literal.text;
  if (state === 'expression' && !several) return at('field', '', literal.text, literal.position, end);
  return at(
    several && state === 'expression' ? 'operator' : 'keyword',
    literal.text.slice(0, literal.text.indexOf(' ')),
    word,
    literal.lastWord,
    end,
  );
}

function at(kind: CaretPlace['kind'], field: string, typed: string, from: number, to: number): CaretPlace {
  return kind === 'field' || kind === 'keyword' ? { kind, typed, from, to } : { kind, field, typed, from, to };
}

function isWord(text: string): boolean {
  return /^\w+$/.test(text);
}

function isClosed({ quoted, position, length }: ScannedLiteral, text: string): boolean {
  return quoted ? position + length <= text.length && length > 1 && text[position + length - 1] === '"' : /\s$/.test(text);
}

function unfinishedQuote(scanner: Scanner): ScannedLiteral {
  const position = scanner.position;
  scanner.position = scanner.text.length;
  return { text: scanner.text.slice(position + 1), quoted: true, position, length: 1, lastWord: position };
}

/** `:` ends a field, and belongs to a value. */
function wordEnd(query: string, from: number, isValue = false): number {
  const stop = isValue ? /[\s()"<>]/ : /[\s()"<>=:!]/;
  let end = from;
  while (end < query.length && !stop.test(query[end]!)) end++;
  return end;
}

function quoteEnd(query: string, from: number): number {
  const close = query.indexOf('"', from);
  return close < 0 ? query.length : close + 1;
}
