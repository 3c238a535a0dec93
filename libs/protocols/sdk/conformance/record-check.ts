import { isIP } from 'node:net';
import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import type { FieldMap, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

/** What is wrong with a record by its schema, a sentence a fault. */
export function faultsOf(record: TrafficRecord, schema: DatasetSchema): string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    const field = schema.fields[name] ?? baseFields[name];
    if (field === undefined) faults.push(`${name} is emitted but not declared`);
    else faults.push(...faultsOfValue(name, value, field));
  }
  return faults;
}

function faultsOfValue(name: string, value: unknown, field: Field): string[] {
  if (field.type === 'object') return faultsOfObjects(name, value, field);
  if (!field.many) return isOfType(value, field) ? [] : [`${name} is ${JSON.stringify(value)}, declared as ${field.type}`];
  if (!Array.isArray(value) || value.length === 0)
    return [`${name} is ${JSON.stringify(value)}, declared as a list of ${field.type}; an empty one is left out`];
  return value.filter((one) => !isOfType(one, field)).map((one) => `${name} holds ${JSON.stringify(one)}, declared as ${field.type}`);
}

function faultsOfObjects(name: string, value: unknown, field: Field): string[] {
  if (!Array.isArray(value) || value.length === 0)
    return [`${name} is ${JSON.stringify(value)}, declared as a list of objects; an empty one is left out`];
  return (value as FieldMap[]).flatMap((object) =>
    Object.entries(object).flatMap(([key, inner]) => {
      const property = field.properties?.[key];
      return property === undefined ? [`${name}.${key} is emitted but not declared`] : faultsOfValue(`${name}.${key}`, inner, property);
    }),
  );
}

function isOfType(value: unknown, field: Field): boolean {
  switch (field.type) {
    case 'keyword':
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'ip':
      return typeof value === 'string' && isIP(value) !== 0;
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isMapValue);
    case 'object':
      return false;
  }
}

function isMapValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
}

/** Names of declared fields, those of objects below them with a dot. */
export function declaredNames(schema: DatasetSchema): string[] {
  return Object.entries(schema.fields).flatMap(([name, field]) => [
    name,
    ...Object.keys(field.properties ?? {}).map((key) => `${name}.${key}`),
  ]);
}

/** Names of the fields that a record carries, in the same form. */
export function carriedNames(record: TrafficRecord, schema: DatasetSchema): string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    if (schema.fields[name]?.type !== 'object') return [name];
    return [name, ...(value as readonly FieldMap[]).flatMap((object) => Object.keys(object).map((key) => `${name}.${key}`))];
  });
}

/** What is wrong with a schema by itself. */
export function faultsOfSchema(schema: DatasetSchema): string[] {
  const faults = /^[a-z][a-z0-9]*$/.test(schema.dataset) ? [] : [`dataset ${schema.dataset} is not one lower-case word`];
  for (const [name, field] of Object.entries(schema.fields)) {
    if (name in baseFields) faults.push(`${name} stands on every record and is not declared again`);
    faults.push(...faultsOfField(name, field));
  }
  return faults;
}

function faultsOfField(name: string, field: Field): string[] {
  const faults: string[] = [];
  if (field.label === '' || !field.help.endsWith('.')) faults.push(`${name} wants a label, and a help text that is a sentence`);
  if ((field.type === 'object') !== (field.properties !== undefined)) faults.push(`${name}: an object, and nothing else, has properties`);
  if (field.example !== undefined && field.type !== 'object' && !isOfType(field.example, field))
    faults.push(`${name}: the example is no ${field.type}`);
  for (const [key, property] of Object.entries(field.properties ?? {})) faults.push(...faultsOfField(`${name}.${key}`, property));
  return faults;
}
