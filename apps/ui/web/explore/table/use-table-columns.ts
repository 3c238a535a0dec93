import { type ColumnDef, getCoreRowModel, type Table, useReactTable } from '@tanstack/react-table';
import { type CSSProperties, useMemo } from 'react';
import { formatMoment, type TimeZone } from '@orbweaver/ui/format/time.ts';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { useColumnWidths } from '../../preferences/preferences.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { useExplore } from '../state/explore.tsx';
import type { Sort } from '../state/search-params.ts';
import type { Bounds } from '../state/time-choice.ts';
import { columnShape, columnTitle, maxColumnWidth, minColumnWidth } from './columns.ts';

/** A column as header and rows draw it. */
export interface TableColumn {
  readonly field: string;
  readonly title: string;
  readonly right: boolean;
  /** A time whose day goes without saying. */
  readonly clockOnly: boolean;
  /** CSS of its cells; the width is a variable of the table, so that resizing renders no row anew. */
  readonly style: CSSProperties;
}

export interface TableLayout {
  readonly table: Table<FlatRecord>;
  readonly columns: readonly TableColumn[];
  readonly style: CSSProperties;
}

const noRecords: FlatRecord[] = [];

/** Order, widths and sorting of the columns; the rows themselves are the virtual list's. */
export function useTableColumns(fields: string[], sort: Sort): TableLayout {
  const { catalog, time, update } = useExplore();
  const [widths, setWidths] = useColumnWidths();
  const [zone] = useTimeZone();
  const severalDays = time?.bounds === undefined || spansDays(time.bounds, zone);

  const definitions = useMemo<ColumnDef<FlatRecord>[]>(
    () =>
      fields.map((field) => ({
        id: field,
        accessorFn: (record) => record[field],
        size: columnShape(field, catalog.fields.get(field), severalDays).width,
        minSize: minColumnWidth,
        maxSize: maxColumnWidth,
      })),
    [fields, catalog, severalDays],
  );
  const table = useReactTable({
    data: noRecords,
    columns: definitions,
    getCoreRowModel: getCoreRowModel(),
    columnResizeMode: 'onChange',
    manualSorting: true,
    state: { columnSizing: widths, columnOrder: fields, sorting: [{ id: sort.field, desc: sort.order === 'desc' }] },
    onColumnSizingChange: (change) => setWidths((previous) => (typeof change === 'function' ? change(previous) : change)),
    onColumnOrderChange: (change) => update({ columns: (typeof change === 'function' ? change(fields) : change).join(',') }, 'replace'),
  });

  const columns = useMemo(
    () =>
      fields.map((field, index): TableColumn => {
        const shape = columnShape(field, catalog.fields.get(field), severalDays);
        const grow = shape.grows && widths[field] === undefined ? 1 : 0;
        return {
          field,
          title: columnTitle(field, catalog.fields.get(field)),
          right: shape.right,
          clockOnly: !severalDays && catalog.fields.get(field)?.type === 'date',
          style: { flex: `${grow} 0 var(--width-${index})` },
        };
      }),
    [fields, catalog, severalDays, widths],
  );
  const sizes = fields.map((field) => table.getColumn(field)?.getSize() ?? minColumnWidth);
  const style = Object.fromEntries([
    ...sizes.map((size, index) => [`--width-${index}`, `${size}px`]),
    ['--row-width', `${sizes.reduce((sum, size) => sum + size, 24)}px`],
  ]) as CSSProperties;
  return { table, columns, style };
}

/** Whether a range has more than one day of the calendar in it. */
function spansDays({ from, to }: Bounds, zone: TimeZone): boolean {
  return formatMoment(from, zone).slice(0, 10) !== formatMoment(to, zone).slice(0, 10);
}
