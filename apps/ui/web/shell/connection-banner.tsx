import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { formatClock } from '@orbweaver/ui/format/time.ts';
import { useStatus } from '../explore/state/questions.ts';
import { useTimeZone } from '../preferences/time-zone.tsx';
import { isUnreachable } from '../session/services.tsx';
import classes from './shell.module.css';

/** Over everything while the server is away: what is on the screen stays, and is known to be old. */
export function ConnectionBanner() {
  const { error, dataUpdatedAt, refetch, isFetching } = useStatus();
  const [zone] = useTimeZone();
  if (!isUnreachable(error)) return null;
  const since =
    dataUpdatedAt === 0 ? '' : ` What is shown is from ${formatClock(new Date(dataUpdatedAt).toISOString(), zone).slice(0, 8)}.`;
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>The server does not answer; is it still running?{since} It is asked again every few seconds.</span>
      <Button size="compact-xs" variant="default" loading={isFetching} onClick={() => void refetch()}>
        Ask now
      </Button>
    </div>
  );
}
