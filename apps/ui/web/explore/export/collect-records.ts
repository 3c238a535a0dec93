import { type ApiClient, bodyOf } from '@orbweaver/ui/api-client/client.ts';
import { csvLine } from '@orbweaver/ui/export/csv.ts';
import type { FlatRecord, Scope, SortKey } from '@orbweaver/ui/api-client/types.ts';

export type ExportFormat = 'ndjson' | 'csv';

export interface ExportOrder {
  readonly scope: Scope;
  readonly sort: SortKey;
  readonly format: ExportFormat;
  /** The columns of a table; NDJSON has the whole records. */
  readonly columns: readonly string[];
}

export interface Collected {
  readonly file: Blob;
  readonly records: number;
  /** There are more than were taken. */
  readonly cut: boolean;
}

/** Records asked for at once, the most that the API gives. */
const pageSize = 1000;
/** Records of one export: they are put together in memory. */
export const maxExported = 100_000;

/** Everything that a question finds as one file, page by page. Rejects if a page is refused or `signal` is aborted. */
export async function collectRecords(
  api: ApiClient,
  order: ExportOrder,
  signal: AbortSignal,
  onProgress: (records: number) => void,
): Promise<Collected> {
  const { scope, sort, format, columns } = order;
  const parts: string[] = format === 'csv' ? [`${columns.join(',')}\r\n`] : [];
  const line =
    format === 'csv'
      ? (record: FlatRecord) => csvLine(columns.map((column) => record[column]))
      : (record: FlatRecord) => `${JSON.stringify(record)}\n`;
  let records = 0;
  let cursor: string | undefined;
  do {
    const body = {
      ...scope,
      sort: [sort],
      size: Math.min(pageSize, maxExported - records),
      ...(format === 'csv' ? { fields: [...columns] } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await bodyOf(api.POST('/api/v1/search', { body, signal }));
    parts.push((page.records as FlatRecord[]).map(line).join(''));
    records += page.records.length;
    cursor = page.next_cursor;
    onProgress(records);
  } while (cursor !== undefined && records < maxExported);
  const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
  return { file: new Blob(parts, { type }), records, cut: cursor !== undefined };
}
