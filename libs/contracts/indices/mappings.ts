import { baseFields } from '../records/base-fields.ts';
import type { DatasetSchema, Field } from '../records/schema.ts';

/**
 * Elasticsearch's mapping of a dataset, made from its schema. A document is the record as it is, under its flat names, which stay flat (`subobjects`): making
 * objects of their dots takes a fourth of the server's time. But for three things:
 *
 * - A map is a list of texts, `name: value` (see the store's `documents.ts`): what has to be found is a value under a name, case ignored, and the type
 *   `flattened` answers neither that nor long or odd names.
 * - A list of objects is a list of texts, too, the JSON of each, and beside it the values of all objects by property, to be searched.
 * - `orbweaver.*` is computed beside it. `orbweaver.key.<field>` is a text that compares like an address or a date does:
 *   Elasticsearch's `ip` takes an IPv4 address and the IPv6 address that maps it for one, and its dates hold nanoseconds for two centuries only.
 *   `orbweaver.first.<field>` is what a field with several values is sorted by. They stay in `_source`: to leave something out there means that each document is
 *   written anew, and is kept as it came as well until it is replicated.
 */
export interface IndexMappings {
  readonly dynamic: 'strict';
  readonly subobjects: false;
  readonly properties: Readonly<Record<string, Property>>;
}

export interface Property {
  readonly type: string;
  readonly ignore_above?: number;
  readonly ignore_malformed?: boolean;
  readonly index?: boolean;
  readonly doc_values?: boolean;
}

/** Characters of a text that is searched by its content: four bytes each still make a term (32,766 bytes). A longer one is kept, read, and found by `exists`. */
export const searchedCharacters = 8191;

/** Dates on every record are times of packets, with nanoseconds. Others (certificates, mail) may lie in any year. */
export function isPacketTime(name: string): boolean {
  return baseFields[name]?.type === 'date';
}

/** Begins the names of what is computed. */
export const computedPrefix = 'orbweaver.';

/** Where the text that compares like the value stands: only for types that need one. */
export function keyName(name: string): string {
  return `${computedPrefix}key.${name}`;
}

/** Where the first of several values stands. */
export function firstName(name: string): string {
  return `${computedPrefix}first.${name}`;
}

export function hasKey(name: string, type: Field['type']): boolean {
  return type === 'ip' || (type === 'date' && !isPacketTime(name));
}

export function mappingsOf(schema: DatasetSchema): IndexMappings {
  const properties: Record<string, Property> = {};
  for (const [name, field] of Object.entries({ ...baseFields, ...schema.fields })) {
    properties[name] = propertyOf(name, field);
    if (hasKey(name, field.type)) properties[keyName(name)] = { type: 'keyword' };
    if (field.many && field.type !== 'map' && field.type !== 'object') properties[firstName(name)] = firstProperty(name, field);
    for (const [property, of] of Object.entries(field.properties ?? {})) {
      const path = `${name}.${property}`;
      properties[path] = propertyOf(path, of);
      if (hasKey(path, of.type)) properties[keyName(path)] = { type: 'keyword' };
    }
  }
  return { dynamic: 'strict', subobjects: false, properties };
}

const text: Property = { type: 'keyword', ignore_above: searchedCharacters };

function propertyOf(name: string, field: Field): Property {
  // The document's `_id` finds it; here it breaks ties.
  if (name === 'event.id') return { type: 'keyword', index: false };
  switch (field.type) {
    case 'keyword':
    case 'text':
    case 'map':
      return text;
    case 'integer':
      return { type: 'long' };
    case 'float':
      return { type: 'double' };
    case 'boolean':
      return { type: 'boolean' };
    case 'ip':
      // Sorted and counted by its key.
      return { type: 'ip', doc_values: false };
    case 'date':
      return isPacketTime(name) ? { type: 'date_nanos' } : { type: 'date', ignore_malformed: true };
    case 'object':
      return { type: 'keyword', index: false, doc_values: false };
  }
}

function firstProperty(name: string, field: Field): Property {
  const { ignore_above, type } = hasKey(name, field.type) ? { type: 'keyword', ignore_above: undefined } : propertyOf(name, field);
  return { type, index: false, ...(ignore_above === undefined ? {} : { ignore_above }) };
}
