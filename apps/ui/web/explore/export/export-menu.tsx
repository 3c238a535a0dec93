import { Button, CloseButton, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { MenuOnDemand } from '../../overlays/menu-on-demand.tsx';
import type { Sort } from '../state/search-params.ts';
import classes from '../table/table.module.css';
import { type ExportState, useExport } from './use-export.ts';

/** Saves the records found as a file: whole, or the columns of the table. */
export function ExportMenu({ columns, sort, disabled }: { columns: readonly string[]; sort: Sort; disabled: boolean }) {
  const { state, start, dismiss } = useExport(columns, sort);
  return (
    <>
      {state && (
        <span className={classes.exporting} data-failed={state.kind === 'failed' || undefined} role="status">
          {said(state)}
          <CloseButton size="xs" aria-label={state.kind === 'running' ? 'Cancel the export' : 'Dismiss'} onClick={dismiss} />
        </span>
      )}
      <MenuOnDemand
        position="bottom-end"
        target={
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label="Export"
            leftSection={<IconDownload size={13} />}
            disabled={disabled || state?.kind === 'running'}
          >
            <span className={classes.buttonText}>Export</span>
          </Button>
        }
      >
        <Menu.Dropdown>
          <Menu.Label>All that is found, as a file</Menu.Label>
          <Menu.Item onClick={() => void start('ndjson')}>NDJSON: whole records, one a line</Menu.Item>
          <Menu.Item onClick={() => void start('csv')}>CSV: the columns of this table</Menu.Item>
        </Menu.Dropdown>
      </MenuOnDemand>
    </>
  );
}

function said(state: ExportState): string {
  switch (state.kind) {
    case 'running':
      return `Exporting: ${formatCount(state.records)} records`;
    case 'done':
      return state.cut
        ? `Saved the first ${formatCount(state.records)} records: there are more`
        : `Saved ${formatCount(state.records)} records`;
    case 'failed':
      return `Not exported: ${state.error.message}`;
  }
}
