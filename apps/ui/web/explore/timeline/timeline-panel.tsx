import { ActionIcon, Skeleton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconZoomOut } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { useTimeZone } from '../../preferences/time-zone.tsx';
import { useWindowHeight } from '../../shell/window-size.ts';
import { ProblemNotice } from '../../states/problem-notice.tsx';
import { useExplore } from '../state/explore.tsx';
import { useHistogram } from '../state/questions.ts';
import { axisOf, type Bounds } from '../state/time-choice.ts';
import { BucketTip } from './bucket-tip.tsx';
import { Legend } from './legend.tsx';
import { QualityLine } from './quality-line.tsx';
import { StackChooser } from './stack-chooser.tsx';
import { stackOf } from './stack.ts';
import classes from './timeline.module.css';

const Chart = lazy(() => import('./chart.tsx'));
/** In pixels; less where the window is low, so that rows are seen. */
const usualHeight = 108;
const lowHeight = 56;
const lowWindow = 600;

export function TimelinePanel() {
  const { search, catalog, view, scope, time, setTime } = useExplore();
  const [zone] = useTimeZone();
  const chartHeight = useWindowHeight() < lowWindow ? lowHeight : usualHeight;
  const by = search.by === 'none' ? undefined : (search.by ?? view.timelineBy);
  const histogram = useHistogram(scope, by);
  const stack = useMemo(() => histogram.data && stackOf(histogram.data, by, catalog.names), [histogram.data, by, catalog.names]);
  const [pointed, setPointed] = useState<{ bucket: number; x: number }>();
  const bounds = useMemo(() => axisOf(time, histogram.data), [time, histogram.data]);
  const total = stack?.counts.reduce((sum, count) => sum + count, 0) ?? 0;

  return (
    <section className={classes.panel} aria-label="Timeline" data-stale={histogram.isPlaceholderData || undefined}>
      <div className={classes.head}>
        <span className={classes.total}>
          <strong>{formatCount(total)}</strong> records
        </span>
        {stack && <Legend stack={stack} by={by} />}
        <span className={classes.spacer} />
        <StackChooser by={by} />
        {bounds && <Steps bounds={bounds} onRange={(range) => setTime({ kind: 'between', ...range })} />}
      </div>
      {histogram.error && !histogram.data ? (
        <div style={{ height: chartHeight }}>
          <ProblemNotice compact error={histogram.error} onRetry={() => void histogram.refetch()} />
        </div>
      ) : (
        <div
          className={classes.plot}
          role="img"
          aria-label={`${formatCount(total)} records over time${by ? `, by ${by}` : ''}. The buttons above move and widen the range.`}
        >
          <Suspense fallback={<Skeleton height={chartHeight} />}>
            {stack && bounds ? (
              <Chart
                stack={stack}
                bounds={bounds}
                zone={zone}
                height={chartHeight}
                onRange={(range) => setTime({ kind: 'between', ...atLeastOneMillisecond(range) })}
                onPoint={(bucket, x) => setPointed(bucket === undefined ? undefined : { bucket, x })}
              />
            ) : (
              <Skeleton height={chartHeight} />
            )}
          </Suspense>
          {stack && pointed && <BucketTip stack={stack} zone={zone} {...pointed} />}
        </div>
      )}
      <QualityLine />
    </section>
  );
}

function atLeastOneMillisecond({ from, to }: Bounds): Bounds {
  return { from: Math.floor(from), to: Math.max(Math.ceil(to), Math.floor(from) + 1) };
}

/** What the wheel and the brush do, for the keyboard. */
function Steps({ bounds, onRange }: { bounds: Bounds; onRange: (bounds: Bounds) => void }) {
  const length = bounds.to - bounds.from;
  const moved = (by: number) => onRange({ from: bounds.from + length * by, to: bounds.to + length * by });
  return (
    <span className={classes.steps}>
      <ActionIcon size="sm" aria-label="Move the range back" data-hint="Earlier" onClick={() => moved(-0.5)}>
        <IconChevronLeft size={15} />
      </ActionIcon>
      <ActionIcon
        size="sm"
        aria-label="Zoom out"
        data-hint="Zoom out (or turn the wheel)"
        onClick={() => onRange({ from: bounds.from - length / 2, to: bounds.to + length / 2 })}
      >
        <IconZoomOut size={15} />
      </ActionIcon>
      <ActionIcon size="sm" aria-label="Move the range forward" data-hint="Later" onClick={() => moved(0.5)}>
        <IconChevronRight size={15} />
      </ActionIcon>
    </span>
  );
}
