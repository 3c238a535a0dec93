import '@mantine/dates/styles.layer.css';
import { Button, SegmentedControl, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { readMoment } from '@orbweaver/ui/format/read-moment.ts';
import { formatMoment, type TimeZone } from '@orbweaver/ui/format/time.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import type { Bounds, TimeChoice } from '../state/time-choice.ts';
import { MomentField } from './moment-field.tsx';
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
    <button type="button" className={classes.preset} onClick={onChoose}>
      {label}
    </button>
  );
}

function BetweenForm({ zone, bounds, onChoose }: RangeChoicesProps) {
  const [, setZone] = useTimeZone();
  const [from, setFrom] = useState(bounds ? formatMoment(bounds.from, zone) : '');
  // A range ends before `to`; rounded up to the second, nothing at the end falls out.
  const [to, setTo] = useState(bounds ? formatMoment(Math.ceil(bounds.to / 1000) * 1000, zone) : '');
  const start = readMoment(from, zone, Date.now());
  const end = readMoment(to, zone, Date.now());
  const wrongOrder = start !== undefined && end !== undefined && start >= end;
  const ready = start !== undefined && end !== undefined && !wrongOrder;
  const changeZone = (next: TimeZone) => {
    setZone(next);
    if (start !== undefined) setFrom(formatMoment(start, next));
    if (end !== undefined) setTo(formatMoment(end, next));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onChoose({ kind: 'between', from: start, to: end });
  };
  return (
    <form onSubmit={submit}>
      <Stack p="md" gap="md" w={270}>
        <MomentField label="From" value={from} onChange={setFrom} error={start === undefined ? notAMoment : undefined} />
        <MomentField
          label="To"
          value={to}
          onChange={setTo}
          error={end === undefined ? notAMoment : wrongOrder ? 'This is not after the start' : undefined}
        />
        <SegmentedControl
          size="xs"
          aria-label="Time zone"
          value={zone}
          data={[
            { value: 'local', label: `Local: ${Intl.DateTimeFormat().resolvedOptions().timeZone}` },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={(next) => changeZone(next === 'utc' ? 'utc' : 'local')}
        />
        <Button type="submit" disabled={!ready}>
          Show this range
        </Button>
      </Stack>
    </form>
  );
}

const notAMoment = 'Write it like 2026-01-31 09:30:00, with an offset (+02:00) if you like, or now-15m';
