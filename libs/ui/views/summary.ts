import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';

/** A piece of a summary line: text of the template, or a field with the value it has in this record. */
export type SummaryPart = { readonly text: string } | { readonly field: string; readonly value: unknown };

interface Group {
  readonly optional: boolean;
  readonly pieces: readonly ({ readonly text: string } | { readonly field: string })[];
}

const compiled = new Map<string, readonly Group[]>();

/** Fields that a summary template names. */
export function summaryFields(template: string): string[] {
  return groupsOf(template).flatMap((group) => group.pieces.flatMap((piece) => ('field' in piece ? [piece.field] : [])));
}

/** Fills a `DatasetView.summary`: a part in `[...]` is left out when the record lacks one of its fields. */
export function fillSummary(template: string, record: Partial<TrafficRecord>): SummaryPart[] {
  const parts: SummaryPart[] = [];
  for (const group of groupsOf(template)) {
    if (group.optional && group.pieces.some((piece) => 'field' in piece && record[piece.field] === undefined)) continue;
    for (const piece of group.pieces) {
      if ('text' in piece) parts.push(piece);
      else if (record[piece.field] !== undefined) parts.push({ field: piece.field, value: record[piece.field] });
    }
  }
  return parts;
}

function groupsOf(template: string): readonly Group[] {
  let groups = compiled.get(template);
  if (!groups) {
    groups = template
      .split(/(\[[^\]]*\])/)
      .filter((text) => text !== '')
      .map((text) => (text.startsWith('[') ? groupOf(text.slice(1, -1), true) : groupOf(text, false)));
    compiled.set(template, groups);
  }
  return groups;
}

function groupOf(text: string, optional: boolean): Group {
  const pieces = text
    .split(/(\{[^}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('{') ? { field: piece.slice(1, -1) } : { text: piece }));
  return { optional, pieces };
}
