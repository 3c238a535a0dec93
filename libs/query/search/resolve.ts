import { closest } from './closest.ts';
import { hasOneOf, type Catalogue, type CatalogueField } from './catalogue.ts';
import type { ScalarType, Target } from './predicate.ts';
import type { ValueField } from './reader.ts';
import type { FieldUnit } from '@orbweaver/contracts/records/schema.ts';

/** A place that a comparison can look at, with the unit of its numbers. */
export interface Place {
  readonly target: Exclude<Target, { kind: 'container' }>;
  readonly unit: FieldUnit | undefined;
}

/** What a name in a query stands for: where to look for values, and what `field: *` asks for. */
export interface Resolved {
  readonly name: string;
  /** More than one for an object list: each of its properties. */
  readonly places: readonly Place[];
  /** More than one where a map's key may be written in two ways. Any of them is enough. */
  readonly presence: readonly Target[];
}

/** Looks a name up among the fields of the datasets: a field, `map.name`, or `objects.property`. */
export function resolveField(catalogue: Catalogue, datasets: readonly string[], name: string): Resolved | undefined {
  const known = find(catalogue, datasets, name);
  if (known !== undefined) return wholeField(known);
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const parent = find(catalogue, datasets, name.slice(0, dot));
    const rest = name.slice(dot + 1);
    if (parent?.field.type === 'map' && rest !== '') return mapEntry(parent.name, rest);
    const property = parent?.field.type === 'object' ? parent.field.properties?.[rest] : undefined;
    if (property !== undefined) return objectProperty(parent!, rest);
  }
  return undefined;
}

/** The fields that a name with `*` stands for. */
export function resolvePattern(catalogue: Catalogue, datasets: readonly string[], parts: readonly string[]): Resolved[] {
  const pattern = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  return catalogue
    .fieldsOf(datasets)
    .filter(({ name }) => pattern.test(name))
    .map(wholeField);
}

/** A field that can be sorted by, counted or measured: one with values of its own, not a map or an object list. */
export function resolveValueField(catalogue: Catalogue, datasets: readonly string[], name: string): ValueField | undefined {
  const known = find(catalogue, datasets, name);
  if (known === undefined || known.field.type === 'map' || known.field.type === 'object') return undefined;
  return { name, type: known.field.type, many: known.field.many ?? false };
}

/** Why a name is not known, and what may have been meant. */
export function explainUnknown(catalogue: Catalogue, datasets: readonly string[], name: string): { message: string; expected: string[] } {
  const elsewhere = catalogue.fields.get(name);
  if (elsewhere !== undefined) {
    const message = `${name} is a field of ${[...elsewhere.datasets].join(', ')}, not of ${datasets.join(', ')}`;
    return { message, expected: [] };
  }
  const names = catalogue
    .fieldsOf(datasets)
    .flatMap(({ name: full, field }) => [full, ...Object.keys(field.properties ?? {}).map((property) => `${full}.${property}`)]);
  const expected = closest(name, names);
  const hint = expected.length === 0 ? '' : `; did you mean ${expected.join(' or ')}?`;
  return { message: `There is no field ${name} in ${datasets.join(', ')}${hint}`, expected };
}

function find(catalogue: Catalogue, datasets: readonly string[], name: string): CatalogueField | undefined {
  const known = catalogue.fields.get(name);
  return known !== undefined && hasOneOf(known, datasets) ? known : undefined;
}

function wholeField({ name, field }: CatalogueField): Resolved {
  if (field.type === 'map') {
    return {
      name,
      places: [{ target: { kind: 'entries', field: name }, unit: undefined }],
      presence: [{ kind: 'container', field: name, type: 'map' }],
    };
  }
  if (field.type === 'object') {
    const places = Object.keys(field.properties ?? {}).flatMap((property) => propertyPlace(name, field.properties![property]!, property));
    return { name, places, presence: [{ kind: 'container', field: name, type: 'object' }] };
  }
  const target = { kind: 'field', field: name, type: field.type, many: field.many ?? false } as const;
  return { name, places: [{ target, unit: field.unit }], presence: [target] };
}

/** Names of a map are matched as written and in lower case, in which protocols keep names that ignore case. */
function mapEntry(field: string, key: string): Resolved {
  const lower = key.toLowerCase();
  const keys = lower === key ? [key] : [key, lower];
  const targets = keys.map((each) => ({ kind: 'entry', field, key: each }) as const);
  return { name: `${field}.${key}`, places: targets.map((target) => ({ target, unit: undefined })), presence: targets };
}

function objectProperty(parent: CatalogueField, property: string): Resolved {
  const places = propertyPlace(parent.name, parent.field.properties![property]!, property);
  return { name: `${parent.name}.${property}`, places, presence: places.map(({ target }) => target) };
}

function propertyPlace(
  field: string,
  of: { readonly type: string; readonly many?: boolean; readonly unit?: FieldUnit },
  property: string,
): Place[] {
  if (of.type === 'map' || of.type === 'object') return [];
  return [{ target: { kind: 'property', field, property, type: of.type as ScalarType, many: of.many ?? false }, unit: of.unit }];
}
