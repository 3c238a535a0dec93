import type { FieldValue } from '../records/record.ts';
import type { QueryNode, QueryProblem } from './ast.ts';

/** A record, or the fields of it that were asked for. */
export interface FlatRecord {
  '@timestamp': string;
  'event.id': string;
  'event.dataset': string;
  [field: string]: FieldValue;
}

export type Scalar = string | number | boolean;

export interface SearchAnswer {
  records: FlatRecord[];
  /** Absent on the last page. */
  next_cursor?: string;
  /** `gte`: counting stopped there. */
  total: { value: number; relation: 'eq' | 'gte' };
  took_ms: number;
  /** The page is shorter than was asked for, since more would have taken too long: it is complete until this moment, and the cursor goes on there. */
  partial?: { reason: string; until: string };
}

export interface HistogramAnswer {
  interval_ms: number;
  from: string;
  to: string;
  /** Every bucket of the range in order, empty ones too. `groups` holds the most frequent values of `by`. */
  buckets: { start: string; count: number; groups?: Record<string, number> }[];
  took_ms: number;
}

export interface TermsAnswer {
  buckets: { value: Scalar; count: number }[];
  /** Records whose value is not among the buckets (of a field with several values: values not among them). */
  other: number;
  /** Records without the field. */
  missing: number;
  distinct: number;
  /** `distinct` is an estimate. */
  approximate: boolean;
  took_ms: number;
}

export interface StatisticsAnswer {
  /** `key` has one value for each `group_by`, null where a record has none. */
  groups: { key: (Scalar | null)[]; values: Record<string, number | null | Record<string, number | null>> }[];
  took_ms: number;
}

export interface ExtentAnswer {
  from?: string;
  to?: string;
  count: number;
}

export interface FlowAnswer {
  flow: FlatRecord;
  /** In the order in which they began. */
  transactions: FlatRecord[];
  /** The flow has more transactions than are listed. */
  truncated: boolean;
}

export interface CheckAnswer {
  ok: boolean;
  errors: QueryProblem[];
  ast?: QueryNode;
}

export type SuggestionKind = 'field' | 'operator' | 'value' | 'keyword';

export interface Suggestion {
  /** What to put in place of `[from, to)`. */
  text: string;
  label: string;
  kind: SuggestionKind;
  help?: string;
  /** Of a value: in how many records it stands. */
  count?: number;
}

export interface CompleteAnswer {
  from: number;
  to: number;
  suggestions: Suggestion[];
}

/** One thing that is wrong with a request: `path` names the part of it (`query`, `sort.0.field`). */
export interface RequestProblem {
  path: string;
  message: string;
  position?: number;
  length?: number;
  expected?: readonly string[];
}
