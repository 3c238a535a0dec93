import { UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { FilterValue } from '@orbweaver/ui/filters/edit.ts';
import { formatCount, formatShortCount } from '@orbweaver/ui/format/number.ts';
import { useFilters } from '../state/filters.ts';
import { toneOf } from '../values/tone.ts';
import { ValueActions } from '../values/value-actions.tsx';
import { ValueText } from '../values/value-text.tsx';
import classes from './facets.module.css';

interface FacetValueProps {
  readonly field: string;
  readonly value: FilterValue;
  readonly count: number;
  /** Of the most frequent value, from 0 to 1. */
  readonly share: number;
}

/** A value with its count; a click narrows to it. */
export const FacetValue = memo(function FacetValue({ field, value, count, share }: FacetValueProps) {
  const filters = useFilters();
  return (
    <li className={classes.value}>
      <span className={classes.bar} data-tone={toneOf(field, value)} style={{ width: `${Math.max(share * 100, 1)}%` }} />
      <UnstyledButton className={classes.name} onClick={() => filters.include(field, value)}>
        {value === '' ? <em>empty</em> : <ValueText field={field} value={value} plain />}
      </UnstyledButton>
      <span className={classes.count} title={formatCount(count)}>
        {formatShortCount(count)}
      </span>
      <span className={classes.valueActions}>
        <ValueActions field={field} value={value} />
      </span>
    </li>
  );
});
