import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconClock } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { formatRange } from '@orbweaver/ui/format/time.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { useExplore } from '../state/explore.tsx';
import { presetLabel } from './presets.ts';

const RangeChoices = lazy(() => import('./range-choices.tsx'));

export function TimeRangePicker() {
  const { time, setTime } = useExplore();
  const [zone] = useTimeZone();
  const [opened, { toggle, close }] = useDisclosure();
  const range = time?.bounds && formatRange(time.bounds.from, time.bounds.to, zone);
  const label = time === undefined ? 'Time' : time.choice.kind === 'between' ? (range ?? '') : presetLabel(time.choice);
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          h={32}
          px={10}
          fw={500}
          fz="sm"
          leftSection={<IconClock size={15} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={toggle}
          title={range}
          aria-label={`Time range: ${label}`}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Suspense fallback={null}>
          <RangeChoices
            zone={zone}
            bounds={time?.bounds}
            onChoose={(choice) => {
              close();
              setTime(choice);
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
