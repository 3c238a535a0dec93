import { splitClauses, type Clause } from './clauses.ts';
import { literal } from './literal.ts';

export type FilterValue = string | number | boolean;

/** `field: value`. */
export function condition(field: string, value: FilterValue): string {
  return `${field}: ${literal(value)}`;
}

/** The query narrowed to records with the value. A filter that excluded it gives way. */
export function include(query: string, field: string, value: FilterValue): string {
  return add(query, condition(field, value), false);
}

/** The query narrowed to records without the value. A filter that included it gives way. */
export function exclude(query: string, field: string, value: FilterValue): string {
  return add(query, condition(field, value), true);
}

/** The query with every filter on the field replaced by this one. */
export function only(query: string, field: string, value: FilterValue): string {
  const others = splitClauses(query).filter((clause) => !isAbout(clause, field));
  return join([...others.map((clause) => clause.text), condition(field, value)]);
}

/** The query narrowed to records that have the field at all. */
export function present(query: string, field: string): string {
  return add(query, `${field}: *`, false);
}

/** The query narrowed by a condition written in the query language. */
export function narrow(query: string, text: string): string {
  return add(query, text, false);
}

export function removeClause(query: string, index: number): string {
  return join(splitClauses(query).flatMap((clause, at) => (at === index ? [] : [clause.text])));
}

/** Turns `a: b` into `not a: b` and back. */
export function invertClause(query: string, index: number): string {
  return join(splitClauses(query).map((clause, at) => (at === index ? negate(clause.condition, !clause.negated) : clause.text)));
}

function add(query: string, text: string, negated: boolean): string {
  const kept = splitClauses(query).filter((clause) => clause.condition !== text);
  return join([...kept.map((clause) => clause.text), negate(text, negated)]);
}

function negate(text: string, negated: boolean): string {
  return negated ? `not ${text}` : text;
}

function isAbout(clause: Clause, field: string): boolean {
  return clause.condition.startsWith(field) && /^\s*(?::|==|[<>!]=?)/.test(clause.condition.slice(field.length));
}

/** Joins with `and`; a part that is an `or` at its top gets brackets, or the meaning would change. */
function join(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : parts.map((part) => (hasOuterOr(part) ? `(${part})` : part)).join(' and ');
}

function hasOuterOr(part: string): boolean {
  // A clause with an outer `or` stays one clause when ` and x` is put behind it; any other gives two.
  return splitClauses(`${part} and x`).length === 1;
}
