import type { CatalogueField } from '@orbweaver/query/search/catalogue.ts';
import type { Field } from '@orbweaver/contracts/records/schema.ts';
import { parseInstant } from '@orbweaver/query/search/instant-text.ts';
import { ipKey } from '@orbweaver/query/search/ip-key.ts';
import { fits64Bits, packetTimes } from './packet-times.ts';

/** Fields without which a record cannot be stored. */
const needed = ['event.dataset', 'event.id', '@timestamp'] as const;

/**
 * Why a record does not fit its schema, in a few words that can be counted; undefined if it does. Fields that the schema lacks are not looked at. Dates that are no times of packets (certificates,
 * mail) are what somebody wrote on the wire: one that is no time is kept as it is and found by none, and does not cost the record.
 */
export function refusalOf(record: unknown, fieldsOf: (dataset: string) => readonly CatalogueField[] | undefined): string | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'not an object';
  const values = record as Readonly<Record<string, unknown>>;
  for (const name of needed) if (typeof values[name] !== 'string') return `${name} is missing`;
  const fields = fieldsOf(values['event.dataset'] as string);
  if (fields === undefined) return 'unknown dataset';
  for (const { name, field } of fields) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (!fits(name, value, field)) return `${name} is no ${field.many ? 'list of ' : ''}${field.type}`;
  }
  return undefined;
}

function fits(name: string, value: unknown, field: Field): boolean {
  if (packetTimes.has(name)) {
    const nanos = typeof value === 'string' ? parseInstant(value) : undefined;
    return nanos !== undefined && fits64Bits(nanos);
  }
  if (field.type === 'map') return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
  if (field.type === 'object') {
    const properties = Object.entries(field.properties ?? {});
    const whole = (item: unknown) => isObject(item) && properties.every(([key, of]) => item[key] === undefined || fits('', item[key], of));
    return Array.isArray(value) && value.every(whole);
  }
  return field.many ? Array.isArray(value) && value.every((item) => isScalar(item, field)) : isScalar(value, field);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown, field: Field): boolean {
  switch (field.type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'ip':
      return typeof value === 'string' && ipKey(value) !== undefined;
    default:
      return typeof value === 'string';
  }
}

/** A half of a surrogate pair, as a text that was cut may end in, cannot be UTF-8: U+FFFD stands for it. `JSON.stringify` escapes such halves and nothing else like them. */
export function wellFormed(line: string): string {
  return JSON.stringify(JSON.parse(line)).replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd');
}
