import { useMemo } from 'react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { summaryFields } from '@orbweaver/ui/views/summary.ts';
import { summaryColumn } from '../state/all-datasets.ts';
import type { Catalog } from '../state/catalog.ts';
import { useExplore } from '../state/explore.tsx';
import { useRecords } from '../state/questions.ts';
import { parseList, parseSort } from '../state/search-params.ts';
import { twinField } from '../state/twins.ts';

/** What a row needs beside its columns. */
const always = ['flow.missed_bytes', twinField];

/** Names of the columns in view, in order. Names that are no field of this server are left out. */
export function useColumns(): string[] {
  const { search, view, catalog } = useExplore();
  return useMemo(
    () => (parseList(search.columns) ?? view.columns).filter((field) => field === summaryColumn || catalog.fields.has(field)),
    [search.columns, view, catalog],
  );
}

/** The records that are found, as far as they are loaded. The same for everyone who asks. */
export function useRecordList() {
  const { search, catalog, scope } = useExplore();
  const columns = useColumns();
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const fields = useMemo(() => neededFields(columns, catalog), [columns, catalog]);
  const query = useRecords(scope, sort, fields);
  const records = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.records as FlatRecord[]), [query.data]);
  return { ...query, records, columns, sort };
}

function neededFields(columns: readonly string[], { datasets, fields: known }: Catalog): string[] {
  const fields = new Set([...columns.filter((column) => column !== summaryColumn), ...always.filter((field) => known.has(field))]);
  if (columns.includes(summaryColumn)) datasets.flatMap((entry) => summaryFields(entry.view.summary)).forEach((field) => fields.add(field));
  return [...fields].sort();
}
