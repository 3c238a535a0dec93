import '@mantine/dates/styles.layer.css';
import { Button, Stack, Text, UnstyledButton } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useState } from 'react';
import { formatMoment, type TimeZone } from '@orbweaver/ui/format/time.ts';
import type { Bounds, TimeChoice } from '../state/time-choice.ts';
import { presets } from './presets.ts';
import classes from './time-range.module.css';

interface RangeChoicesProps {
  readonly zone: TimeZone;
  readonly bounds: Bounds | undefined;
  readonly onChoose: (choice: TimeChoice) => void;
}

export default function RangeChoices({ zone, bounds, onChoose }: RangeChoicesProps) {
  return (
    <div className={classes.choices}>
      <div className={classes.presets}>
        <Preset label="All data" onChoose={() => onChoose({ kind: 'all' })} />
        {presets.map(([span, label]) => (
          <Preset key={span} label={label} onChoose={() => onChoose({ kind: 'last', span })} />
        ))}
      </div>
      <BetweenForm zone={zone} bounds={bounds} onChoose={onChoose} />
    </div>
  );
}

function Preset({ label, onChoose }: { label: string; onChoose: () => void }) {
  return (
    <UnstyledButton className={classes.preset} onClick={onChoose}>
      {label}
    </UnstyledButton>
  );
}

function BetweenForm({ zone, bounds, onChoose }: RangeChoicesProps) {
  const [from, setFrom] = useState<string | null>(bounds ? formatMoment(bounds.from, zone) : null);
  // A range ends before `to`; rounded up to the second, nothing at the end falls out.
  const [to, setTo] = useState<string | null>(bounds ? formatMoment(Math.ceil(bounds.to / 1000) * 1000, zone) : null);
  const start = momentOf(from, zone);
  const end = momentOf(to, zone);
  const wrongOrder = start !== undefined && end !== undefined && start >= end;
  const ready = start !== undefined && end !== undefined && !wrongOrder;
  const picker = { withSeconds: true, valueFormat: 'YYYY-MM-DD HH:mm:ss', size: 'xs', popoverProps: { withinPortal: false } } as const;
  return (
    <Stack p="md" gap="md" w={270}>
      <DateTimePicker label="From" value={from} onChange={setFrom} {...picker} />
      <DateTimePicker label="To" value={to} onChange={setTo} error={wrongOrder ? 'This is not after the start' : undefined} {...picker} />
      <Text c="dimmed" fz="xs">
        {zone === 'utc' ? 'UTC' : `Local time, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
      </Text>
      <Button disabled={!ready} onClick={() => ready && onChoose({ kind: 'between', from: start, to: end })}>
        Show this range
      </Button>
    </Stack>
  );
}

/** The picker gives `YYYY-MM-DD HH:mm:ss` without a zone. */
function momentOf(text: string | null, zone: TimeZone): number | undefined {
  if (text === null) return undefined;
  const moment = Date.parse(`${text.replace(' ', 'T')}${zone === 'utc' ? 'Z' : ''}`);
  return Number.isNaN(moment) ? undefined : moment;
}
