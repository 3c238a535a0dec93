import type { Field } from '@orbweaver/contracts/records/schema.ts';
import { quoteName, type Column } from './columns.ts';
import type { Parameters } from './parameters.ts';

/**
 * What other columns tell is not stored again. A column of its own name holds a value only where they do not tell it: in records that came from elsewhere, and in
 * segments of earlier versions. So `readSql` is what a question asks for, never the bare column.
 *
 * - `flow.id`: 24 hex digits are two numbers, 12 bytes instead of 24 that do not compress.
 * - `event.id`: the flow's, on a flow; on a transaction the flow's, the dataset and a number, of which the number is stored.
 * - `network.community_id`: a hash of addresses, ports and transport. Its first four bytes are stored, by which it is found.
 * - `event.start` is mostly `@timestamp`, and `event.end` that and the duration.
 */
const flowId = `printf('%016x%08x', "flow.id:high", "flow.id:low")`;
const derived: Readonly<Record<string, string>> = {
  'flow.id': `coalesce("flow.id", ${flowId})`,
  'event.id': `coalesce("event.id", ${flowId} || coalesce('-' || "event.dataset" || '-' || "event.id:ordinal", ''))`,
  'network.community_id': `coalesce("network.community_id", CASE WHEN "network.community_id:head" IS NOT NULL THEN
    community_text(community_digest("source.ip", "source.port", "destination.ip", "destination.port", "network.transport")) END)`,
  'event.start': `coalesce("event.start", CASE WHEN "event.start:derived" THEN "@timestamp" END)`,
  'event.end': `coalesce("event.end", CASE WHEN "event.end:derived" THEN "@timestamp" + "event.duration" END)`,
};

/** The value of a field in a table that has it. */
export function readSql(name: string): string {
  return derived[name] ?? quoteName(name);
}

/** Whether a field may have values that its own column does not show. */
export function isDerived(name: string): boolean {
  return name in derived;
}

/** The id of a record as numbers, in a table that has none as a text. */
export const idNumbers = '"flow.id:high", "flow.id:low", coalesce("event.id:ordinal"::HUGEINT, -1)';

/** Orders records of one table by their ids: numbers as the texts would, which is by digits behind the flow's id. */
export const idOrder = {
  texts: readSql('event.id'),
  numbers: '"flow.id:high", "flow.id:low", "event.id:ordinal"::VARCHAR NULLS FIRST',
} as const;

const hidden: Field = { type: 'integer', label: '', help: '' };
const hiddenColumn = (name: string, sqlType: string, store: string): Column => ({
  ...{ name, sqlType, store, field: hidden, jsonType: '', isHidden: true },
});

/** A value that is not stored where it is told by others. */
const whereNot = (from: string, told: string, mark: string) => ({
  store: `CASE WHEN ${told} THEN NULL ELSE "${from}" END`,
  beside: [hiddenColumn(mark, 'BOOLEAN', `CASE WHEN ${told} THEN TRUE END`)],
});

/** From the JSON to the column of the field's own name, and the columns beside it. The names with `#` come from `preparedSql`. */
export const storedDerived: ReadonlyMap<string, { readonly store: string; readonly beside: readonly Column[] }> = new Map([
  [
    'flow.id',
    {
      store: 'CASE WHEN "#isFlow" THEN NULL ELSE "flow.id" END',
      beside: [
        hiddenColumn('flow.id:high', 'UBIGINT', `CASE WHEN "#isFlow" THEN ('0x' || left("flow.id", 16))::UBIGINT END`),
        hiddenColumn('flow.id:low', 'UINTEGER', `CASE WHEN "#isFlow" THEN ('0x' || right("flow.id", 8))::UINTEGER END`),
      ],
    },
  ],
  [
    'event.id',
    {
      store: `CASE WHEN "#isFlow" AND ("event.id" = "flow.id" OR "event.id" = "flow.id" || '-' || "event.dataset" || '-' || "#ordinal") THEN NULL
        ELSE needed("event.id") END`,
      beside: [hiddenColumn('event.id:ordinal', 'UBIGINT', '"#ordinal"')],
    },
  ],
  [
    'network.community_id',
    {
      store: 'CASE WHEN "#isCommunity" THEN NULL ELSE "network.community_id" END',
      beside: [
        hiddenColumn('network.community_id:head', 'UINTEGER', `CASE WHEN "#isCommunity" THEN ('0x' || left("#digest", 8))::UINTEGER END`),
      ],
    },
  ],
  ['source.ip', { store: '"#source"', beside: [] }],
  ['destination.ip', { store: '"#destination"', beside: [] }],
  ['@timestamp', { store: '"#time"', beside: [] }],
  ['event.start', whereNot('#start', '"#start" = "#time"', 'event.start:derived')],
  ['event.end', whereNot('#end', '"#end" = "#time"::HUGEINT + "event.duration"', 'event.end:derived')],
]);

/** Rows of JSON with what several columns are made from. */
export function preparedSql(rows: string): string {
  return `SELECT *, community_digest("#source", "source.port", "#destination", "destination.port", "network.transport") AS "#digest",
    "network.community_id" = community_text("#digest") AS "#isCommunity" FROM (
    SELECT *, packet_time(needed("@timestamp")) AS "#time", packet_time("event.start") AS "#start", packet_time("event.end") AS "#end",
      ip_key("source.ip") AS "#source", ip_key("destination.ip") AS "#destination", regexp_full_match("flow.id", '[0-9a-f]{24}') AS "#isFlow",
      CASE WHEN starts_with("event.id", "flow.id" || '-' || "event.dataset" || '-')
        THEN try_cast(substr("event.id", length("flow.id") + length("event.dataset") + 3) AS UBIGINT) END AS "#ordinal" FROM ${rows})`;
}

/** That a field equals a text; undefined for a field of which no more is known than its column. */
export function derivedEquals(name: string, text: string, parameters: Parameters): string | undefined {
  if (name === 'flow.id' || name === 'event.id') return idEquals(name, text, parameters);
  return name === 'network.community_id' ? communityEquals(text, parameters) : undefined;
}

/** What fits its column. */
const largestOrdinal = 2n ** 64n - 1n;

export function idEquals(name: 'flow.id' | 'event.id', text: string, parameters: Parameters): string {
  const asText = `${quoteName(name)} = ${parameters.text(text)}`;
  const [, high, low, dataset, ordinal] = /^([0-9a-f]{16})([0-9a-f]{8})(?:-(\w+)-(0|[1-9]\d{0,19}))?$/.exec(text) ?? [];
  if (high === undefined || low === undefined || (name === 'flow.id' && dataset !== undefined) || BigInt(ordinal ?? 0) > largestOrdinal)
    return asText;
  const numbers = [
    `"flow.id:high" = ${parameters.unsigned(BigInt(`0x${high}`), 64)}`,
    `"flow.id:low" = ${parameters.unsigned(BigInt(`0x${low}`), 32)}`,
  ];
  if (name === 'event.id') {
    numbers.push('"event.id" IS NULL');
    if (dataset === undefined || ordinal === undefined) numbers.push('"event.id:ordinal" IS NULL');
    else numbers.push(`"event.id:ordinal" = ${parameters.unsigned(BigInt(ordinal), 64)}`, `"event.dataset" = ${parameters.text(dataset)}`);
  }
  return `(${numbers.join(' AND ')} OR ${asText})`;
}

function communityEquals(text: string, parameters: Parameters): string {
  const name = 'network.community_id';
  const asText = `${quoteName(name)} = ${parameters.text(text)}`;
  if (!/^1:[A-Za-z0-9+/]{27}=$/.test(text)) return asText;
  const head = parameters.unsigned(BigInt(Buffer.from(text.slice(2), 'base64').readUInt32BE()), 32);
  return `("${name}:head" = ${head} AND ${readSql(name)} = ${parameters.text(text)} OR ${asText})`;
}

/** SQL functions that the expressions above use. */
export const derivedMacros: readonly string[] = [
  // Community ID version 1 with seed 0: SHA-1 over seed, the lower end's address, the other's, protocol, padding, ports. NULL where it would need more than these.
  `CREATE OR REPLACE MACRO community_digest(a, p, b, q, transport) AS sha1(unhex('0000' ||
     CASE WHEN a < b OR (a = b AND p <= q) THEN substr(a, 2) || substr(b, 2) ELSE substr(b, 2) || substr(a, 2) END ||
     CASE transport WHEN 'tcp' THEN '0600' WHEN 'udp' THEN '1100' WHEN 'sctp' THEN '8400' END ||
     CASE WHEN p NOT BETWEEN 0 AND 65535 OR q NOT BETWEEN 0 AND 65535 THEN NULL
       WHEN a < b OR (a = b AND p <= q) THEN printf('%04x%04x', p, q) ELSE printf('%04x%04x', q, p) END))`,
  `CREATE OR REPLACE MACRO community_text(digest) AS '1:' || to_base64(unhex(digest))`,
];
