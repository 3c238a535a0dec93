import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconDotsVertical, IconX } from '@tabler/icons-react';
import { type DragEvent, type MouseEvent, type TouchEvent, useState } from 'react';
import { flushSync } from 'react-dom';
import { MenuOnDemand } from '../../overlays/menu-on-demand.tsx';
import { summaryColumn } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';
import type { Sort } from '../state/search-params.ts';
import { columnMoves } from './column-moves.ts';
import classes from './table.module.css';
import type { TableColumn, TableLayout } from './use-table-columns.ts';

const dragType = 'application/x-orbweaver-column';

/** Column headers: a click sorts, a drag moves, the edge resizes, the menu does all of it for the keyboard. */
export function HeaderRow({ layout, sort }: { layout: TableLayout; sort: Sort }) {
  return (
    <div role="rowgroup" className={classes.header}>
      <div role="row" aria-rowindex={1} className={classes.headerRow}>
        {layout.columns.map((column) => (
          <HeaderCell key={column.field} column={column} layout={layout} sort={sort} />
        ))}
      </div>
    </div>
  );
}

function HeaderCell({ column, layout, sort }: { column: TableColumn; layout: TableLayout; sort: Sort }) {
  const { update, catalog } = useExplore();
  const [over, setOver] = useState(false);
  const { field, title } = column;
  const help = catalog.fields.get(field)?.help;
  const order = sort.field === field ? sort.order : undefined;
  const sortBy = (next: 'asc' | 'desc') => update({ sort: `${field}:${next}` }, 'replace');
  const drop = (event: DragEvent) => {
    setOver(false);
    const moved = event.dataTransfer.getData(dragType);
    if (moved !== '') columnMoves(layout).before(moved, field);
  };
  return (
    <div
      role="columnheader"
      aria-sort={order === undefined ? 'none' : order === 'asc' ? 'ascending' : 'descending'}
      className={classes.headerCell}
      style={column.style}
      data-right={column.right || undefined}
      data-over={over || undefined}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(dragType, field)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <button
        type="button"
        className={classes.sort}
        disabled={field === summaryColumn}
        title={help === undefined ? title : `${title}: ${help}`}
        onClick={() => sortBy(order === 'desc' ? 'asc' : 'desc')}
      >
        <span className={classes.title}>{title}</span>
        {order === 'asc' && <IconArrowUp size={12} aria-hidden />}
        {order === 'desc' && <IconArrowDown size={12} aria-hidden />}
      </button>
      <HeaderMenu column={column} layout={layout} onSort={sortBy} />
      <ResizeEdge column={column} layout={layout} />
    </div>
  );
}

function HeaderMenu({ column, layout, onSort }: { column: TableColumn; layout: TableLayout; onSort: (order: 'asc' | 'desc') => void }) {
  const moves = columnMoves(layout);
  const { field, title } = column;
  return (
    <MenuOnDemand
      position="bottom-end"
      target={
        <button type="button" className={classes.headerMenu} aria-label={`Column ${title}`}>
          <IconDotsVertical size={13} />
        </button>
      }
    >
      <Menu.Dropdown>
        <Menu.Label className="mono">{field}</Menu.Label>
        {field !== summaryColumn && (
          <>
            <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => onSort('asc')}>
              Smallest or oldest first
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowDown size={14} />} onClick={() => onSort('desc')}>
              Largest or newest first
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconArrowLeft size={14} />} onClick={() => moves.by(field, -1)}>
          Move left
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowRight size={14} />} onClick={() => moves.by(field, 1)}>
          Move right
        </Menu.Item>
        <Menu.Item leftSection={<IconX size={14} />} disabled={layout.columns.length === 1} onClick={() => moves.remove(field)}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </MenuOnDemand>
  );
}

/** For the pointer only: the width is no information, so the keyboard misses nothing. A double click goes back to the first width. */
function ResizeEdge({ column, layout }: { column: TableColumn; layout: TableLayout }) {
  const header = layout.table.getFlatHeaders().find((candidate) => candidate.id === column.field);
  const begin = (event: MouseEvent<HTMLElement> | TouchEvent<HTMLElement>) => {
    // A column that grew or gave way goes on from the width that is seen.
    const width = Math.round(event.currentTarget.parentElement!.getBoundingClientRect().width);
    flushSync(() => layout.table.setColumnSizing((sizes) => ({ ...sizes, [column.field]: width })));
    header?.getResizeHandler()(event);
  };
  return (
    <div
      className={classes.edge}
      data-resizing={header?.column.getIsResizing() || undefined}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onMouseDown={begin}
      onTouchStart={begin}
      onDoubleClick={() => header?.column.resetSize()}
    />
  );
}
