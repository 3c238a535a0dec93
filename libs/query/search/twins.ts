import type { QueryNode } from '@orbweaver/contracts/query/ast.ts';
import { twinField } from '@orbweaver/contracts/records/base-fields.ts';
import type { Predicate } from './predicate.ts';

/** The records that repeat another observer's. */
export const isTwin: Predicate = { kind: 'exists', target: { kind: 'field', field: twinField, type: 'keyword', many: false } };

/** The same without twins. */
export function withoutTwins(predicate: Predicate): Predicate {
  const first: Predicate = { kind: 'not', operand: isTwin };
  if (predicate.kind === 'all') return first;
  return predicate.kind === 'none' ? predicate : { kind: 'and', operands: [predicate, first] };
}

/** True if a query speaks of twins by the field's whole name: what it then says of them is meant. */
export function namesTwins(node: QueryNode): boolean {
  switch (node.kind) {
    case 'everything':
    case 'text':
      return false;
    case 'presence':
    case 'comparison':
      return node.field.name === twinField;
    case 'not':
      return namesTwins(node.operand);
    case 'and':
    case 'or':
      return node.operands.some(namesTwins);
  }
}
