import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

export interface CatalogueField {
  readonly name: string;
  readonly field: Field;
  /** The datasets whose records may have it. */
  readonly datasets: ReadonlySet<string>;
}

/**
 * Every field of every dataset, each name once. A name means the same in all datasets that have it: two schemas that disagree on its type
 * are a mistake in the schemas, and making the catalogue throws.
 */
export class Catalogue {
  readonly datasets: ReadonlyMap<string, DatasetSchema>;
  readonly fields: ReadonlyMap<string, CatalogueField>;

  constructor(schemas: readonly DatasetSchema[]) {
    this.datasets = new Map(schemas.map((schema) => [schema.dataset, schema]));
    const names = new Set(this.datasets.keys());
    const fields = new Map<string, CatalogueField>();
    for (const [name, field] of Object.entries(baseFields)) fields.set(name, { name, field, datasets: names });
    for (const schema of this.datasets.values()) {
      for (const [name, field] of Object.entries(schema.fields)) {
        const known = fields.get(name);
        const merged = known === undefined ? field : merge(name, known, field, schema.dataset);
        fields.set(name, { name, field: merged, datasets: new Set(known?.datasets).add(schema.dataset) });
      }
    }
    this.fields = fields;
  }

  /** Fields that at least one of the datasets has. */
  fieldsOf(datasets: readonly string[]): CatalogueField[] {
    return [...this.fields.values()].filter((field) => hasOneOf(field, datasets));
  }
}

export function hasOneOf(field: CatalogueField, datasets: readonly string[]): boolean {
  return datasets.some((dataset) => field.datasets.has(dataset));
}

function merge(name: string, known: CatalogueField, field: Field, dataset: string): Field {
  if (known.field.type !== field.type || (known.field.many ?? false) !== (field.many ?? false)) {
    const others = [...known.datasets].join(', ');
    throw new Error(
      `Field ${name} is ${describe(field)} in dataset ${dataset} but ${describe(known.field)} in ${others}: a name has one type`,
    );
  }
  if (field.type !== 'object') return known.field;
  const properties = { ...known.field.properties };
  for (const [property, of] of Object.entries(field.properties ?? {})) {
    const before = properties[property];
    const place: CatalogueField = { ...known, field: before ?? of };
    properties[property] = before === undefined ? of : merge(`${name}.${property}`, place, of, dataset);
  }
  return { ...known.field, properties };
}

function describe(field: Field): string {
  return field.many ? `a list of ${field.type}` : field.type;
}
