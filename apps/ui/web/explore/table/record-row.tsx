import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { memo } from 'react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { summaryColumn } from '../state/all-datasets.ts';
import { twinField } from '../state/twins.ts';
import { SummaryLine } from '../values/summary-line.tsx';
import { ValueText } from '../values/value-text.tsx';
import classes from './table.module.css';
import type { TableColumn } from './use-table-columns.ts';

interface RecordRowProps {
  readonly record: FlatRecord;
  readonly index: number;
  /** Distance from the top of the list, in pixels. */
  readonly top: number;
  readonly columns: readonly TableColumn[];
  readonly selected: boolean;
  readonly active: boolean;
  readonly onOpen: (index: number) => void;
}

export const rowId = (index: number): string => `record-row-${index}`;

export const RecordRow = memo(function RecordRow({ record, index, top, columns, selected, active, onOpen }: RecordRowProps) {
  const missed = Number(record['flow.missed_bytes'] ?? 0) > 0;
  return (
    <div
      id={rowId(index)}
      role="row"
      // The header is the first row.
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.row}
      data-row={index}
      data-active={active || undefined}
      data-twin={record[twinField] !== undefined || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(index)}
    >
      {columns.map((column) => (
        <div
          key={column.field}
          role="gridcell"
          className={classes.cell}
          style={column.style}
          data-field={column.field}
          data-right={column.right || undefined}
        >
          <Cell record={record} field={column.field} clockOnly={column.clockOnly} />
        </div>
      ))}
      {missed && <IconAlertTriangleFilled size={11} className={classes.missed} aria-label="Bytes are missing in this record" />}
    </div>
  );
});

function Cell({ record, field, clockOnly }: { record: FlatRecord; field: string; clockOnly: boolean }) {
  if (field === summaryColumn) return <SummaryLine record={record} />;
  const value = record[field];
  return value === undefined ? <span className={classes.absent}>–</span> : <ValueText field={field} value={value} clockOnly={clockOnly} />;
}
