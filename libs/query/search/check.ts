import type { Comparison, FreeText, Presence, QueryNode, QueryProblem, Span } from '@orbweaver/contracts/query/ast.ts';
import type { Catalogue } from './catalogue.ts';
import { freeText } from './free-text.ts';
import { matchValue, type Mismatch } from './match-value.ts';
import type { Predicate } from './predicate.ts';
import { explainUnknown, resolveField, resolvePattern, type Resolved } from './resolve.ts';

export interface CheckContext {
  readonly catalogue: Catalogue;
  readonly datasets: readonly string[];
  /** Milliseconds since 1970: what `now` means. */
  readonly now: number;
}

export interface Checked {
  /** Only to be used if there is no problem. */
  readonly predicate: Predicate;
  readonly problems: readonly QueryProblem[];
}

/** Problems of one query that are reported. */
const maxProblems = 20;

/** Looks up every name of a parsed query and reads every value by its field's type. */
export function checkQuery(ast: QueryNode, context: CheckContext): Checked {
  const problems: QueryProblem[] = [];
  const predicate = check(ast, context, problems);
  return { predicate, problems: problems.slice(0, maxProblems) };
}

function check(node: QueryNode, context: CheckContext, problems: QueryProblem[]): Predicate {
  switch (node.kind) {
    case 'everything':
      return { kind: 'all' };
    case 'text':
      return checkText(node, context);
    case 'presence':
      return checkPresence(node, context, problems);
    case 'comparison':
      return checkComparison(node, context, problems);
    case 'not':
      return { kind: 'not', operand: check(node.operand, context, problems) };
    case 'and':
    case 'or':
      return { kind: node.kind, operands: node.operands.map((operand) => check(operand, context, problems)) };
  }
}

function checkText({ value }: FreeText, { catalogue, datasets, now }: CheckContext): Predicate {
  return freeText(value, catalogue.fieldsOf(datasets), now);
}

function checkPresence(node: Presence, context: CheckContext, problems: QueryProblem[]): Predicate {
  const fields = resolve(node.field, context, problems);
  return anyOf(fields.flatMap(({ presence }) => presence.map((target) => ({ kind: 'exists', target }) as const)));
}

function checkComparison(node: Comparison, context: CheckContext, problems: QueryProblem[]): Predicate {
  const fields = resolve(node.field, context, problems);
  const matches: Predicate[] = [];
  let mismatch: Mismatch | undefined;
  for (const place of fields.flatMap(({ places }) => places)) {
    const matched = matchValue(place, node.operator, node.value, context.now);
    if ('predicate' in matched) matches.push(matched.predicate);
    else mismatch ??= matched.mismatch;
  }
  // Where a name stands for several places, those that cannot hold the value just do not match.
  if (matches.length === 0 && mismatch !== undefined) problems.push(problemOf(mismatch, node));
  return anyOf(matches);
}

function problemOf({ about, message, expected }: Mismatch, node: Comparison): QueryProblem {
  const { position, length } = about === 'value' ? node.value : operatorSpan(node);
  return { position, length, message: `${node.field.name}: ${message}`, expected };
}

function operatorSpan({ field, value }: Comparison): Span {
  const position = field.position + field.length;
  return position < value.position ? { position, length: value.position - position } : value;
}

function resolve(field: { readonly name: string } & Span, context: CheckContext, problems: QueryProblem[]): Resolved[] {
  const { catalogue, datasets } = context;
  const found = field.name.includes('*')
    ? resolvePattern(catalogue, datasets, field.name.split('*'))
    : [resolveField(catalogue, datasets, field.name)].filter((resolved) => resolved !== undefined);
  if (found.length === 0) {
    const { message, expected } = explainUnknown(catalogue, datasets, field.name);
    problems.push({ position: field.position, length: field.length, message, expected });
  }
  return found;
}

export function anyOf(operands: readonly Predicate[]): Predicate {
  if (operands.length === 0) return { kind: 'none' };
  return operands.length === 1 ? operands[0]! : { kind: 'or', operands };
}
