import type { FieldName, Literal, QueryNode, QueryProblem, Span } from '@orbweaver/contracts/query/ast.ts';
import { maxQueryDepth, maxQueryLength, maxQueryNodes } from './limits.ts';
import { Scanner, type LiteralPlace, type ScannedLiteral } from './scanner.ts';

export type Parsed = { readonly ok: true; readonly ast: QueryNode } | { readonly ok: false; readonly problem: QueryProblem };

/**
 * Reads KQL. `or` binds loosest, then `and`, then `not`. Beside Kibana's signs it takes `||`, `&&`, `!`, `==`, `!=` and `field in (a, b)`.
 * Never throws; the problem is the first that was met.
 */
export function parseQuery(text: string): Parsed {
  if (text.length > maxQueryLength) {
    const message = `The query has ${text.length} characters; at most ${maxQueryLength} are allowed`;
    return { ok: false, problem: { position: maxQueryLength, length: text.length - maxQueryLength, message, expected: [] } };
  }
  try {
    return { ok: true, ast: new Parser(text).query() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

class Refusal extends Error {
  readonly problem: QueryProblem;

  constructor(problem: QueryProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const operators = [':', '==', '!=', '>=', '<=', '>', '<'] as const;
type WrittenOperator = (typeof operators)[number];
const afterExpression = ['and', 'or', 'the end of the query'];

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;
  #nodes = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  query(): QueryNode {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.atEnd()) return { kind: 'everything', position: 0, length: 0 };
    const node = this.#junction('or', () => this.#expression());
    if (!scanner.atEnd()) this.#refuseHere(`Did not expect ${scanner.found()} here`, afterExpression);
    return node;
  }

  /** Operands of `or`, each operands of `and`, each a `leaf` behind any number of `not`. */
  #junction(kind: 'and' | 'or', leaf: () => QueryNode): QueryNode {
    const operand = kind === 'or' ? () => this.#junction('and', leaf) : () => this.#negation(leaf);
    const operands = [operand()];
    for (;;) {
      this.#scanner.skipBlanks();
      if (!this.#scanner.takeKeyword(kind) && !this.#scanner.take(kind === 'or' ? '||' : '&&')) break;
      operands.push(operand());
    }
    if (operands.length === 1) return operands[0]!;
    return this.#node({ kind, operands, ...spanning(operands[0]!, operands.at(-1)!) });
  }

  #negation(leaf: () => QueryNode): QueryNode {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    const position = scanner.position;
    if (scanner.takeKeyword('not') || (scanner.text[position + 1] !== '=' && scanner.take('!'))) {
      const operand = this.#deeper(position, () => this.#negation(leaf));
      return this.#node({ kind: 'not', operand, position, length: operand.position + operand.length - position });
    }
    if (scanner.take('(')) return this.#group(position, leaf);
    return leaf();
  }

  #group(position: number, leaf: () => QueryNode): QueryNode {
    const node = this.#deeper(position, () => this.#junction('or', leaf));
    this.#scanner.skipBlanks();
    if (!this.#scanner.take(')')) {
      this.#refuse({ position, length: 1 }, `This parenthesis is not closed before ${this.#scanner.found()}`, ['and', 'or', ')']);
    }
    return { ...node, position, length: this.#scanner.position - position };
  }

  /** `field operator value`, or words without a field. */
  #expression(): QueryNode {
    const scanner = this.#scanner;
    const head = this.#literal('expression', 'a field or a value', ['field', 'value', 'not', '(']);
    scanner.skipBlanks();
    const operatorAt = scanner.position;
    if (scanner.takeIn()) return this.#membership(this.#fieldName(head), head);
    const operator = operators.find((sign) => scanner.take(sign));
    if (operator === undefined) {
      if (scanner.text[operatorAt] === '=') {
        this.#refuse({ position: operatorAt, length: 1 }, '`=` alone is no operator', [':', '==', '!=', '>', '>=', '<', '<=']);
      }
      return this.#node(
        head.text === '*' && head.parts ? { kind: 'everything', ...span(head) } : { kind: 'text', value: plain(head), ...span(head) },
      );
    }
    const field = this.#fieldName(head);
    scanner.skipBlanks();
    if (operator === ':' || operator === '==' || operator === '!=') {
      const node = this.#equality(field, head);
      return operator === '!=' ? this.#node({ kind: 'not', operand: node, ...span(node) }) : node;
    }
    const value = this.#value('value', operator);
    return this.#node({ kind: 'comparison', field, operator, value: plain(value), ...spanning(head, value) });
  }

  /** Behind `:` `==` `!=`: a value, or values in parentheses joined by `and`, `or`, `not`. */
  #equality(field: FieldName, head: Span): QueryNode {
    const scanner = this.#scanner;
    const position = scanner.position;
    if (!scanner.take('(')) return this.#match(field, head, this.#value('value', ':'));
    const group = this.#group(position, () => {
      const value = this.#value('value', ':');
      return this.#match(field, value, value);
    });
    return { ...group, position: head.position, length: scanner.position - head.position };
  }

  /** Behind `in`: values between parentheses and commas. */
  #membership(field: FieldName, head: Span): QueryNode {
    const scanner = this.#scanner;
    const open = scanner.position;
    scanner.take('(');
    const operands: QueryNode[] = [];
    do {
      scanner.skipBlanks();
      const value = this.#value('item', ':');
      operands.push(this.#match(field, value, value));
      scanner.skipBlanks();
    } while (scanner.take(','));
    if (!scanner.take(')')) this.#refuse({ position: open, length: 1 }, `This list is not closed before ${scanner.found()}`, [',', ')']);
    const place = { position: head.position, length: scanner.position - head.position };
    return operands.length === 1 ? { ...operands[0]!, ...place } : this.#node({ kind: 'or', operands, ...place });
  }

  #match(field: FieldName, from: Span, value: Literal): QueryNode {
    const place = spanning(from, value);
    if (value.parts !== undefined && value.text === '*') return this.#node({ kind: 'presence', field, ...place });
    return this.#node({ kind: 'comparison', field, operator: ':', value: plain(value), ...place });
  }

  #value(place: LiteralPlace, operator: WrittenOperator): Literal {
    const group = operator === ':' && place === 'value' ? ['value', '('] : ['value'];
    const value = this.#literal(place, 'a value', group);
    this.#scanner.skipBlanks();
    const scanner = this.#scanner;
    if (value.lastWord !== value.position && operators.some((sign) => scanner.text.startsWith(sign, scanner.position)))
      this.#missingJunction(value);
    return value;
  }

  #literal(place: LiteralPlace, what: string, expected: readonly string[]): ScannedLiteral {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.text[scanner.position] === '"') {
      return (
        scanner.quoted() ??
        this.#refuse({ position: scanner.position, length: scanner.text.length - scanner.position }, 'This quote is not closed', ['"'])
      );
    }
    return scanner.unquoted(place) ?? this.#refuseHere(`Expected ${what}, found ${scanner.found()}`, expected);
  }

  #fieldName(head: ScannedLiteral): FieldName {
    if (head.lastWord !== head.position) this.#missingJunction(head);
    return { name: head.text, ...span(head) };
  }

  #missingJunction(words: ScannedLiteral): never {
    const length = words.position + words.length - words.lastWord;
    const word = this.#scanner.text.slice(words.lastWord, words.lastWord + length);
    this.#refuse({ position: words.lastWord, length }, `\`and\` or \`or\` is missing before \`${word}\``, ['and', 'or']);
  }

  #deeper<T>(position: number, read: () => T): T {
    if (++this.#depth > maxQueryDepth)
      this.#refuse({ position, length: 1 }, `More than ${maxQueryDepth} parentheses or negations within one another`, []);
    const value = read();
    this.#depth--;
    return value;
  }

  #node<N extends QueryNode>(node: N): N {
    if (++this.#nodes > maxQueryNodes) this.#refuse(span(node), `The query has more than ${maxQueryNodes} parts`, []);
    return node;
  }

  #refuseHere(message: string, expected: readonly string[]): never {
    const { position, text } = this.#scanner;
    this.#refuse({ position, length: position < text.length ? 1 : 0 }, message, expected);
  }

  #refuse(place: Span, message: string, expected: readonly string[]): never {
    throw new Refusal({ ...place, message, expected });
  }
}

function span({ position, length }: Span): Span {
  return { position, length };
}

function spanning(first: Span, last: Span): Span {
  return { position: first.position, length: last.position + last.length - first.position };
}

function plain({ text, quoted, parts, position, length }: Literal): Literal {
  return parts === undefined ? { text, quoted, position, length } : { text, quoted, parts, position, length };
}
