import type { Comparison, ComparisonOperator, Literal, QueryNode } from '@orbweaver/contracts/query/ast.ts';
import type { FieldMap, FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { operatorsOf, type Field, type FieldType, type Operator } from '@orbweaver/contracts/records/schema.ts';
import { printQuery } from '@orbweaver/query/language/print.ts';
import type { CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { foldCase } from '@orbweaver/query/search/fold-case.ts';

type Scalar = string | number | boolean;

export interface FieldQuestion {
  /** A field, the name under a map, the property of an object. */
  readonly place: string;
  readonly operator: Operator;
  readonly query: string;
  readonly datasets: readonly string[];
  /** The question is made from a record's value so that some are found; else nothing is promised. */
  readonly finds: boolean;
}

/** Where a field has values: itself, or what lies within it. */
interface FieldPlace {
  readonly name: string;
  readonly type: FieldType;
  readonly values: readonly Scalar[];
}

/** UTF-16 code units of a value that is asked for. */
const maxAskedLength = 500;
/** Names under a map that are asked for. */
const maxNames = 3;
/** Outside of what 64 bits hold. */
const tooLarge = 1e30;
/** Of nodes that nobody typed. */
const nowhere = { position: 0, length: 0 };

/** Every operator that a field has, on values that these records have there and on what is beside them; of each operator the contrary, too. */
export function questionsAbout({ name, field, datasets }: CatalogueField, records: readonly TrafficRecord[]): FieldQuestion[] {
  const found = records.flatMap((record) => (record[name] === undefined ? [] : [record[name]]));
  return placesOf(name, field, found).flatMap((place) =>
    operatorsOf(place.type).flatMap((operator) => {
      const nodes = asked[operator](place);
      const operand = nodes.at(-1)!.node;
      // Where there are several, the contrary of the last says as much as the last itself.
      const plain = nodes.length === 1 ? nodes : nodes.slice(0, -1);
      const all: readonly Asked[] = [...plain, { node: { kind: 'not', operand, ...nowhere }, finds: false }];
      return all.map(({ node, finds }) => ({ place: place.name, operator, datasets: [...datasets], query: printQuery(node), finds }));
    }),
  );
}

function placesOf(name: string, field: Field, found: readonly FieldValue[]): FieldPlace[] {
  if (field.type === 'map') {
    const maps = found as readonly FieldMap[];
    const keys = spread([...new Set(maps.flatMap((map) => Object.keys(map)))], maxNames);
    const entries = keys.map((key): FieldPlace => {
      const held = maps.flatMap((map) => (Object.hasOwn(map, key) ? [map[key] as Scalar] : []));
      return { name: `${name}.${key}`, type: 'keyword', values: held };
    });
    return [{ name, type: 'map', values: maps.flatMap((map) => Object.values(map) as Scalar[]) }, ...entries];
  }
  if (field.type === 'object') {
    const objects = found.flat() as FieldMap[];
    const within = Object.entries(field.properties ?? {}).map(([property, of]): FieldPlace => {
      return { name: `${name}.${property}`, type: of.type, values: objects.flatMap((object) => object[property] ?? []) };
    });
    // Of the whole object texts are asked for: a number would be one only where the property holds numbers.
    return [{ name, type: 'object', values: within.flatMap(({ type, values }) => (type === 'keyword' ? values : [])) }, ...within];
  }
  return [{ name, type: field.type, values: found.flat() as Scalar[] }];
}

interface Asked {
  readonly node: QueryNode;
  readonly finds: boolean;
}

/** By operator, so that one without questions does not compile. The last is asked as its contrary. */
const asked: Readonly<Record<Operator, (place: FieldPlace) => Asked[]>> = {
  exists: ({ name }) => [{ node: { kind: 'presence', field: { name, ...nowhere }, ...nowhere }, finds: true }],
  equals: (place) => {
    const { first, last } = chosen(place);
    return [hit(compare(place, ':', first)), ...near(place, last), hit(compare(place, ':', last))];
  },
  wildcard: (place) => {
    const { first, last } = chosen(place);
    return patterns(String(first), String(last)).map((parts) => hit(like(place, parts)));
  },
  range: (place) => {
    const { first, last } = chosen(place);
    return [
      hit(compare(place, '<=', last)),
      maybe(compare(place, '>', first)),
      maybe(compare(place, '<', last)),
      ...beside(place, last),
      hit(compare(place, '>=', first)),
    ];
  },
  cidr: (place) => {
    const { first, last } = chosen(place);
    return [first, last].flatMap((value) => networks(String(value)).map((network) => hit(compare(place, ':', network))));
  },
};

function maybe(node: QueryNode): Asked {
  return { node, finds: false };
}

function hit(node: QueryNode): Asked {
  return { node, finds: true };
}

/** Equal to what is nearly the value: it is found or not by the type. */
function near(place: FieldPlace, value: Scalar): Asked[] {
  const equal = (other: Scalar) => compare(place, ':', other);
  switch (place.type) {
    case 'integer':
    case 'float':
      return [maybe(equal(Number(value) + 0.5)), maybe(equal(tooLarge))];
    case 'date':
      return [hit(equal(String(value).slice(0, 'YYYY-MM-DD'.length))), hit(equal(String(value).slice(0, 'YYYY'.length)))];
    case 'boolean':
      return [maybe(equal(!value))];
    case 'ip':
      return [maybe(equal('0.0.0.0')), maybe(equal('::'))];
    default:
      return [maybe(equal(swapped(String(value))))];
  }
}

/** Ranges by bounds that no record has, or that are none of the type's values. */
function beside(place: FieldPlace, value: Scalar): Asked[] {
  const bound = (operator: ComparisonOperator, each: Scalar) => compare(place, operator, each);
  const day = String(value).slice(0, 'YYYY-MM-DD'.length);
  switch (place.type) {
    case 'date':
      return [hit(bound('>=', day)), hit(bound('<=', day)), maybe(bound('<', day)), maybe(bound('>', day))];
    case 'ip':
      return [maybe(bound('>', '9.255.255.255')), maybe(bound('<', '::9')), maybe(bound('>', '::'))];
    default:
      return [hit(bound('>=', -tooLarge)), maybe(bound('>', tooLarge)), ...around(place, Number(value))];
  }
}

function around(place: FieldPlace, value: number): Asked[] {
  if (Math.abs(value) > 2 ** 52) return [];
  return [hit({ kind: 'and', operands: [compare(place, '>', value - 0.5), compare(place, '<', value + 0.5)], ...nowhere })];
}

function networks(address: string): string[] {
  if (address.includes(':')) return [`${address}/128`, `${address}/41`, '::/0'];
  const [first, second] = address.split('.');
  return [`${address}/32`, `${address}/23`, '0.0.0.0/0', `${first!}.${second!}.*`];
}

/** Wildcards that the texts fit, with the case of the letters turned: beginning and end of the one, middle and both ends of the other. */
function patterns(first: string, last: string): string[][] {
  const part = (text: string, from: number, to: number) => {
    const characters = [...swapped(text)];
    return characters.slice(Math.round(characters.length * from), Math.round(characters.length * to)).join('');
  };
  return [
    [part(first, 0, 0.5), ''],
    ['', part(first, 0.5, 1)],
    ['', part(last, 0.3, 0.7), ''],
    [part(last, 0, 0.3), part(last, 0.4, 0.6), part(last, 0.7, 1)],
  ];
}

/** The letters in the other case, where that folds back. */
function swapped(text: string): string {
  const other = (char: string) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());
  return [...text].map((char) => (foldCase(other(char)) === foldCase(char) ? other(char) : char)).join('');
}

/** Two of the values: one that packets had, where a golden shows one, and one that was made to be difficult. */
function chosen({ values }: FieldPlace): { readonly first: Scalar; readonly last: Scalar } {
  const short = values.filter((value) => value !== '' && String(value).length <= maxAskedLength);
  const odd = short.filter((value) => /[^ -~]/.test(String(value)));
  return { first: short[0] ?? '', last: odd.at(-1) ?? short.at(-1) ?? '' };
}

/** So many of them, from the first to the last. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))]!);
}

function compare({ name }: FieldPlace, operator: ComparisonOperator, value: Scalar): Comparison {
  const literal: Literal = { text: String(value), quoted: typeof value === 'string', ...nowhere };
  // `10.*` is a pattern in its form, though not in what it asks.
  const pattern = /^[\d.]+\.\*$/.test(literal.text) ? { quoted: false, parts: literal.text.split('*') } : {};
  return { kind: 'comparison', field: { name, ...nowhere }, operator, value: { ...literal, ...pattern }, ...nowhere };
}

function like(place: FieldPlace, parts: readonly string[]): Comparison {
  const { field } = compare(place, ':', '');
  const value = { text: parts.join('*'), quoted: false, parts, ...nowhere };
  return { kind: 'comparison', field, operator: ':', value, ...nowhere };
}
