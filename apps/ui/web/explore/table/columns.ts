import type { Field } from '@orbweaver/ui/api-client/types.ts';
import { summaryColumn } from '../state/all-datasets.ts';

/** Width of a column at first, in pixels, and whether it takes a share of what is left. */
export interface ColumnShape {
  readonly width: number;
  /** To which it gives way where there is little room, in pixels. */
  readonly least: number;
  readonly grows: boolean;
  /** Numbers stand on the right, so that their digits line up. */
  readonly right: boolean;
}

export const minColumnWidth = 48;
export const maxColumnWidth = 1200;

const widths: Record<string, number> = {
  'event.dataset': 72,
  'source.ip': 132,
  'destination.ip': 132,
  'source.port': 64,
  'destination.port': 64,
  'http.request.method': 72,
  'http.response.status_code': 76,
  'dns.question.type': 72,
  'network.transport': 84,
  'network.protocol': 84,
  'flow.state': 72,
};

const amounts = new Set(['integer', 'float']);
const names = /(^|\.)(url|user_agent|domain|name|server_name|subject|issuer|path|original|text|data)(\.|$)/;

/** Of columns whose values can be told by their beginning, and of those that name what a record is about. */
const leastWidth = 84;
const leastOfSubject = 96;

export function columnShape(field: string, shape: Field | undefined, wholeDays: boolean): ColumnShape {
  if (field === summaryColumn) return { width: 360, least: 200, grows: true, right: false };
  if (shape?.type === 'date') {
    const width = wholeDays ? 190 : 112;
    return { width, least: width, grows: false, right: false };
  }
  const right = shape !== undefined && amounts.has(shape.type) && shape.many !== true;
  const grows = !right && (shape?.type === 'text' || shape?.type === 'map' || names.test(field));
  const usual = widths[field] ?? (grows ? 140 : right ? 88 : 128);
  const width = Math.max(usual, titleWidth(columnTitle(field, shape)));
  return { width, least: Math.min(width, right ? 76 : grows ? leastOfSubject : leastWidth), grows, right };
}

/**
 * The fields that have room in `room` pixels at their least widths. The first and the last stay, and what grows: the time, the measure, the subject of a record. Of
 * the others the widest goes first, the rightmost of equals, so that as few as possible go.
 */
export function fieldsThatFit(fields: readonly string[], shapeOf: (field: string) => ColumnShape, room: number): string[] {
  const least = (field: string) => shapeOf(field).least;
  const mayGo = fields
    .slice(1, -1)
    .filter((field) => !shapeOf(field).grows)
    .reverse()
    .sort((a, b) => least(b) - least(a));
  let needed = fields.reduce((total, field) => total + least(field), 0);
  const gone = new Set<string>();
  for (const field of mayGo) {
    if (needed <= room) break;
    needed -= least(field);
    gone.add(field);
  }
  return fields.filter((field) => !gone.has(field));
}

/** Titles shorter than the label, where the columns beside them say the rest. */
const titles: Record<string, string> = { [summaryColumn]: 'Summary', 'source.port': 'Port', 'destination.port': 'Port' };

export function columnTitle(field: string, shape: Field | undefined): string {
  return titles[field] ?? shape?.label ?? field;
}

/** What a title needs beside its sort mark, in pixels. */
function titleWidth(title: string): number {
  return Math.round(title.length * 6.4) + 26;
}
