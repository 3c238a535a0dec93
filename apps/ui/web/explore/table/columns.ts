import type { Field } from '@orbweaver/ui/api-client/types.ts';
import { summaryColumn } from '../state/all-datasets.ts';

/** Width of a column at first, in pixels, and whether it takes a share of what is left. */
export interface ColumnShape {
  readonly width: number;
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

export function columnShape(field: string, shape: Field | undefined, wholeDays: boolean): ColumnShape {
  if (field === summaryColumn) return { width: 360, grows: true, right: false };
  if (shape?.type === 'date') return { width: wholeDays ? 190 : 112, grows: false, right: false };
  const right = shape !== undefined && amounts.has(shape.type) && shape.many !== true;
  const grows = !right && (shape?.type === 'text' || shape?.type === 'map' || names.test(field));
  const usual = widths[field] ?? (grows ? 140 : right ? 88 : 128);
  return { width: Math.max(usual, titleWidth(columnTitle(field, shape))), grows, right };
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
