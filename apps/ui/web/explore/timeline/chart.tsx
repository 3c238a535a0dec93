import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useResizeObserver } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { TimeZone } from '@orbweaver/ui/format/time.ts';
import type { Bounds } from '../state/time-choice.ts';
import { chartOptions } from './chart-options.ts';
import { type Stack, upperEdges } from './stack.ts';
import classes from './timeline.module.css';

interface ChartProps {
  readonly stack: Stack;
  readonly bounds: Bounds;
  readonly zone: TimeZone;
  readonly height: number;
  /** A range was brushed, zoomed to or clicked. */
  readonly onRange: (bounds: Bounds) => void;
  /** The bucket that is pointed at. */
  readonly onPoint: (bucket: number | undefined, x: number) => void;
}

/** The bars of the timeline, drawn on a canvas. */
export default function Chart({ stack, bounds, zone, height, onRange, onPoint }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [ref, { width }] = useResizeObserver<HTMLDivElement>();
  const scheme = useComputedColorScheme('dark');
  const callbacks = useRef({ onRange, onPoint });
  useEffect(() => {
    callbacks.current = { onRange, onPoint };
  });

  useEffect(() => {
    if (!host.current || width === 0) return;
    const options = chartOptions({ stack, bounds, zone, width, height, dark: scheme === 'dark', callbacks });
    // The tallest bars are drawn first; each lower layer covers their foot.
    const edges = upperEdges(stack.layers).reverse();
    const chart = new uPlot(options, [stack.starts.map((start) => start / 1000), ...edges] as uPlot.AlignedData, host.current);
    return () => chart.destroy();
  }, [stack, bounds, zone, width, height, scheme]);

  return (
    <div ref={ref} className={classes.chart} style={{ height }}>
      <div ref={host} />
    </div>
  );
}
