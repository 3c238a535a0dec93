import type { ComparisonOperator, Literal } from '@orbweaver/contracts/query/ast.ts';
import { parseTime } from './date-math.ts';
import { foldCase } from './fold-case.ts';
import type { Moments } from './instant-text.ts';
import { ipKey, networkKeys, octetKeys } from './ip-key.ts';
import type { Bound, Predicate } from './predicate.ts';
import { parseQuantity, unitsOf } from './quantity.ts';
import type { Place } from './resolve.ts';

/** A value that its field cannot hold, or an operator that it does not have. `about` says which of the two to mark. */
export interface Mismatch {
  readonly about: 'value' | 'operator';
  readonly message: string;
  readonly expected: readonly string[];
}

export type Matched = { readonly predicate: Predicate } | { readonly mismatch: Mismatch };

/** One comparison, its value read by the type of the place. `now` is milliseconds since 1970. */
export function matchValue(place: Place, operator: ComparisonOperator, value: Literal, now: number): Matched {
  const { target } = place;
  const type = target.kind === 'entry' || target.kind === 'entries' ? 'keyword' : target.type;
  switch (type) {
    case 'keyword':
    case 'text':
      return operator === ':' ? { predicate: matchText(target, type, value) } : noRange(operator, 'text');
    case 'boolean':
      return operator === ':' ? matchBoolean(target, value) : noRange(operator, 'true or false');
    case 'integer':
    case 'float':
      return matchNumber(place, operator, value);
    case 'date':
      return matchDate(target, operator, value, now);
    case 'ip':
      return matchAddress(target, operator, value);
  }
}

type ValueTarget = Place['target'];

function matchText(target: ValueTarget, type: 'keyword' | 'text', value: Literal): Predicate {
  if (type === 'keyword') {
    return value.parts ? { kind: 'pattern', target, parts: value.parts.map(foldCase) } : { kind: 'equals', target, value: value.text };
  }
  if (!value.parts) return { kind: 'contains', target, text: foldCase(value.text) };
  return { kind: 'pattern', target, parts: ['', ...value.parts.map(foldCase), ''] };
}

function matchBoolean(target: ValueTarget, value: Literal): Matched {
  const text = value.text.toLowerCase();
  if (text === 'true' || text === 'false') return { predicate: { kind: 'equals', target, value: text === 'true' } };
  return wrongValue(value, 'is neither true nor false', ['true', 'false']);
}

function matchNumber({ target, unit }: Place, operator: ComparisonOperator, value: Literal): Matched {
  const number = value.parts ? undefined : parseQuantity(value.text, unit);
  if (number === undefined) {
    const units = unitsOf(unit);
    const hint = units.length === 0 ? 'is no number' : `is no number (units: ${units.join(' ')})`;
    return wrongValue(value, hint, ['a number', '*']);
  }
  if (operator === ':') return { predicate: { kind: 'equals', target, value: number } };
  return { predicate: range(target, operator, number) };
}

/** A date stands for all moments of the unit that it was written to: `2026-01-02` is the whole day, `> 2026-01-02` begins behind it. */
function matchDate(target: ValueTarget, operator: ComparisonOperator, value: Literal, now: number): Matched {
  const moments: Moments | undefined = value.parts ? undefined : parseTime(value.text, now);
  if (moments === undefined) return wrongValue(value, 'is no time', ['2026-01-02', '"2026-01-02T03:04:05Z"', 'now-15m', '*']);
  const from: Bound = { value: operator === '>' ? moments.end : moments.start, inclusive: true };
  const to: Bound = { value: operator === '<' ? moments.start : moments.end, inclusive: false };
  const bounds = operator === ':' ? { from, to } : operator.startsWith('>') ? { from } : { to };
  return { predicate: { kind: 'range', target, ...bounds } };
}

function matchAddress(target: ValueTarget, operator: ComparisonOperator, value: Literal): Matched {
  const key = value.parts ? undefined : ipKey(value.text);
  if (operator !== ':') {
    return key === undefined
      ? wrongValue(value, `is no address; ${operator} needs one`, ['an address'])
      : { predicate: addressRange(target, operator, key) };
  }
  const keys = key !== undefined ? { from: key, to: key } : value.parts ? octetKeys(value.text) : networkKeys(value.text);
  if (keys === undefined)
    return wrongValue(value, 'is no address', ['10.0.0.7', '10.0.0.0/8', '10.0.*', '2001:db8::1', '2001:db8::/32', '*']);
  return { predicate: { kind: 'range', target, from: { value: keys.from, inclusive: true }, to: { value: keys.to, inclusive: true } } };
}

/** A range of addresses stays within the family of its bound. */
function addressRange(target: ValueTarget, operator: ComparisonOperator, key: string): Predicate {
  const family = key[0]!;
  const bound = range(target, operator, key);
  const lowest: Bound = { value: family, inclusive: true };
  const highest: Bound = { value: `${family}g`, inclusive: false };
  return operator.startsWith('>') ? { ...bound, to: highest } : { ...bound, from: lowest };
}

function range(target: ValueTarget, operator: ComparisonOperator, value: number | string): Extract<Predicate, { kind: 'range' }> {
  const bound: Bound = { value, inclusive: operator.endsWith('=') };
  return operator.startsWith('>') ? { kind: 'range', target, from: bound } : { kind: 'range', target, to: bound };
}

function wrongValue(value: Literal, what: string, expected: readonly string[]): Matched {
  return { mismatch: { about: 'value', message: `\`${value.text}\` ${what}`, expected } };
}

function noRange(operator: ComparisonOperator, holds: string): Matched {
  return {
    mismatch: {
      about: 'operator',
      message: `\`${operator}\` needs a number, a time or an address; this field holds ${holds}`,
      expected: [':'],
    },
  };
}
