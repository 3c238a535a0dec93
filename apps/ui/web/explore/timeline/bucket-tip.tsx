import { formatCount } from '@orbweaver/ui/format/number.ts';
import { formatDuration } from '@orbweaver/ui/format/duration.ts';
import { formatInstant, type TimeZone } from '@orbweaver/ui/format/time.ts';
import type { Stack } from './stack.ts';
import classes from './timeline.module.css';

/** What the bar under the pointer says. */
export function BucketTip({ stack, zone, bucket, x }: { stack: Stack; zone: TimeZone; bucket: number; x: number }) {
  const start = stack.starts[bucket];
  if (start === undefined) return null;
  const layers = stack.layers.filter((layer) => layer.counts[bucket]! > 0);
  return (
    <div className={classes.tip} style={{ left: x }}>
      <div className={classes.tipHead}>
        {formatInstant(new Date(start).toISOString(), zone)} <span>+{formatDuration(stack.interval * 1e6)}</span>
      </div>
      <div className={classes.tipRow}>
        <span>records</span>
        <strong>{formatCount(stack.counts[bucket] ?? 0)}</strong>
      </div>
      {stack.layers.length > 1 &&
        layers.map((layer) => (
          <div key={layer.value ?? ' other'} className={classes.tipRow}>
            <span>
              <span className={classes.swatch} style={{ background: layer.color }} /> {layer.value ?? 'other'}
            </span>
            <span>{formatCount(layer.counts[bucket]!)}</span>
          </div>
        ))}
    </div>
  );
}
