import { ActionIcon, Menu } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useIsFetching } from '@tanstack/react-query';
import { IconPlayerPause, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import { MenuOnDemand } from '../../overlays/menu-on-demand.tsx';
import { useExplore } from '../state/explore.tsx';
import classes from './refresh-control.module.css';

const paces = ['2', '5', '10', '30', '60'];

/** Ask again now, or every few seconds. */
export function RefreshControl() {
  const { search, refresh, update } = useExplore();
  const busy = useIsFetching({ predicate: (query) => query.queryKey[0] !== 'status' }) > 0;
  const seconds = search.refresh === undefined ? undefined : Number(search.refresh);
  useRepeat(refresh, seconds);
  return (
    <ActionIcon.Group>
      <ActionIcon variant="default" size={32} aria-label="Refresh" data-hint="Ask again (r)" onClick={refresh}>
        <IconRefresh size={16} className={busy ? classes.turning : undefined} />
      </ActionIcon>
      <MenuOnDemand
        position="bottom-end"
        target={
          <ActionIcon
            variant="default"
            h={32}
            w={seconds === undefined ? 32 : 44}
            aria-label="Refresh by itself"
            fz="xs"
            data-live={seconds !== undefined || undefined}
            className={classes.pace}
          >
            {seconds === undefined ? <IconPlayerPause size={14} /> : `${seconds} s`}
          </ActionIcon>
        }
      >
        <Menu.Dropdown>
          <Menu.Label>Refresh</Menu.Label>
          <Menu.Item onClick={() => update({ refresh: undefined }, 'replace')}>Only when asked</Menu.Item>
          {paces.map((pace) => (
            <Menu.Item key={pace} onClick={() => update({ refresh: pace }, 'replace')}>
              Every {pace} seconds
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </MenuOnDemand>
    </ActionIcon.Group>
  );
}

function useRepeat(task: () => void, seconds: number | undefined): void {
  const { start, stop } = useInterval(task, (seconds ?? 60) * 1000);
  useEffect(() => {
    if (seconds === undefined) return;
    start();
    return stop;
  }, [seconds, start, stop]);
}
