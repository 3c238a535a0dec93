/** How a dataset is shown: data for the UI and the command line, no code. Only fields that the schema (or every record) declares. */
export interface DatasetView {
  /** Columns of the table, at first. */
  readonly columns: readonly string[];
  /** Fields whose top values stand beside the table, at first. */
  readonly facets: readonly string[];
  /** The field that stacks the timeline, at first. */
  readonly timelineBy?: string;
  /** One line that tells a record: `{field}` is replaced; a part in `[...]` is left out when a field of it is absent. */
  readonly summary: string;
  /** The parts of the detail panel, in order. */
  readonly sections: readonly ViewSection[];
}

export type ViewSection =
  | { readonly kind: 'fields'; readonly title: string; readonly fields: readonly string[] }
  /** A `map` field as a table of names and values. */
  | { readonly kind: 'map'; readonly title: string; readonly field: string }
  /** An `object` field as a table of its properties. */
  | { readonly kind: 'list'; readonly title: string; readonly field: string }
  /** Kept bytes: `id` holds the content id, `mimeType` its type. */
  | { readonly kind: 'content'; readonly title: string; readonly id: string; readonly mimeType?: string; readonly encoding?: string };
