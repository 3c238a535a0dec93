import type { FieldMap, FieldValue } from '@orbweaver/contracts/records/record.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import { foldCase } from '@orbweaver/query/search/fold-case.ts';
import { parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import type { Predicate, ScalarType, Target } from '@orbweaver/query/search/predicate.ts';

type Leaf = Extract<Predicate, { target: Target }>;
type Scalar = string | number | boolean;

/** Whether a record is one of those that the predicate means. */
export function matches(predicate: Predicate, record: FlatRecord): boolean {
  switch (predicate.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return predicate.operands.every((operand) => matches(operand, record));
    case 'or':
      return predicate.operands.some((operand) => matches(operand, record));
    case 'not':
      return !matches(predicate.operand, record);
    case 'exists':
      return exists(predicate.target, record[predicate.target.field]);
    default:
      return valuesAt(predicate.target, record).some((value) => holds(predicate, value, typeOf(predicate.target)));
  }
}

function exists(target: Target, value: FieldValue | undefined): boolean {
  if (value === undefined) return false;
  switch (target.kind) {
    case 'field':
      return !target.many || (value as readonly unknown[]).length > 0;
    case 'container':
    case 'entries':
      return Object.keys(value as object).length > 0;
    case 'entry':
      return Object.hasOwn(value as FieldMap, target.key);
    case 'property':
      return (value as readonly FieldMap[]).some(
        (item) => target.property in item && (!target.many || (item[target.property] as readonly string[]).length > 0),
      );
  }
}

function valuesAt(target: Target, record: FlatRecord): readonly Scalar[] {
  const value = record[target.field];
  if (value === undefined) return [];
  switch (target.kind) {
    case 'field':
      return target.many ? (value as readonly Scalar[]) : [value as Scalar];
    case 'container':
      return [];
    case 'entry':
      return Object.hasOwn(value as FieldMap, target.key) ? [(value as FieldMap)[target.key] as Scalar] : [];
    case 'entries':
      return Object.values(value as FieldMap) as Scalar[];
    case 'property':
      return (value as readonly FieldMap[]).flatMap((item) => (item[target.property] ?? []) as Scalar | readonly Scalar[]);
  }
}

function typeOf(target: Target): ScalarType {
  return target.kind === 'field' || target.kind === 'property' ? target.type : 'keyword';
}

function holds(leaf: Exclude<Leaf, { kind: 'exists' }>, value: Scalar, type: ScalarType): boolean {
  switch (leaf.kind) {
    case 'equals':
      return value === leaf.value;
    case 'contains':
      return foldCase(String(value)).includes(leaf.text);
    case 'pattern':
      return fitsPattern(leaf.parts, foldCase(String(value)));
    case 'range': {
      const { from, to } = leaf;
      const compared = comparable(value, type);
      if (from !== undefined && !(from.inclusive ? compared >= from.value : compared > from.value)) return false;
      return to === undefined || (to.inclusive ? compared <= to.value : compared < to.value);
    }
  }
}

/** A value as the predicate's bounds are: nanoseconds for a date, a key for an address. */
export function comparable(value: Scalar, type: ScalarType): string | number | bigint | boolean {
  if (type === 'date') return parseInstant(value as string) ?? -1n;
  return type === 'ip' ? ipKey(value as string)! : value;
}

/** The text is the parts in order with anything between them. Taking each as early as possible is enough. */
function fitsPattern(parts: readonly string[], text: string): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
