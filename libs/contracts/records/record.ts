/** What a field may hold. Absent is absent: no null, no undefined. */
export type FieldValue = string | number | boolean | readonly string[] | readonly number[] | FieldMap | readonly FieldMap[];

/** A flattened map (header names to values) or one object of a list (a DNS answer). */
export interface FieldMap {
  readonly [name: string]: string | number | boolean | readonly string[];
}

/**
 * One flow or transaction as a flat document: dotted field names (ECS) to values. The names a dataset may use are those of its
 * schema and of `baseFields`; nothing else is ever written.
 */
export interface TrafficRecord {
  '@timestamp': string;
  'event.id': string;
  'event.dataset': string;
  'event.start': string;
  'event.end': string;
  'event.duration': number;
  'flow.id': string;
  [field: string]: FieldValue;
}
