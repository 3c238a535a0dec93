import { memo, useState } from 'react';
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
  // Pointed at or focused: only then are its actions needed.
  const [near, setNear] = useState(false);
  return (
    <li
      className={classes.value}
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={(event) => setNear(event.currentTarget.contains(event.relatedTarget))}
    >
      <span className={classes.bar} data-tone={toneOf(field, value)} style={{ width: `${Math.max(share * 100, 1)}%` }} />
      <button type="button" className={classes.name} onClick={() => filters.include(field, value)}>
        {value === '' ? <em>empty</em> : <ValueText field={field} value={value} plain />}
      </button>
      <span className={classes.count} title={formatCount(count)}>
        {formatShortCount(count)}
      </span>
      {near && (
        <span className={classes.valueActions}>
          <ValueActions field={field} value={value} />
        </span>
      )}
    </li>
  );
});
