import type { Field } from '@orbweaver/contracts/records/schema.ts';
import type { CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { packetTimes } from '../packet-times.ts';
import { derivedMacros, storedDerived } from './derived.ts';

/**
 * How fields lie in SQL. What goes in comes out equal:
 *
 * - the times of the packets (`packetTimes`) are nanoseconds since 1970, with a column beside them for the digits of fraction they were written with;
 * - other dates (certificates, mail) may lie in any year to 9999 and stay as text, turned into nanoseconds when a query asks;
 * - addresses are address keys (`ip-key.ts`): text that compares like the address;
 * - what other columns tell is not stored again (`derived.ts`);
 * - maps are `MAP(VARCHAR, VARCHAR)`, object lists `STRUCT(...)[]`, many values a list.
 */
export interface Column {
  /** The field's full name, which is the column's name. */
  readonly name: string;
  readonly field: Field;
  readonly sqlType: string;
  /** The type that the JSON is read as. */
  readonly jsonType: string;
  /** From the JSON column to what is stored. */
  readonly store: string;
  /** Part of how another is stored; no field of a record. */
  readonly isHidden?: boolean;
}

/** Identifiers come from the schema, never from a question; quoted all the same. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The column that holds the digits of fraction of a packet time. */
export function digitsName(name: string): string {
  return `${name}:digits`;
}

/** Every column of a table with these fields. */
export function columnsOf(fields: readonly CatalogueField[]): Column[] {
  return fields.flatMap(({ name, field }) => toColumns(name, field));
}

function toColumns(name: string, field: Field): Column[] {
  const from = quoteName(name);
  const { store = storeExpression(from, field), beside = [] } = storedDerived.get(name) ?? {};
  if (packetTimes.has(name)) {
    const digits: Field = { type: 'integer', label: '', help: '' };
    return [
      { name, field, sqlType: 'BIGINT', jsonType: 'VARCHAR', store },
      { name: digitsName(name), field: digits, sqlType: 'UTINYINT', jsonType: '', store: `greatest(length(${from}) - 21, 0)::UTINYINT` },
      ...beside,
    ];
  }
  return [{ name, field, sqlType: sqlType(field), jsonType: sqlType(field), store }, ...beside];
}

function sqlType(field: Field): string {
  const one = scalarType(field);
  return field.many || field.type === 'object' ? `${one}[]` : one;
}

function scalarType(field: Field): string {
  switch (field.type) {
    case 'keyword':
    case 'text':
    case 'ip':
    case 'date':
      return 'VARCHAR';
    case 'integer':
      return 'BIGINT';
    case 'float':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'map':
      return 'MAP(VARCHAR, VARCHAR)';
    case 'object': {
      const properties = Object.entries(field.properties ?? {}).map(([name, of]) => `${quoteName(name)} ${sqlType(of)}`);
      return `STRUCT(${properties.join(', ')})`;
    }
  }
}

function storeExpression(from: string, field: Field): string {
  if (field.type === 'ip') return field.many ? `list_transform(${from}, lambda x: ip_key(x))` : `ip_key(${from})`;
  const properties = Object.entries(field.properties ?? {});
  if (field.type === 'object' && properties.some(([, of]) => of.type === 'ip')) {
    const packed = properties.map(([name, of]) => `${quoteName(name)} := ${storeExpression(`o.${quoteName(name)}`, of)}`);
    return `list_transform(${from}, lambda o: struct_pack(${packed.join(', ')}))`;
  }
  return from;
}

/** SQL functions that the expressions above and the queries use; made once in each database instance. */
export const macros: readonly string[] = [
  // Anything but RFC 3339 in UTC is an error, so that the batch is looked at record by record.
  `CREATE OR REPLACE MACRO packet_time(x) AS CASE WHEN x IS NULL THEN NULL WHEN suffix(x, 'Z') AND length(x) BETWEEN 20 AND 30
     THEN epoch_ns(x::TIMESTAMP_NS) ELSE error('not an RFC 3339 time in UTC: ' || x) END`,
  `CREATE OR REPLACE MACRO needed(x) AS CASE WHEN x IS NULL THEN error('a field is missing that every record has') ELSE x END`,
  `CREATE OR REPLACE MACRO date_nanos(x) AS epoch_us(try_cast(left(x, 19) AS TIMESTAMP))::HUGEINT * 1000
     + coalesce(try_cast(rpad(regexp_extract(x, '\\.(\\d+)', 1), 9, '0') AS BIGINT), 0)`,
  // The cheapest way found to put four numbers together: their product with the weights of the octets.
  `CREATE OR REPLACE MACRO ip4_hex(x) AS printf('%08x',
     list_dot_product(string_split(x, '.')::UTINYINT[]::DOUBLE[], [16777216, 65536, 256, 1]::DOUBLE[])::UINTEGER)`,
  // `list_transform([value], lambda name: ...)[1]` names a value that is needed more than once, so that the expression does not multiply.
  // The dotted tail of an IPv6 address becomes two groups, then '::' is filled up to eight.
  `CREATE OR REPLACE MACRO ip6_plain(x) AS CASE WHEN contains(x, '.') THEN list_transform([ip4_hex(regexp_extract(x, '([0-9.]+)$', 1))],
     lambda h: regexp_extract(x, '^(.*:)', 1) || left(h, 4) || ':' || right(h, 4))[1] ELSE x END`,
  `CREATE OR REPLACE MACRO ip6_key(x) AS list_transform([list_filter(string_split(list_transform([ip6_plain(x)],
       lambda p: replace(p, '::', ':' || repeat('0:', 8 - len(list_filter(string_split(p, ':'), lambda g: g <> '')))))[1], ':'), lambda g: g <> '')],
     lambda l: CASE WHEN len(l) = 8 AND NOT contains(x, ':::') AND len(list_filter(l, lambda g: NOT regexp_full_match(g, '[0-9A-Fa-f]{1,4}'))) = 0
       THEN '6' || array_to_string(list_transform(l, lambda g: lpad(lower(g), 4, '0')), '') ELSE error('not an address: ' || x) END)[1]`,
  `CREATE OR REPLACE MACRO ip_key(x) AS CASE WHEN x IS NULL THEN NULL WHEN contains(x, ':') THEN ip6_key(x)
     WHEN regexp_full_match(x, '(\\d{1,3}\\.){3}\\d{1,3}') THEN '4' || ip4_hex(x) ELSE error('not an address: ' || x) END`,
  ...derivedMacros,
];
