import { ActionIcon, Button } from '@mantine/core';
import { IconColumns3, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { formatInstant } from '@orbweaver/ui/format/time.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { useFacetsShown } from '../../preferences/preferences.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { ExportMenu } from '../export/export-menu.tsx';
import { useExplore } from '../state/explore.tsx';
import { FieldPicker } from '../values/field-picker.tsx';
import { columnMoves } from './column-moves.ts';
import type { useRecordList } from './record-list.ts';
import classes from './table.module.css';
import { TwinsSwitch } from './twins-switch.tsx';
import { type TableLayout, useChooseColumns } from './use-table-columns.ts';

/** Above the table: how much is found and loaded, and what can be done about the columns. */
export function TableBar({ list, layout }: { list: ReturnType<typeof useRecordList>; layout: TableLayout }) {
  const { search } = useExplore();
  const chooseColumns = useChooseColumns();
  const [zone] = useTimeZone();
  const page = list.data?.pages.at(-1);
  const total = page?.total;
  return (
    <div className={classes.bar}>
      <FacetsSwitch />
      <span aria-live="polite" className={classes.found}>
        {total && (
          <>
            <strong>
              {total.relation === 'gte' ? 'at least ' : ''}
              {formatCount(total.value)}
            </strong>{' '}
            found, {formatCount(list.records.length)} loaded
          </>
        )}
      </span>
      {page && <span className={classes.faint}>{Math.round(list.data!.pages[0]!.took_ms)} ms</span>}
      {page?.partial && (
        <span className={classes.partial} role="status">
          Not complete: {page.partial.reason}. Complete until {formatInstant(page.partial.until, zone)}.
        </span>
      )}
      {list.error && list.records.length > 0 && (
        <Button size="compact-xs" variant="light" color="red" onClick={() => void list.fetchNextPage()}>
          {list.error.message} Try again
        </Button>
      )}
      <TwinsSwitch />
      <span className={classes.spacer} />
      {layout.hidden.length > 0 && (
        <span className={classes.faint} title={`No room for: ${layout.hidden.join(', ')}`}>
          {layout.hidden.length} hidden
        </span>
      )}
      {search.columns !== undefined && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => chooseColumns(undefined)}>
          Reset columns
        </Button>
      )}
      <ExportMenu columns={layout.wanted} sort={list.sort} disabled={list.records.length === 0} />
      <FieldPicker
        placeholder="Add a column"
        accepts={(field) => !layout.wanted.includes(field.name)}
        onChoose={(field) => field !== undefined && columnMoves(layout).add(field)}
        target={(open) => (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label="Add a column"
            leftSection={<IconColumns3 size={13} />}
            onClick={open}
          >
            <span className={classes.buttonText}>Add a column</span>
          </Button>
        )}
      />
    </div>
  );
}

function FacetsSwitch() {
  const [shown, setShown] = useFacetsShown();
  return (
    <ActionIcon
      size="sm"
      aria-label="Facets"
      aria-pressed={shown}
      title={shown ? 'Hide the facets' : 'Show the facets'}
      onClick={() => setShown(!shown)}
    >
      {shown ? <IconLayoutSidebarLeftCollapse size={16} /> : <IconLayoutSidebarLeftExpand size={16} />}
    </ActionIcon>
  );
}
