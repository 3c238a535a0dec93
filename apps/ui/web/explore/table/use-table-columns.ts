import { type ColumnDef, getCoreRowModel, type Table, useReactTable } from '@tanstack/react-table';
import { type CSSProperties, useMemo } from 'react';
import { formatMoment, type TimeZone } from '@orbweaver/ui/format/time.ts';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { useChosenColumns, useColumnWidths } from '../../preferences/preferences.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { useExplore } from '../state/explore.tsx';
import type { Sort } from '../state/search-params.ts';
import type { Bounds } from '../state/time-choice.ts';
import { columnShape, columnTitle, fieldsThatFit, maxColumnWidth, minColumnWidth } from './columns.ts';

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
  /** All that are wanted, whether there is room or not. */
  readonly wanted: readonly string[];
  /** Titles of the columns for which there is no room. */
  readonly hidden: readonly string[];
  readonly style: CSSProperties;
}

const noRecords: FlatRecord[] = [];
/** Left and right of a row, in pixels. */
const rowPadding = 24;
/** Its width, in pixels. */
const scrollbar = 12;

/**
 * Order, widths and sorting of the columns; the rows themselves are the virtual list's. Where `room` pixels are too few for `wanted`, columns become narrower, then some
 * are left out unless somebody chose them; 0 is a room that is not known yet.
 */
export function useTableColumns(wanted: string[], sort: Sort, room: number): TableLayout {
  const { catalog, time, search } = useExplore();
  const chooseColumns = useChooseColumns();
  const [widths, setWidths] = useColumnWidths();
  const [zone] = useTimeZone();
  const severalDays = time?.bounds === undefined || spansDays(time.bounds, zone);

  const chosen = search.columns !== undefined;
  const fields = useMemo(() => {
    const shapeOf = (field: string) => columnShape(field, catalog.fields.get(field), severalDays);
    return chosen || room === 0 ? wanted : fieldsThatFit(wanted, shapeOf, room - rowPadding - scrollbar);
  }, [wanted, chosen, room, catalog, severalDays]);

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
    onColumnOrderChange: (change) => chooseColumns((typeof change === 'function' ? change(fields) : change).join(',')),
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
          // A width that somebody chose stays.
          style: { flex: `${grow} ${widths[field] === undefined ? 1 : 0} var(--width-${index})`, minWidth: `var(--least-${index})` },
        };
      }),
    [fields, catalog, severalDays, widths],
  );
  const sizes = fields.map((field) => {
    const width = table.getColumn(field)?.getSize() ?? minColumnWidth;
    const { least } = columnShape(field, catalog.fields.get(field), severalDays);
    return { width, least: widths[field] === undefined ? Math.min(width, least) : width };
  });
  const style = Object.fromEntries([
    ...sizes.flatMap(({ width, least }, index) => [
      [`--width-${index}`, `${width}px`],
      [`--least-${index}`, `${least}px`],
    ]),
    ['--row-width', `${sizes.reduce((sum, { least }) => sum + least, rowPadding)}px`],
  ]) as CSSProperties;
  const hidden = wanted.filter((field) => !fields.includes(field)).map((field) => columnTitle(field, catalog.fields.get(field)));
  return { table, columns, wanted, hidden, style };
}

/** Puts columns into the URL and keeps them for the dataset; undefined goes back to those of its view. */
export function useChooseColumns(): (columns: string | undefined) => void {
  const { dataset, update } = useExplore();
  const [, setChosen] = useChosenColumns();
  return (columns) => {
    setChosen((chosen) => {
      const others = Object.entries(chosen).filter(([name]) => name !== dataset);
      return Object.fromEntries(columns === undefined ? others : [...others, [dataset, columns]]);
    });
    update({ columns }, 'replace');
  };
}

/** Whether a range has more than one day of the calendar in it. */
function spansDays({ from, to }: Bounds, zone: TimeZone): boolean {
  return formatMoment(from, zone).slice(0, 10) !== formatMoment(to, zone).slice(0, 10);
}
