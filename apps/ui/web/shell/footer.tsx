import { UnstyledButton } from '@mantine/core';
import { formatBytes } from '@orbweaver/ui/format/bytes.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { useStatus } from '../explore/state/questions.ts';
import { useTimeZone } from '../preferences/time-zone.tsx';
import classes from './shell.module.css';

/** How the system is, in a line: what is stored, what is captured, what is lost. */
export function Footer() {
  const { data: status } = useStatus();
  const [zone, setZone] = useTimeZone();
  return (
    <footer className={classes.footer}>
      {status && (
        <>
          <span>{formatCount(status.store.records)} records</span>
          <span>{formatBytes(status.store.bytes)} stored</span>
          {status.live && (
            <span className={classes.live}>
              ● live on {status.live.interface}: {formatCount(status.live.packets)} packets
            </span>
          )}
          {status.live?.message !== undefined && <span className={classes.lost}>{status.live.message}</span>}
          {status.live && status.live.dropped > 0 && <span className={classes.lost}>{formatCount(status.live.dropped)} dropped</span>}
        </>
      )}
      <span className={classes.spacer} />
      <UnstyledButton fz="inherit" onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')} title="Switch between local time and UTC">
        Times in {zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone}
      </UnstyledButton>
      {status && <span>Orbweaver {status.version}</span>}
    </footer>
  );
}
