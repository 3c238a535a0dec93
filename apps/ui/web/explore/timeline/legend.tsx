import { UnstyledButton } from '@mantine/core';
import { formatCount, formatShortCount } from '@orbweaver/ui/format/number.ts';
import { useExplore } from '../state/explore.tsx';
import { useFilters } from '../state/filters.ts';
import type { Stack } from './stack.ts';
import { typedValue } from './typed-value.ts';
import classes from './timeline.module.css';

/** The values that the bars are parted by, each a filter. */
export function Legend({ stack, by }: { stack: Stack; by: string | undefined }) {
  const filters = useFilters();
  const { catalog } = useExplore();
  if (by === undefined) return null;
  return (
    <ul className={classes.legend} aria-label={`Values of ${by}`}>
      {stack.layers.map((layer) => (
        <li key={layer.value ?? ' other'}>
          <UnstyledButton
            className={classes.entry}
            disabled={layer.value === undefined}
            title={
              layer.value === undefined
                ? 'All other values, or none'
                : `${by}: ${layer.value} · ${formatCount(layer.total)} records. Click to include.`
            }
            onClick={() => layer.value !== undefined && filters.include(by, typedValue(layer.value, catalog.fields.get(by)))}
          >
            <span className={classes.swatch} style={{ background: layer.color }} />
            {layer.value ?? 'other'} <span className={classes.count}>{formatShortCount(layer.total)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
