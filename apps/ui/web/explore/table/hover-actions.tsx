import { type RefObject, useEffect, useState } from 'react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import type { FilterValue } from '@orbweaver/ui/filters/edit.ts';
import { ValueActions } from '../values/value-actions.tsx';
import classes from './table.module.css';

interface Hovered {
  readonly field: string;
  readonly value: FilterValue;
  readonly top: number;
  /** Right edge of the cell, from the left of the table. */
  readonly right: number;
}

/** The pointer rests so long on a cell before its actions cover it, in milliseconds. */
const hoverRest = 220;

/** The actions of the cell under the pointer: one for the whole table, so that ten thousand cells stay light. */
export function HoverActions({ scroller, records }: { scroller: RefObject<HTMLDivElement | null>; records: readonly FlatRecord[] }) {
  const [hovered, setHovered] = useState<Hovered>();
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const over = (event: MouseEvent) => {
      const target = event.target as Element;
      clearTimeout(rest);
      setHovered(undefined);
      rest = setTimeout(() => setHovered(hoveredCell(element, target, records)), hoverRest);
    };
    const leave = () => {
      clearTimeout(rest);
      setHovered(undefined);
    };
    const frame = element.parentElement;
    element.addEventListener('mouseover', over);
    element.addEventListener('scroll', leave, { passive: true });
    frame?.addEventListener('mouseleave', leave);
    return () => {
      clearTimeout(rest);
      element.removeEventListener('mouseover', over);
      element.removeEventListener('scroll', leave);
      frame?.removeEventListener('mouseleave', leave);
    };
  }, [scroller, records]);
  if (!hovered) return null;
  return (
    <div className={classes.hover} style={{ top: hovered.top, left: hovered.right }}>
      <ValueActions field={hovered.field} value={hovered.value} />
    </div>
  );
}

function hoveredCell(scroller: Element, target: Element, records: readonly FlatRecord[]): Hovered | undefined {
  const cell = target.closest<HTMLElement>('[data-field]');
  const row = target.closest<HTMLElement>('[data-row]');
  const field = cell?.dataset['field'];
  if (!cell || !row || field === undefined) return undefined;
  const raw = records[Number(row.dataset['row'])]?.[field];
  const value = Array.isArray(raw) ? raw[0] : raw;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const frame = scroller.getBoundingClientRect();
  const box = cell.getBoundingClientRect();
  return {
    field,
    value,
    top: box.top - frame.top,
    right: Math.min(box.right, frame.right) - frame.left,
  };
}
