import { hasKey, isPacketTime, keyName } from '@orbweaver/contracts/indices/mappings.ts';
import { formatNanos } from '@orbweaver/query/search/instant-text.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import type { Bound, Predicate, ScalarType, Target } from '@orbweaver/query/search/predicate.ts';
import type { Selection, TimeRange } from '@orbweaver/query/search/reader.ts';
import { dateBoundKey, keyOfDate } from './date-key.ts';
import { anyEntryStart, entryStart } from './entries.ts';
import { caselessRegexp, literalRegexp } from './fold-regexp.ts';

/** A query as Elasticsearch takes it: JSON. */
export type Query = Readonly<Record<string, unknown>>;

export const everything: Query = { match_all: {} };
const nothing: Query = { match_none: {} };

/** JSON numbers end at 2^53 for JavaScript, and `date_nanos` goes past it: moments travel as text. */
export const nanosFormat = 'strict_date_optional_time_nanos';
/** Lowest and highest value. */
type Limits<T> = readonly [T, T];
/** `date_nanos` holds nothing before 1970 nor behind the 63rd bit. */
const packetNanos: Limits<bigint> = [0n, 2n ** 63n - 1n];
const integers: Limits<number> = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
/** States of the automaton of a pattern; Elasticsearch refuses one that takes more. */
const maxStates = 100_000;

/** The records of a selection among indices of its datasets. */
export function selectionQuery({ predicate, time }: Selection): Query {
  const parts = [...(time === undefined ? [] : [timeQuery(time)]), ...(predicate.kind === 'all' ? [] : [predicateQuery(predicate)])];
  return parts.length === 0 ? everything : { bool: { filter: parts } };
}

export function timeQuery({ from, to }: TimeRange): Query {
  return packetTimeQuery('@timestamp', { value: from, inclusive: true }, { value: to, inclusive: false });
}

/** A predicate, to the letter of `predicate.ts`: leaves on a missing field are false, case is ignored by `foldCase`. */
export function predicateQuery(predicate: Predicate): Query {
  switch (predicate.kind) {
    case 'all':
      return everything;
    case 'none':
      return nothing;
    case 'and':
      return { bool: { filter: predicate.operands.map(predicateQuery) } };
    case 'or':
      return { bool: { should: predicate.operands.map(predicateQuery), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: [predicateQuery(predicate.operand)] } };
    case 'exists':
      return existsQuery(predicate.target);
    default:
      return leafQuery(predicate);
  }
}

/** Records that have a value there. */
export function existsQuery(target: Target): Query {
  switch (target.kind) {
    case 'field':
    case 'property': {
      const name = pathOf(target);
      return isText(target.type) ? textExists(name) : { exists: { field: placeOf(name, target.type) } };
    }
    case 'container':
      // What is indexed of objects are their properties.
      return target.type === 'map' ? textExists(target.field) : { exists: { field: `${target.field}.*` } };
    case 'entries':
      return textExists(target.field);
    case 'entry':
      return { prefix: { [target.field]: { value: entryStart(target.key) } } };
  }
}

/** Where Elasticsearch compares, sorts and counts the values of a field. */
export function placeOf(name: string, type: ScalarType): string {
  return hasKey(name, type) ? keyName(name) : name;
}

type Leaf = Exclude<Extract<Predicate, { target: Target }>, { kind: 'exists' }>;

function leafQuery(leaf: Leaf): Query {
  const { target } = leaf;
  if (target.kind === 'container') return nothing;
  const [name, start] = target.kind === 'entry' ? [target.field, entryStart(target.key)] : [pathOf(target), ''];
  const type = target.kind === 'field' || target.kind === 'property' ? target.type : 'keyword';
  const before = target.kind === 'entries' ? anyEntryStart : literalRegexp(start);
  switch (leaf.kind) {
    case 'equals':
      if (target.kind === 'entries') return regexpQuery(name, `${before}${literalRegexp(String(leaf.value))}`);
      return equalsQuery(name, type, typeof leaf.value === 'string' ? `${start}${leaf.value}` : leaf.value);
    case 'contains':
      return regexpQuery(name, `${before}.*${caselessRegexp(leaf.text)}.*`);
    case 'pattern':
      return regexpQuery(name, `${before}${leaf.parts.map(caselessRegexp).join('.*')}`);
    case 'range':
      return rangeQuery(name, type, leaf.from, leaf.to);
  }
}

function equalsQuery(name: string, type: ScalarType, value: string | number | boolean): Query {
  if (name === 'event.id') return { ids: { values: [value] } };
  if (type === 'integer' && !Number.isSafeInteger(value)) return nothing;
  if (!hasKey(name, type)) return { term: { [name]: { value } } };
  const key = type === 'ip' ? ipKey(String(value)) : keyOfDate(String(value));
  return key === undefined ? nothing : { term: { [keyName(name)]: { value: key } } };
}

function rangeQuery(name: string, type: ScalarType, from: Bound | undefined, to: Bound | undefined): Query {
  if (isPacketTime(name)) return packetTimeQuery(name, from, to);
  if (type === 'integer') return limitedQuery(name, integers, from, to, (bound) => bound);
  const key = ({ value }: Bound) => (typeof value === 'bigint' ? dateBoundKey(value) : value);
  const place = placeOf(name, type);
  if (from?.inclusive && to?.inclusive && from.value === to.value) return { term: { [place]: { value: key(from) } } };
  const bounds = {
    ...(from === undefined ? {} : { [from.inclusive ? 'gte' : 'gt']: key(from) }),
    ...(to === undefined ? {} : { [to.inclusive ? 'lte' : 'lt']: key(to) }),
  };
  return { range: { [place]: bounds } };
}

function packetTimeQuery(name: string, from: Bound | undefined, to: Bound | undefined): Query {
  return limitedQuery(name, packetNanos, from, to, (nanos) => formatNanos(nanos, 9), { format: nanosFormat });
}

/** A range of values that all lie within limits. Elasticsearch refuses bounds that its type cannot hold; such a one says nothing, or that there is nothing. */
function limitedQuery<T extends number | bigint>(
  name: string,
  [lowest, highest]: Limits<T>,
  from: Bound | undefined,
  to: Bound | undefined,
  written: (bound: T) => unknown,
  more: Readonly<Record<string, unknown>> = {},
): Query {
  const low = from as { value: T; inclusive: boolean } | undefined;
  const high = to as { value: T; inclusive: boolean } | undefined;
  if ((low !== undefined && low.value > highest) || (high !== undefined && high.value < lowest)) return nothing;
  const bounds = {
    ...(low === undefined || low.value < lowest ? {} : { [low.inclusive ? 'gte' : 'gt']: written(low.value) }),
    ...(high === undefined || high.value > highest ? {} : { [high.inclusive ? 'lte' : 'lt']: written(high.value) }),
  };
  return Object.keys(bounds).length === 0 ? { exists: { field: name } } : { range: { [name]: { ...bounds, ...more } } };
}

/** Case is in the expression, not in the query: `case_insensitive` knows ASCII only. */
function regexpQuery(name: string, value: string): Query {
  return { regexp: { [name]: { value, flags: 'NONE', max_determinized_states: maxStates } } };
}

/** A text that is too long to be searched is there all the same. */
function textExists(name: string): Query {
  return { bool: { should: [{ exists: { field: name } }, { term: { _ignored: { value: name } } }], minimum_should_match: 1 } };
}

function isText(type: ScalarType): boolean {
  return type === 'keyword' || type === 'text';
}

function pathOf(target: Exclude<Target, { kind: 'container' }>): string {
  return target.kind === 'property' ? `${target.field}.${target.property}` : target.field;
}
