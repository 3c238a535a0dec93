import { computedPrefix, firstName, hasKey, keyName } from '@orbweaver/contracts/indices/mappings.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { FieldMap, FieldValue } from '@orbweaver/contracts/records/record.ts';
import type { Field, FieldType } from '@orbweaver/contracts/records/schema.ts';
import type { Catalogue, CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import { jsonLine } from './connection.ts';
import { keyOfDate } from './date-key.ts';
import { entriesOf, mapOfEntries } from './entries.ts';

/** Where a field's key or first value goes, as the JSON before it: `,"orbweaver.key.source.ip":`. */
interface Place {
  readonly name: string;
  readonly type: FieldType;
  readonly before: string;
}

/** Which fields of a dataset are not written as they are. */
interface Recipe {
  readonly maps: readonly string[];
  /** Lists of objects, with the types of those properties that have keys. */
  readonly objects: readonly { readonly name: string; readonly keyed: ReadonlyMap<string, FieldType> }[];
  /** What has a key beside it. */
  readonly keys: readonly Place[];
  /** Fields with several values. */
  readonly lists: readonly Place[];
}

/** Turns records into documents, as `contracts/indices/mappings.ts` maps them, and back. */
export class Documents {
  readonly #recipes: ReadonlyMap<string, Recipe>;
  readonly #maps: readonly string[];
  readonly #objects: readonly string[];

  constructor(catalogue: Catalogue) {
    this.#recipes = new Map([...catalogue.datasets.keys()].map((dataset) => [dataset, recipeOf(catalogue.fieldsOf([dataset]))]));
    const recipes = [...this.#recipes.values()];
    this.#maps = [...new Set(recipes.flatMap(({ maps }) => maps))];
    this.#objects = [...new Set(recipes.flatMap(({ objects }) => objects.map(({ name }) => name)))];
  }

  /** The JSON of the document of a record that fits its schema; `line` is the record's own JSON. */
  encode(record: FlatRecord, line: string): string {
    const recipe = this.#recipes.get(record['event.dataset'])!;
    const maps = recipe.maps.filter((name) => record[name] !== undefined);
    const objects = recipe.objects.filter(({ name }) => record[name] !== undefined);
    // Most records have neither: what is computed is put behind them, and they need not be written anew.
    const isPlain = maps.length === 0 && objects.length === 0 && line.endsWith('}') && !line.includes('\\ud');
    const whole = isPlain ? line : rewritten(record, maps, objects);
    return `${whole.slice(0, -1)}${beside(record, recipe)}}`;
  }

  /** The record of a document's source. */
  decode(source: Readonly<Record<string, unknown>>): FlatRecord {
    const record: Record<string, unknown> = {};
    const objects = this.#objects.filter((name) => source[name] !== undefined);
    for (const [name, value] of Object.entries(source)) {
      if (name.startsWith(computedPrefix) || objects.some((object) => name.startsWith(`${object}.`))) continue;
      record[name] = value;
    }
    for (const name of this.#maps) if (record[name] !== undefined) record[name] = mapOfEntries(record[name] as readonly string[]);
    for (const name of objects) record[name] = (record[name] as readonly string[]).map((text) => JSON.parse(text) as FieldMap);
    return record as FlatRecord;
  }
}

function rewritten(record: FlatRecord, maps: readonly string[], objects: Recipe['objects']): string {
  const document: Record<string, unknown> = { ...record };
  for (const name of maps) document[name] = entriesOf(record[name] as FieldMap);
  for (const { name, keyed } of objects) {
    const list = record[name] as readonly FieldMap[];
    document[name] = list.map(jsonLine);
    for (const property of new Set(list.flatMap((object) => Object.keys(object)))) {
      const values = list.flatMap((object) => object[property] ?? []);
      const type = keyed.get(property);
      document[`${name}.${property}`] = values;
      if (type !== undefined) document[keyName(`${name}.${property}`)] = values.map((value) => keyOf(type, value));
    }
  }
  return jsonLine(document);
}

/** Keys and first values (see `IndexMappings`), each with a comma before it. */
function beside(record: FlatRecord, { keys, lists }: Recipe): string {
  let text = '';
  for (const { name, type, before } of keys) {
    const value = record[name];
    if (value === undefined) continue;
    const key = Array.isArray(value) ? value.map((each) => keyOf(type, each)) : keyOf(type, value);
    if (key !== undefined) text += before + JSON.stringify(key);
  }
  for (const { name, type, before } of lists) {
    const value = (record[name] as readonly FieldValue[] | undefined)?.[0];
    const first = value !== undefined && hasKey(name, type) ? keyOf(type, value) : value;
    if (first !== undefined) text += before + jsonLine(first);
  }
  return text;
}

function recipeOf(fields: readonly CatalogueField[]): Recipe {
  const of = (wanted: (each: CatalogueField) => boolean, nameOf: (name: string) => string) =>
    fields.filter(wanted).map(({ name, field: { type } }) => ({ name, type, before: `,"${nameOf(name)}":` }));
  return {
    maps: fields.filter(({ field }) => field.type === 'map').map(({ name }) => name),
    objects: fields
      .filter(({ field }) => field.type === 'object')
      .map(({ name, field }) => ({ name, keyed: keyedProperties(name, field) })),
    keys: of(({ name, field }) => hasKey(name, field.type), keyName),
    lists: of(({ field }) => field.many === true && field.type !== 'map' && field.type !== 'object', firstName),
  };
}

function keyedProperties(name: string, { properties = {} }: Field): ReadonlyMap<string, FieldType> {
  const keyed = Object.entries(properties).filter(([property, { type }]) => hasKey(`${name}.${property}`, type));
  return new Map(keyed.map(([property, { type }]) => [property, type]));
}

function keyOf(type: FieldType, value: unknown): string | undefined {
  return type === 'ip' ? ipKey(value as string) : keyOfDate(value as string);
}
