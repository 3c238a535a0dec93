import { ActionIcon, Skeleton, Tabs } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconPin, IconPinFilled, IconX } from '@tabler/icons-react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { ProblemNotice } from '../../states/problem-notice.tsx';
import { titleOf } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';
import { useRecord } from '../state/questions.ts';
import { parseRecord, recordParameter } from '../state/search-params.ts';
import { useRecordList } from '../table/record-list.ts';
import { DatasetBadge } from '../values/value-text.tsx';
import { SummaryLine } from '../values/summary-line.tsx';
import classes from './detail.module.css';
import { FlowTab } from './flow-tab.tsx';
import { JsonTab } from './json-tab.tsx';
import { Overview } from './overview.tsx';

/** One record beside the table. */
export function DetailPanel() {
  const { search, update, catalog } = useExplore();
  const key = parseRecord(search.record);
  const { data: record, error, refetch, isPlaceholderData } = useRecord(key);
  const tab = search.tab ?? 'overview';
  return (
    <section className={classes.panel} aria-label="Record">
      <div className={classes.head}>
        {key && <DatasetBadge dataset={key.dataset} />}
        <h2 className={classes.title}>{key ? titleOf(catalog.datasets, key.dataset).replace(/^Flows$/, 'Flow') : ''} record</h2>
        <PanelActions />
      </div>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {!error && !record && <DetailSkeleton />}
      {!error && record && (
        <div className={classes.body} data-stale={isPlaceholderData || undefined}>
          <div className={classes.summary}>
            <SummaryLine record={record as FlatRecord} />
          </div>
          <Tabs
            value={tab}
            onChange={(next) => update({ tab: next === 'flow' || next === 'json' ? next : undefined }, 'replace')}
            classNames={{ root: classes.tabs, panel: classes.tabPanel, tab: classes.tab }}
            keepMounted={false}
          >
            <Tabs.List px="sm">
              <Tabs.Tab value="overview">Overview</Tabs.Tab>
              <Tabs.Tab value="flow">Flow</Tabs.Tab>
              <Tabs.Tab value="json">JSON</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="overview" tabIndex={0}>
              <Overview record={record as FlatRecord} />
            </Tabs.Panel>
            <Tabs.Panel value="flow" tabIndex={0}>
              <FlowTab record={record as FlatRecord} />
            </Tabs.Panel>
            <Tabs.Panel value="json" tabIndex={0}>
              <JsonTab record={record as FlatRecord} />
            </Tabs.Panel>
          </Tabs>
        </div>
      )}
    </section>
  );
}

function PanelActions() {
  const { search, update } = useExplore();
  const { records } = useRecordList();
  const shown = parseRecord(search.record);
  const at = records.findIndex((record) => record['event.id'] === shown?.id);
  const pinned = search.pinned !== undefined;
  const go = (index: number) => {
    const record = records[index];
    if (record) update({ record: recordParameter({ dataset: record['event.dataset'], id: record['event.id'] }) }, 'replace');
  };
  return (
    <div className={classes.actions}>
      <ActionIcon data-hint="Previous ([)" aria-label="Previous record" disabled={at <= 0} onClick={() => go(at - 1)}>
        <IconChevronUp size={17} />
      </ActionIcon>
      <ActionIcon data-hint="Next (])" aria-label="Next record" disabled={at < 0 || at >= records.length - 1} onClick={() => go(at + 1)}>
        <IconChevronDown size={17} />
      </ActionIcon>
      <ActionIcon
        data-hint={pinned ? 'Follow the table again' : 'Keep this record while walking through the table'}
        aria-label="Pin"
        aria-pressed={pinned}
        onClick={() => update({ pinned: pinned ? undefined : 'yes' }, 'replace')}
      >
        {pinned ? <IconPinFilled size={16} /> : <IconPin size={16} />}
      </ActionIcon>
      <ActionIcon
        data-hint="Close (Esc)"
        aria-label="Close the record"
        onClick={() => update({ record: undefined, tab: undefined, pinned: undefined })}
      >
        <IconX size={17} />
      </ActionIcon>
    </div>
  );
}

function DetailSkeleton() {
  return (
    <div className={classes.skeleton} role="status" aria-busy="true" aria-label="Loading the record">
      <Skeleton height={16} width="70%" />
      <Skeleton height={28} />
      <Skeleton height={120} />
      <Skeleton height={200} />
    </div>
  );
}
