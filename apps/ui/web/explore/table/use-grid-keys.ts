import { useHotkeys } from '@mantine/hooks';
import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { useExplore } from '../state/explore.tsx';
import { parseRecord, recordParameter } from '../state/search-params.ts';
import { rowId } from './record-row.tsx';

export const rowHeight = 26;

/** Walking through the rows and opening them, by keyboard or pointer. */
export function useGridKeys(records: readonly FlatRecord[], rows: Virtualizer<HTMLDivElement, Element>) {
  const { search, update } = useExplore();
  const shown = parseRecord(search.record);
  const selected = useMemo(() => (shown ? records.findIndex((record) => record['event.id'] === shown.id) : -1), [records, shown?.id]);
  const [walked, setWalked] = useState(-1);
  const active = walked >= 0 && walked < records.length ? walked : selected;
  const panelOpen = shown !== undefined;
  const pinned = search.pinned !== undefined;

  const open = useCallback(
    (index: number, how: 'push' | 'replace' = 'push') => {
      const record = records[index];
      if (!record) return;
      setWalked(index);
      update({ record: recordParameter({ dataset: record['event.dataset'], id: record['event.id'] }) }, how);
    },
    [records, update],
  );

  /** To a row; an open panel goes along unless it is pinned. */
  const walk = (index: number) => {
    const target = Math.max(0, Math.min(records.length - 1, index));
    setWalked(target);
    rows.scrollToIndex(target, { align: 'auto' });
    if (panelOpen && !pinned) open(target, 'replace');
  };

  const close = () => update({ record: undefined, tab: undefined, pinned: undefined });

  useHotkeys([
    ['[', () => panelOpen && walk(active - 1)],
    [']', () => panelOpen && walk(active + 1)],
    ['Escape', () => panelOpen && close()],
    ['t', () => rows.scrollElement?.focus()],
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((rows.scrollRect?.height ?? 0) / rowHeight) - 2);
    const steps: Record<string, () => void> = {
      ArrowDown: () => walk(active + 1),
      ArrowUp: () => walk(active - 1),
      PageDown: () => walk(active + page),
      PageUp: () => walk(active - page),
      Home: () => walk(0),
      End: () => walk(records.length - 1),
      Enter: () => open(Math.max(0, active)),
    };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step();
  };

  return { selected, active, activeId: active >= 0 ? rowId(active) : undefined, open, onKeyDown };
}
