import type { Bound, Predicate, ScalarType, Target } from '@orbweaver/query/search/predicate.ts';
import { fits64Bits, packetTimes } from '../packet-times.ts';
import { quoteName } from './columns.ts';
import { derivedEquals, readSql } from './derived.ts';
import type { Parameters } from './parameters.ts';

/** `fields`: names of the fields that the table has; a leaf on another is false. */
export type HasField = (name: string) => boolean;

/** What is left of a predicate on a table with these fields: `all` and `none` stand alone or not at all. */
export function reducePredicate(predicate: Predicate, has: HasField): Predicate {
  switch (predicate.kind) {
    case 'all':
    case 'none':
      return predicate;
    case 'not': {
      const operand = reducePredicate(predicate.operand, has);
      if (operand.kind === 'all') return { kind: 'none' };
      return operand.kind === 'none' ? { kind: 'all' } : { kind: 'not', operand };
    }
    case 'and':
    case 'or': {
      const [neutral, final] = predicate.kind === 'and' ? ['all', 'none'] : ['none', 'all'];
      const operands = predicate.operands.map((operand) => reducePredicate(operand, has)).filter(({ kind }) => kind !== neutral);
      if (operands.length === 0) return { kind: neutral } as Predicate;
      return operands.find(({ kind }) => kind === final) ?? (operands.length === 1 ? operands[0]! : { kind: predicate.kind, operands });
    }
    default:
      return has(predicate.target.field) && (predicate.kind === 'exists' || predicate.target.kind !== 'container')
        ? predicate
        : { kind: 'none' };
  }
}

/**
 * A reduced predicate as a condition for `WHERE`: NULL counts as false there, and under `not` through `IS NOT TRUE`, so leaves need no guard and a plain
 * comparison can use the zone maps.
 */
export function predicateSql(predicate: Predicate, parameters: Parameters): string {
  switch (predicate.kind) {
    case 'all':
      return 'TRUE';
    case 'none':
      return 'FALSE';
    case 'not':
      return `(${predicateSql(predicate.operand, parameters)}) IS NOT TRUE`;
    case 'and':
    case 'or':
      return `(${predicate.operands.map((operand) => predicateSql(operand, parameters)).join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`;
    default:
      return leafSql(predicate, parameters);
  }
}

type Leaf = Extract<Predicate, { target: Target }>;

function leafSql(leaf: Leaf, parameters: Parameters): string {
  const { target } = leaf;
  if (leaf.kind === 'exists') return existsSql(target, parameters);
  if (target.kind === 'container') return 'FALSE';
  const test = (value: string, type: ScalarType, wide: boolean) => valueSql(leaf, value, type, wide, parameters);
  const column = readSql(target.field);
  switch (target.kind) {
    case 'field':
      if (leaf.kind === 'equals' && typeof leaf.value === 'string') {
        const equal = derivedEquals(target.field, leaf.value, parameters);
        if (equal !== undefined) return equal;
      }
      return target.many
        ? anyOf(column, (value) => test(value, target.type, true))
        : test(column, target.type, !packetTimes.has(target.field));
    case 'entry':
      return test(`map_extract_value(${column}, ${parameters.text(target.key)})`, 'keyword', false);
    case 'entries':
      return anyOf(`map_values(${column})`, (value) => test(value, 'keyword', false));
    case 'property': {
      const property = (object: string) => `${object}.${quoteName(target.property)}`;
      if (!target.many) return anyOf(column, (object) => test(property(object), target.type, true));
      return anyOf(`flatten(list_transform(${column}, lambda o: ${property('o')}))`, (value) => test(value, target.type, true));
    }
  }
}

/** True if the condition holds for any item of the list. */
function anyOf(list: string, condition: (item: string) => string): string {
  return `len(list_filter(${list}, lambda x: ${condition('x')})) > 0`;
}

function existsSql(target: Target, parameters: Parameters): string {
  const column = readSql(target.field);
  switch (target.kind) {
    case 'field':
      return target.many ? `len(${column}) > 0` : `${column} IS NOT NULL`;
    case 'container':
      return target.type === 'map' ? `cardinality(${column}) > 0` : `len(${column}) > 0`;
    case 'entry':
      return `map_extract_value(${column}, ${parameters.text(target.key)}) IS NOT NULL`;
    case 'entries':
      return `cardinality(${column}) > 0`;
    case 'property': {
      const property = `x.${quoteName(target.property)}`;
      return `len(list_filter(${column}, lambda x: ${target.many ? `len(${property}) > 0` : `${property} IS NOT NULL`})) > 0`;
    }
  }
}

/** One comparison of one value. `wide`: dates here are text. */
function valueSql(leaf: Exclude<Leaf, { kind: 'exists' }>, value: string, type: ScalarType, wide: boolean, parameters: Parameters): string {
  switch (leaf.kind) {
    case 'equals':
      return `${value} = ${scalar(leaf.value, parameters)}`;
    case 'contains':
      return `contains(lower(${value}), ${parameters.text(leaf.text)})`;
    case 'pattern':
      return patternSql(leaf.parts, value, parameters);
    case 'range': {
      const compared = type === 'date' && wide ? `date_nanos(${value})` : value;
      const bound = (each: Bound, operator: string) =>
        `${compared} ${operator}${each.inclusive ? '=' : ''} ${boundSql(each.value, type, wide, parameters)}`;
      const { from, to } = leaf;
      if (from?.inclusive && to?.inclusive && from.value === to.value)
        return `${compared} = ${boundSql(from.value, type, wide, parameters)}`;
      return `(${[...(from ? [bound(from, '>')] : []), ...(to ? [bound(to, '<')] : [])].join(' AND ')})`;
    }
  }
}

function scalar(value: string | number | boolean, parameters: Parameters): string {
  if (typeof value === 'string') return parameters.text(value);
  return typeof value === 'number' ? parameters.number(value) : parameters.boolean(value);
}

function boundSql(value: number | bigint | string, type: ScalarType, wide: boolean, parameters: Parameters): string {
  if (typeof value === 'bigint')
    return type === 'date' && !wide && fits64Bits(value) ? parameters.bigint(value) : parameters.hugeint(value);
  return scalar(value, parameters);
}

function patternSql(parts: readonly string[], value: string, parameters: Parameters): string {
  const lowered = `lower(${value})`;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  if (middle.length === 0 && last === '')
    return first === '' ? `${value} IS NOT NULL` : `starts_with(${lowered}, ${parameters.text(first)})`;
  if (middle.length === 0 && first === '') return `ends_with(${lowered}, ${parameters.text(last)})`;
  if (middle.length === 1 && first === '' && last === '') return `contains(${lowered}, ${parameters.text(middle[0]!)})`;
  const escaped = parts.map((part) => part.replace(/[\\%_]/g, '\\$&')).join('%');
  return `${lowered} LIKE ${parameters.text(escaped)} ESCAPE '\\'`;
}
