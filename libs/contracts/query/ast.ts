/**
 * A query as it was written: what the parser makes of the text, before anybody has looked up a field. Positions and lengths are UTF-16
 * code units of the query text.
 */
export interface Span {
  readonly position: number;
  readonly length: number;
}

export interface FieldName extends Span {
  /** Without escapes. May hold `*`, which stands for any field that fits. */
  readonly name: string;
}

/** A value as it was written. */
export interface Literal extends Span {
  /** Without quotes and escapes; wildcards stand as `*`. */
  readonly text: string;
  readonly quoted: boolean;
  /** Where the value has wildcards: the texts between them. `a*b` is `['a', 'b']`, `*` alone is `['', '']`. */
  readonly parts?: readonly string[];
}

/** `:` is equality (or a wildcard match, or a CIDR match, by the value and the field); the others are ranges. */
export type ComparisonOperator = ':' | '>' | '>=' | '<' | '<=';

export interface Everything extends Span {
  readonly kind: 'everything';
}

export interface Comparison extends Span {
  readonly kind: 'comparison';
  readonly field: FieldName;
  readonly operator: ComparisonOperator;
  readonly value: Literal;
}

/** `field: *`. */
export interface Presence extends Span {
  readonly kind: 'presence';
  readonly field: FieldName;
}

/** Words without a field. */
export interface FreeText extends Span {
  readonly kind: 'text';
  readonly value: Literal;
}

export interface Negation extends Span {
  readonly kind: 'not';
  readonly operand: QueryNode;
}

export interface Junction extends Span {
  readonly kind: 'and' | 'or';
  /** Two or more. */
  readonly operands: readonly QueryNode[];
}

export type QueryNode = Everything | Comparison | Presence | FreeText | Negation | Junction;

/** What is wrong with a query, where, and what could have stood there. */
export interface QueryProblem extends Span {
  readonly message: string;
  readonly expected: readonly string[];
}
