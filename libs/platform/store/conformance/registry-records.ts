import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchedCharacters } from '@orbweaver/contracts/indices/mappings.ts';
import type { FieldMap, FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';
import type { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { formatNanos, parseInstant } from '@orbweaver/query/search/instant-text.ts';

/** What stands on the records of one flow of the Community ID specification's baseline: DuckDB's store computes some of it from the rest. */
export const baselineFlow = {
  'source.ip': '128.232.110.120',
  'source.port': 34_855,
  'destination.ip': '66.35.250.204',
  'destination.port': 80,
  'network.transport': 'tcp',
  'network.community_id': '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
};

/** One value of each kind for each made record: ordinary ones, the same in another case, and what is hard to quote, to fold or to count. */
const values = {
  keyword: ['Alpha beta-7.example', 'ALPHA beta-7.EXAMPLE', 'Grüße \\ "100%_*?" (or: {a|b})&<c>', 'İΣς\n😀 and', ''],
  integer: [443, 0, 1_500_000, Number.MAX_SAFE_INTEGER, -7],
  float: [1.5, -0.25, 1e-7, 1e15, 0],
  boolean: [true, false, true, false, false],
  ip: ['10.0.0.7', '10.0.1.255', '2001:db8::1', '::ffff:10.0.0.7', 'fe80::ffff:1'],
  date: [
    '2026-06-01T12:00:00.5Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '1969-12-31T23:59:59.999999999Z',
    '2024-02-29T23:59:59Z',
  ],
} as const;
const names = ['host', 'X-Trace', 'a: b\\', 'ünï.cödé', 'empty'] as const;
const made = names.length;

/**
 * Records of every dataset of the catalogue, in which every field has values: of those that the protocols' goldens show, so many that each field they have stands
 * there, and some made by the types of the fields. All of one hour, each with an id of its own.
 */
export function registryRecords(catalogue: Catalogue): TrafficRecord[] {
  const records = [...seenRecords(catalogue), ...[...catalogue.datasets.values()].flatMap((schema) => madeRecords(catalogue, schema))];
  return records.map((record, index) => moved(record, index));
}

function seenRecords(catalogue: Catalogue): TrafficRecord[] {
  const folder = join(import.meta.dirname, '../../../protocols');
  const lines = globSync('*/goldens/*.ndjson', { cwd: folder })
    .sort()
    .flatMap((path) => readFileSync(join(folder, path), 'utf8').split('\n'));
  const seen = new Set<string>();
  const chosen: TrafficRecord[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const record = JSON.parse(line) as TrafficRecord;
    // Kept, but not searched by every store.
    if (Object.values(record).some((value) => typeof value === 'string' && value.length > searchedCharacters)) continue;
    const dataset = record['event.dataset'];
    const shown = catalogue.datasets.has(dataset) ? placesOf(record).map((place) => `${dataset} ${place}`) : [];
    if (shown.every((place) => seen.has(place))) continue;
    for (const place of shown) seen.add(place);
    const id = `seen-${chosen.length}`;
    chosen.push({ ...record, 'event.id': id, 'flow.id': dataset === 'flow' ? id : `of-${id}` });
  }
  return chosen;
}

/** The fields of a record that have a value, and the properties of its objects. */
function placesOf(record: TrafficRecord): string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const objects = Array.isArray(value) ? (value as readonly unknown[]).filter((item) => typeof item === 'object') : [];
    return [name, ...objects.flatMap((object) => Object.keys(object as FieldMap).map((property) => `${name}.${property}`))];
  });
}

function madeRecords(catalogue: Catalogue, { dataset }: DatasetSchema): TrafficRecord[] {
  const at = Array.from({ length: made }, (_, index) => index);
  const records = at.map((index) => {
    const fields = catalogue.fieldsOf([dataset]).map(({ name, field }) => [name, valueOf(field, index)] as const);
    return { ...Object.fromEntries(fields), ...(index === 0 ? baselineFlow : {}), ...identity(dataset, index) };
  });
  return [...records, { ...identity(dataset, made) }, { ...emptied(catalogue, dataset), ...identity(dataset, made + 1) }];
}

function identity(dataset: string, index: number): TrafficRecord {
  const hash = Buffer.from(dataset.padEnd(11, '.').slice(0, 11)).toString('hex') + `0${index}`;
  const start = `2026-01-02T03:04:05${['Z', '.1Z', '.000001Z', '.123456789Z'][index % 4]!}`;
  return {
    '@timestamp': start,
    'event.id': dataset === 'flow' ? hash : `${hash}-${dataset}-${index}`,
    'event.dataset': dataset,
    'event.start': start,
    'event.end': formatNanos(parseInstant(start)! + BigInt(index) * 1_000_001n, 9),
    'event.duration': index * 1_000_000,
    'flow.id': hash,
  };
}

/** Lists and maps of nothing: as good as missing. */
function emptied(catalogue: Catalogue, dataset: string): Record<string, FieldValue> {
  const lists = catalogue.fieldsOf([dataset]).filter(({ field }) => field.many === true || field.type === 'map' || field.type === 'object');
  return Object.fromEntries(lists.map(({ name, field }) => [name, field.type === 'map' ? {} : []]));
}

function valueOf(field: Field, index: number): FieldValue {
  if (field.type === 'map') return { [names[index]!]: scalarOf('keyword', index), [names[0]]: scalarOf('keyword', index + 1) as string };
  if (field.type === 'object') {
    const properties = Object.entries(field.properties ?? {});
    const object = (from: number) => Object.fromEntries(properties.map(([name, of]) => [name, valueOf(of, from)]));
    // One has every property, one a single one.
    const [first] = properties;
    return [object(index), first === undefined ? {} : { [first[0]]: valueOf(first[1], index + 1) }] as readonly FieldMap[];
  }
  if (!field.many) return scalarOf(field.type, index);
  return [scalarOf(field.type, index), scalarOf(field.type, index + 1)] as readonly string[];
}

function scalarOf(type: Exclude<Field['type'], 'map' | 'object'>, index: number): string | number | boolean {
  return values[type === 'text' ? 'keyword' : type][index % made]!;
}

/** A record whose packets came in an hour of their own, each record's a little later. */
function moved(record: TrafficRecord, index: number): TrafficRecord {
  const by = parseInstant('2026-01-02T03:10:00Z')! + BigInt(index) * 1_000_000_000n - parseInstant(record['@timestamp'])!;
  const later = (time: string) => formatNanos(parseInstant(time)! + by, Math.max(time.length - '2026-01-02T03:04:05.Z'.length, 0));
  return {
    ...record,
    '@timestamp': later(record['@timestamp']),
    'event.start': later(record['event.start']),
    'event.end': later(record['event.end']),
  };
}
