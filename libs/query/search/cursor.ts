import { createHash } from 'node:crypto';
import type { SearchRequest } from '@orbweaver/contracts/query/requests.ts';
import type { SearchPlan, SortValue } from './reader.ts';

/** Where the next page begins, and the total that the first one counted. */
export interface CursorContent {
  readonly values: readonly SortValue[];
  readonly id: string;
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
}

const version = 1;
/** UTF-16 code units of an id in a cursor. */
const maxIdLength = 256;

/** The cursor of a request: opaque, and only good for the same request again. */
export function writeCursor(request: SearchRequest, content: CursorContent): string {
  const values = content.values.map((value) => (typeof value === 'bigint' ? { n: String(value) } : value));
  const parts = [version, fingerprint(request), values, content.id, content.total.value, content.total.relation];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor back. Undefined if it was not made for this request, or not by `writeCursor`: what is in it may come from anyone. */
export function readCursor(text: string, request: SearchRequest, sort: SearchPlan['sort']): CursorContent | undefined {
  const parts = parse(text);
  if (parts?.length !== 6) return undefined;
  const [written, print, values, id, total, relation] = parts;
  if (written !== version || print !== fingerprint(request) || !Array.isArray(values) || values.length !== sort.length) return undefined;
  if (typeof id !== 'string' || id.length > maxIdLength || !Number.isSafeInteger(total) || (total as number) < 0) return undefined;
  if (relation !== 'eq' && relation !== 'gte') return undefined;
  const read = sort.map(({ field }, index) => readSortValue(values[index], field.type));
  if (read.includes(undefined)) return undefined;
  return { values: read as SortValue[], id, total: { value: total as number, relation } };
}

function readSortValue(value: unknown, type: string): SortValue | undefined {
  if (value === null) return null;
  switch (type) {
    case 'integer':
    case 'float':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date': {
      const digits = (value as { n?: unknown }).n;
      return typeof digits === 'string' && /^-?\d{1,21}$/.test(digits) ? BigInt(digits) : undefined;
    }
    default:
      return typeof value === 'string' ? value : undefined;
  }
}

function parse(text: string): unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** Of what decides which records follow which. Page size and fields may change from page to page. */
function fingerprint({ datasets, query, time, sort, twins }: SearchRequest): string {
  const what = JSON.stringify([
    [...datasets].sort(),
    query ?? '',
    time?.from,
    time?.to,
    (sort ?? []).map(({ field, order }) => [field, order]),
    ...(twins === 'show' ? [twins] : []),
  ]);
  return createHash('sha256').update(what).digest('base64url').slice(0, 16);
}
