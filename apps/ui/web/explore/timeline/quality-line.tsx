import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { formatBytes } from '@orbweaver/ui/format/bytes.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { useExplore } from '../state/explore.tsx';
import { useLoss, useStatus } from '../state/questions.ts';
import classes from './timeline.module.css';

/** How complete the picture is: what the flows in view miss, and what was dropped or refused since the process started. */
export function QualityLine() {
  const { scope, update } = useExplore();
  const loss = useLoss(scope);
  const { data: status } = useStatus();
  const dropped = status?.live?.dropped ?? 0;
  const counters = Object.entries(status?.quality ?? {}).filter(([, count]) => count > 0);
  const missing = loss.data && loss.data.flows > 0 ? loss.data : undefined;
  const showMissing = () =>
    update({
      dataset: 'flow',
      q: 'flow.missed_bytes > 0',
      columns: undefined,
      sort: 'flow.missed_bytes:desc',
      facets: undefined,
      by: undefined,
    });
  return (
    <div className={classes.quality}>
      {missing ? (
        <UnstyledButton className={classes.loss} onClick={showMissing} title="Show these flows">
          <IconAlertTriangle size={13} aria-hidden /> {formatBytes(missing.bytes)} missing in {formatCount(missing.flows)}{' '}
          {missing.flows === 1 ? 'flow' : 'flows'}
        </UnstyledButton>
      ) : (
        loss.data && (
          <span className={classes.complete}>
            <IconCircleCheck size={13} aria-hidden /> No bytes missing in view
          </span>
        )
      )}
      {dropped > 0 && <span className={classes.loss}>{formatCount(dropped)} packets dropped by the capture</span>}
      {counters.map(([name, count]) => (
        <span key={name}>
          {name.replaceAll('_', ' ')} <strong>{formatCount(count)}</strong>
        </span>
      ))}
    </div>
  );
}
