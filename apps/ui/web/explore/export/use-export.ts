import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../../session/services.tsx';
import { saveBlob } from '../detail/content/save-file.ts';
import { useExplore } from '../state/explore.tsx';
import { summaryColumn } from '../state/all-datasets.ts';
import type { Sort } from '../state/search-params.ts';
import { collectRecords, type ExportFormat } from './collect-records.ts';

/** Where an export stands. */
export type ExportState =
  | { readonly kind: 'running'; readonly records: number }
  | { readonly kind: 'done'; readonly records: number; readonly cut: boolean }
  | { readonly kind: 'failed'; readonly error: Error };

/** Saves what the question in view finds; another question does not change what is on its way. */
export function useExport(columns: readonly string[], sort: Sort) {
  const api = useApi();
  const { scope, dataset } = useExplore();
  const [state, setState] = useState<ExportState>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    async (format: ExportFormat) => {
      if (!scope) return;
      running.current?.abort();
      const { signal } = (running.current = new AbortController());
      const show = (next: ExportState) => !signal.aborted && setState(next);
      show({ kind: 'running', records: 0 });
      try {
        const fields = columns.filter((column) => column !== summaryColumn);
        const { file, records, cut } = await collectRecords(api, { scope, sort, format, columns: fields }, signal, (count) =>
          show({ kind: 'running', records: count }),
        );
        saveBlob(file, `orbweaver-${dataset}-${new Date().toISOString().replace(/[-:]|\..*/g, '')}.${format}`);
        show({ kind: 'done', records, cut });
      } catch (error) {
        show({ kind: 'failed', error: error as Error });
      }
    },
    [api, scope, dataset, columns, sort],
  );
  const dismiss = useCallback(() => {
    running.current?.abort();
    setState(undefined);
  }, []);
  return { state, start, dismiss };
}
