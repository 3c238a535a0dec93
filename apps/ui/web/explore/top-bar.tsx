import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconShare2 } from '@tabler/icons-react';
import { DatasetTabs } from './dataset-tabs.tsx';
import classes from './explore.module.css';
import { QueryBar } from './query-bar/query-bar.tsx';
import { RefreshControl } from './time-range/refresh-control.tsx';
import { TimeRangePicker } from './time-range/time-range-picker.tsx';

export function TopBar() {
  return (
    <div className={classes.top}>
      <DatasetTabs />
      <QueryBar />
      <TimeRangePicker />
      <RefreshControl />
      <ShareButton />
    </div>
  );
}

function ShareButton() {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <ActionIcon
      variant="default"
      size={32}
      aria-label="Copy a link to this view"
      data-hint="Copy a link to exactly this view"
      onClick={() => clipboard.copy(window.location.href)}
    >
      {clipboard.copied ? <IconCheck size={16} /> : <IconShare2 size={16} />}
    </ActionIcon>
  );
}
