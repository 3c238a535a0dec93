/**
 * A dataset's fields, each told once. From here come the record type, the SQL table, the index mapping, the OpenAPI schema, the
 * search catalogue with its completion, and the field reference.
 */
export type FieldType =
  | 'keyword' // short text, compared whole: `=`, wildcard, list, presence
  | 'text' // long text, searched by wildcard
  | 'integer' // up to 2^53
  | 'float'
  | 'boolean'
  | 'ip' // also by CIDR and range
  | 'date' // nanoseconds, RFC 3339
  | 'map' // flattened: name to text; `field.name: value` searches one
  | 'object'; // a list of objects with the fields under `properties`

export type FieldUnit = 'ns' | 'byte' | 'packet' | 's';

export type Operator = 'equals' | 'wildcard' | 'range' | 'cidr' | 'exists';

export interface Field {
  readonly type: FieldType;
  /** What people read in a column header: `Status`. */
  readonly label: string;
  /** One sentence: what it says, and from where in the protocol. */
  readonly help: string;
  /** Several values, in the order of the wire. */
  readonly many?: boolean;
  readonly unit?: FieldUnit;
  /** A value for documentation and completion. */
  readonly example?: string | number | boolean;
  /** Of an `object`: its fields, by their name below it. */
  readonly properties?: Readonly<Record<string, Field>>;
}

export interface DatasetSchema {
  /** `event.dataset`: one lower-case word. */
  readonly dataset: string;
  /** `HTTP`. */
  readonly title: string;
  /** What one record is: `one request with its response`. */
  readonly record: string;
  /** By full dotted name; the fields that stand on every record are not repeated here. */
  readonly fields: Readonly<Record<string, Field>>;
}

/** The operators that a search may use on a field of this type. */
export function operatorsOf(type: FieldType): readonly Operator[] {
  switch (type) {
    case 'keyword':
    case 'text':
    case 'map':
    case 'object':
      return ['equals', 'wildcard', 'exists'];
    case 'integer':
    case 'float':
    case 'date':
      return ['equals', 'range', 'exists'];
    case 'boolean':
      return ['equals', 'exists'];
    case 'ip':
      return ['equals', 'cidr', 'range', 'exists'];
  }
}
