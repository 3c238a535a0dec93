import { hasKey } from '@orbweaver/contracts/indices/mappings.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { FieldMap, FieldValue } from '@orbweaver/contracts/records/record.ts';
import type { FieldType } from '@orbweaver/contracts/records/schema.ts';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import { jsonLine } from './connection.ts';
import { keyOfDate } from './date-key.ts';
import { entriesOf, mapOfEntries } from './entries.ts';

/** Which fields of a dataset are not written as they are. */
interface Recipe {
  readonly maps: readonly string[];
  /** With their type: what has a key beside it. */
  readonly keys: readonly { readonly name: string; readonly type: FieldType }[];
  readonly properties: readonly { readonly name: string; readonly property: string; readonly type: FieldType }[];
  /** Fields with several values. */
  readonly lists: readonly { readonly name: string; readonly type: FieldType }[];
}

/** Turns records into documents, as `contracts/indices/mappings.ts` maps them, and back. */
export class Documents {
  readonly #recipes: ReadonlyMap<string, Recipe>;
  readonly #maps: readonly string[];

  constructor(catalogue: Catalogue) {
    this.#recipes = new Map([...catalogue.datasets.keys()].map((dataset) => [dataset, recipeOf(catalogue.fieldsOf([dataset]))]));
    this.#maps = [...new Set([...this.#recipes.values()].flatMap(({ maps }) => maps))];
  }

  /** The JSON of the document of a record that fits its schema; `line` is the record's own JSON. */
  encode(record: FlatRecord, line: string): string {
    const { maps } = this.#recipes.get(record['event.dataset'])!;
    const beside = this.#beside(record);
    const present = maps.filter((name) => record[name] !== undefined);
    // Most records have no map: what is computed is put behind them, and they need not be written anew.
    if (present.length === 0 && line.endsWith('}') && !line.includes('\\ud'))
      return `${line.slice(0, -1)},"orbweaver":${JSON.stringify(beside)}}`;
    const document: Record<string, unknown> = { ...record, orbweaver: beside };
    for (const name of present) document[name] = entriesOf(record[name] as FieldMap);
    return jsonLine(document);
  }

  /** The record of a document's source. */
  decode(source: Readonly<Record<string, unknown>>): FlatRecord {
    const record = { ...source } as FlatRecord;
    for (const name of this.#maps) if (record[name] !== undefined) record[name] = mapOfEntries(record[name] as readonly string[]);
    return record;
  }

  /** Keys and first values: see `IndexMappings`. */
  #beside(record: FlatRecord): { readonly key: object; readonly first: object } {
    const { keys, properties, lists } = this.#recipes.get(record['event.dataset'])!;
    const key: Record<string, unknown> = {};
    const first: Record<string, unknown> = {};
    for (const { name, type } of keys) {
      const value = record[name];
      if (value !== undefined) key[name] = Array.isArray(value) ? value.map((each) => keyOf(type, each)) : keyOf(type, value);
    }
    for (const { name, property, type } of properties) {
      const objects = record[name] as readonly FieldMap[] | undefined;
      if (objects !== undefined) key[`${name}.${property}`] = objects.flatMap((object) => keysOf(type, object[property]));
    }
    for (const { name, type } of lists) {
      const value = (record[name] as readonly FieldValue[] | undefined)?.[0];
      if (value !== undefined) first[name] = hasKey(name, type) ? keyOf(type, value) : value;
    }
    return { key, first };
  }
}

function recipeOf(fields: readonly CatalogueField[]): Recipe {
  const of = (wanted: (each: CatalogueField) => boolean) => fields.filter(wanted).map(({ name, field: { type } }) => ({ name, type }));
  return {
    maps: of(({ field }) => field.type === 'map').map(({ name }) => name),
    keys: of(({ name, field }) => hasKey(name, field.type)),
    properties: fields.flatMap(({ name, field }) =>
      Object.entries(field.properties ?? {}).flatMap(([property, { type }]) =>
        hasKey(`${name}.${property}`, type) ? [{ name, property, type }] : [],
      ),
    ),
    lists: of(({ field }) => field.many === true && field.type !== 'map' && field.type !== 'object'),
  };
}

function keyOf(type: FieldType, value: unknown): string | undefined {
  return type === 'ip' ? ipKey(value as string) : keyOfDate(value as string);
}

function keysOf(type: FieldType, value: unknown): (string | undefined)[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((each) => keyOf(type, each)) : [keyOf(type, value)];
}
