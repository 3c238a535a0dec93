/** One condition of a query whose conditions all hold: what a chip shows. Offsets are of the trimmed text, in UTF-16 units. */
export interface Clause {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** `not` or `!` stood before it. */
  readonly negated: boolean;
  /** The text without that. */
  readonly condition: string;
}

interface Token {
  readonly from: number;
  readonly to: number;
  readonly word: string;
}

const negation = /^(?:not\s+|!\s*)/i;

/**
 * Parts a query at its outermost `and` (or `&&`). A query with `or` at that level is one clause, since no part of it holds by
 * itself. Only quotes and brackets are understood, so it works on text that does not parse yet.
 */
export function splitClauses(query: string): Clause[] {
  const joints: Token[] = [];
  for (const token of outerTokens(query)) {
    if (token.word === 'or' || token.word === '||') return clauseOf(query, 0, query.length);
    if (token.word === 'and' || token.word === '&&') joints.push(token);
  }
  const clauses: Clause[] = [];
  let start = 0;
  for (const joint of joints) {
    clauses.push(...clauseOf(query, start, joint.from));
    start = joint.to;
  }
  clauses.push(...clauseOf(query, start, query.length));
  return clauses;
}

function clauseOf(query: string, from: number, to: number): Clause[] {
  const raw = query.slice(from, to);
  const text = raw.trim();
  if (text === '') return [];
  const start = from + raw.indexOf(text);
  const match = negation.exec(text);
  return [{ text, from: start, to: start + text.length, negated: match !== null, condition: match ? text.slice(match[0].length) : text }];
}

/** Words and symbols outside quotes and brackets, in lower case. */
function* outerTokens(query: string): Generator<Token> {
  let depth = 0;
  let at = 0;
  while (at < query.length) {
    const character = query[at]!;
    if (character === '"') at = endOfQuote(query, at);
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && !isSpace(character)) {
      const to = endOfWord(query, at);
      yield { from: at, to, word: query.slice(at, to).toLowerCase() };
      at = to - 1;
    }
    at++;
  }
}

function endOfQuote(query: string, from: number): number {
  let at = from + 1;
  while (at < query.length && query[at] !== '"') at += query[at] === '\\' ? 2 : 1;
  return at;
}

function endOfWord(query: string, from: number): number {
  let at = from + 1;
  while (at < query.length && !isSpace(query[at]!) && !'"()[]{}'.includes(query[at]!)) at++;
  return at;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
