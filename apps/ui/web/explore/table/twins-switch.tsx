import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { useExplore } from '../state/explore.tsx';
import { useTwinCount } from '../state/twins.ts';
import classes from './table.module.css';

/** Whether conversations that several observers saw are shown once or as often as they were seen. Only there where some were. */
export function TwinsSwitch() {
  const { search, update } = useExplore();
  const count = useTwinCount();
  const shown = search.twins === 'show';
  if (!shown && (count === undefined || count === 0)) return null;
  const Icon = shown ? IconEye : IconEyeOff;
  const counted = count === undefined ? '' : `${formatCount(count)} `;
  return (
    <Button
      size="compact-xs"
      variant={shown ? 'light' : 'subtle'}
      color="gray"
      aria-label="Twin observations"
      aria-pressed={shown}
      title={`Several observers saw the same conversations. ${shown ? 'Show each once' : 'Show what each of them saw'}`}
      leftSection={<Icon size={13} />}
      onClick={() => update({ twins: shown ? undefined : 'show' })}
    >
      {counted}
      {count === 1 ? 'twin' : 'twins'}
      <span className={classes.buttonText}>&nbsp;{shown ? 'shown' : 'hidden'}</span>
    </Button>
  );
}
