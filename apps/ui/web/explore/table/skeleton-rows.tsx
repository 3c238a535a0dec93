import { Skeleton } from '@mantine/core';
import classes from './table.module.css';
import type { TableColumn } from './use-table-columns.ts';

const rows = Array.from({ length: 14 }, (_, index) => index);

export function SkeletonRows({ columns }: { columns: readonly TableColumn[] }) {
  return (
    <div role="rowgroup">
      {rows.map((row) => (
        <div key={row} role="row" className={classes.skeletonRow}>
          {columns.map((column) => (
            <div key={column.field} role="gridcell" className={classes.cell} style={column.style}>
              <Skeleton height={9} width={`${55 + ((row * 7 + column.field.length * 5) % 40)}%`} radius="xl" />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
