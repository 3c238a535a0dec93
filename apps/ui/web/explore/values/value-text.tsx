import type { CSSProperties } from 'react';
import { exactValue, formatValue } from '@orbweaver/ui/format/value.ts';
import { formatClock } from '@orbweaver/ui/format/time.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { useExplore } from '../state/explore.tsx';
import { datasetColor } from './colors.ts';
import { toneOf } from './tone.ts';
import classes from './values.module.css';

interface ValueTextProps {
  readonly field: string;
  readonly value: unknown;
  /** Times as clock time only; the tooltip still has the whole. */
  readonly clockOnly?: boolean;
  /** No badge. */
  readonly plain?: boolean;
}

/** A value as people read it, coloured where it is good or bad news; the exact one in the tooltip. */
export function ValueText({ field, value, clockOnly, plain }: ValueTextProps) {
  const { catalog } = useExplore();
  const [zone] = useTimeZone();
  const shape = catalog.fields.get(field);
  const text = clockOnly && typeof value === 'string' ? formatClock(value, zone) : formatValue(value, field, shape, zone);
  const tone = toneOf(field, value);
  if (field === 'event.dataset' && !plain) return <DatasetBadge dataset={text} />;
  return (
    <span className={tone ? classes.tone : undefined} data-tone={tone} title={exactValue(value, shape)}>
      {text}
    </span>
  );
}

export function DatasetBadge({ dataset }: { dataset: string }) {
  const { catalog } = useExplore();
  const color = datasetColor(dataset, catalog.names);
  return (
    <span className={classes.badge} style={{ '--dataset': color } as CSSProperties}>
      {dataset}
    </span>
  );
}
