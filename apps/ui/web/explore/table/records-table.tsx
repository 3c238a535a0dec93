import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { ProblemNotice } from '../../states/problem-notice.tsx';
import { useColumns, useRecordList } from './record-list.ts';
import { HeaderRow } from './header-row.tsx';
import { HoverActions } from './hover-actions.tsx';
import { NothingFound } from './nothing-found.tsx';
import { RecordRow } from './record-row.tsx';
import { SkeletonRows } from './skeleton-rows.tsx';
import classes from './table.module.css';
import { TableBar } from './table-bar.tsx';
import { rowHeight, useGridKeys } from './use-grid-keys.ts';
import { useTableColumns } from './use-table-columns.ts';

/** Rows rendered beyond the visible ones, on each side. */
const overscan = 8;
/** The next page is asked for when so few rows are left below. */
const loadAhead = 60;

export function RecordsTable() {
  const list = useRecordList();
  const { records, sort, error, isPending, isPlaceholderData, hasNextPage, isFetching, fetchNextPage } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: panel, width } = useElementSize<HTMLDivElement>();
  const layout = useTableColumns(useColumns(), sort, Math.floor(width));
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    useFlushSync: false,
  });
  const keys = useGridKeys(records, rows);
  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasNextPage && !isFetching && lastShown >= records.length - loadAhead) void fetchNextPage();
  }, [hasNextPage, isFetching, lastShown, records.length, fetchNextPage]);

  if (error && records.length === 0) return <ProblemNotice error={error} onRetry={() => void list.refetch()} />;
  return (
    <div ref={panel} className={classes.panel}>
      <TableBar list={list} layout={layout} />
      {!isPending && records.length === 0 ? (
        <div className={classes.nothing}>
          <NothingFound />
        </div>
      ) : (
        <div className={classes.frame}>
          <div
            ref={scroller}
            className={classes.scroller}
            role="grid"
            aria-label="Records"
            aria-rowcount={records.length + 1}
            aria-colcount={layout.columns.length}
            aria-busy={isPending}
            aria-activedescendant={keys.activeId}
            tabIndex={0}
            onKeyDown={keys.onKeyDown}
            style={layout.style}
            data-stale={isPlaceholderData || undefined}
          >
            <HeaderRow layout={layout} sort={sort} />
            {isPending ? (
              <SkeletonRows columns={layout.columns} />
            ) : (
              <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
                {items.map(({ index, start }) => (
                  // By place, not by record: another answer fills the rows that stand there instead of making new ones.
                  <RecordRow
                    key={index}
                    record={records[index]!}
                    index={index}
                    top={start}
                    columns={layout.columns}
                    selected={index === keys.selected}
                    active={index === keys.active}
                    onOpen={keys.open}
                  />
                ))}
              </div>
            )}
          </div>
          <HoverActions scroller={scroller} records={records} />
        </div>
      )}
    </div>
  );
}
