/**
 * A query after every name in it was looked up and every value read by its field's type: what a store evaluates. Stores agree on it to
 * the letter:
 *
 * - A leaf is true or false, never unknown: on a missing field it is false, so its `not` is true.
 * - Of several values one that fits is enough. An empty list is a missing field.
 * - `equals` compares keywords exactly; `pattern` and `contains` ignore case (`foldCase`).
 */
export type Predicate =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Predicate[] }
  | { readonly kind: 'not'; readonly operand: Predicate }
  | { readonly kind: 'exists'; readonly target: Target }
  | { readonly kind: 'equals'; readonly target: Target; readonly value: string | number | boolean }
  /** The text has `text` (case folded) in it. */
  | { readonly kind: 'contains'; readonly target: Target; readonly text: string }
  /** The whole text is `parts` (case folded) with anything between them: first and last are anchored. Two or more. */
  | { readonly kind: 'pattern'; readonly target: Target; readonly parts: readonly string[] }
  | { readonly kind: 'range'; readonly target: Target; readonly from?: Bound; readonly to?: Bound };

/** Numbers for `integer` and `float`, nanoseconds since 1970 for `date`, an address key (`ip-key.ts`) for `ip`. */
export interface Bound {
  readonly value: number | bigint | string;
  readonly inclusive: boolean;
}

export type ScalarType = 'keyword' | 'text' | 'integer' | 'float' | 'boolean' | 'ip' | 'date';

/** What a leaf looks at. */
export type Target =
  /** A field with a value, or several. */
  | { readonly kind: 'field'; readonly field: string; readonly type: ScalarType; readonly many: boolean }
  /** A whole map or object list; only `exists` looks at it. */
  | { readonly kind: 'container'; readonly field: string; readonly type: 'map' | 'object' }
  /** The text under one name of a map. */
  | { readonly kind: 'entry'; readonly field: string; readonly key: string }
  /** The texts under any name of a map. */
  | { readonly kind: 'entries'; readonly field: string }
  /** One property of each object of a list. */
  | { readonly kind: 'property'; readonly field: string; readonly property: string; readonly type: ScalarType; readonly many: boolean };
