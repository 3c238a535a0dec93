import uPlot from 'uplot';
import { formatShortCount } from '@orbweaver/ui/format/number.ts';
import { formatInstant, type TimeZone } from '@orbweaver/ui/format/time.ts';
import type { Bounds } from '../state/time-choice.ts';
import type { Stack } from './stack.ts';

interface ChartSetup {
  readonly stack: Stack;
  readonly bounds: Bounds;
  readonly zone: TimeZone;
  readonly width: number;
  readonly height: number;
  readonly dark: boolean;
  readonly callbacks: { readonly current: { onRange(bounds: Bounds): void; onPoint(bucket: number | undefined, x: number): void } };
}

/** A drag shorter than this, in pixels, is a click. */
const dragThreshold = 4;
/** Zoom of one notch of the wheel. */
const wheelZoom = 0.8;
/** Rest after the last notch before the new range is asked for, in milliseconds. */
const wheelRest = 180;
const font = "11px 'Inter Variable', system-ui, sans-serif";

export function chartOptions(setup: ChartSetup): uPlot.Options {
  const { stack, bounds, zone, width, height, dark, callbacks } = setup;
  const half = stack.interval / 2000;
  const ink = dark ? '#98a5b3' : '#5a6675';
  const grid = { stroke: dark ? '#222a33' : '#e9ecf0', width: 1 };
  const axis = { stroke: ink, font, ticks: { show: false } } satisfies uPlot.Axis;
  return {
    width,
    height,
    padding: [6, 30, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => (zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    scales: {
      x: { time: true, range: () => shownRange(stack, bounds) },
      y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.08] },
    },
    axes: [
      { ...axis, size: 24, gap: 7, space: 90, grid: { show: false }, values: axisTimes(zone) },
      {
        ...axis,
        size: 48,
        gap: 6,
        space: 28,
        grid,
        values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatShortCount(tick) : '')),
      },
    ],
    series: [
      {},
      ...[...stack.layers].reverse().map((layer) => ({
        label: layer.value ?? 'other',
        fill: layer.color,
        stroke: layer.color,
        width: 0,
        points: { show: false },
        // Buckets are named by their start, so bars stand to the right of it.
        paths: uPlot.paths.bars!({ size: [0.86, 60], align: 1, gap: 0 }),
      })),
    ],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: dragThreshold },
    },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    hooks: {
      ready: [(chart) => addZoom(chart, setup)],
      setSelect: [
        (chart) => {
          const { left, width: length } = chart.select;
          if (length < dragThreshold) return;
          callbacks.current.onRange({ from: chart.posToVal(left, 'x') * 1000, to: chart.posToVal(left + length, 'x') * 1000 });
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        (chart) => {
          const left = chart.cursor.left ?? -1;
          const bucket = left < 0 ? undefined : bucketAt(stack, chart.posToVal(left, 'x') * 1000);
          const center = bucket === undefined ? 0 : chart.valToPos(stack.starts[bucket]! / 1000 + half, 'x');
          callbacks.current.onPoint(bucket, center + chart.bbox.left / devicePixelRatio);
        },
      ],
    },
  };
}

/** From the first bar to the end of the last, or the range asked for, whichever reaches further. */
function shownRange(stack: Stack, bounds: Bounds): [number, number] {
  const first = stack.starts[0] ?? bounds.from;
  const last = (stack.starts.at(-1) ?? bounds.to) + stack.interval;
  return [Math.min(first, bounds.from) / 1000, Math.max(last, bounds.to) / 1000];
}

function bucketAt(stack: Stack, moment: number): number | undefined {
  const bucket = Math.floor((moment - (stack.starts[0] ?? moment)) / stack.interval);
  return bucket >= 0 && bucket < stack.starts.length ? bucket : undefined;
}

/** A click goes to its bucket; the wheel zooms around the pointer. */
function addZoom(chart: uPlot, { stack, bounds, callbacks }: ChartSetup): void {
  let pressedAt = 0;
  chart.over.addEventListener('mousedown', (event) => (pressedAt = event.clientX));
  chart.over.addEventListener('click', (event) => {
    if (Math.abs(event.clientX - pressedAt) >= dragThreshold) return;
    const bucket = bucketAt(stack, chart.posToVal(event.offsetX, 'x') * 1000);
    const start = bucket === undefined ? undefined : stack.starts[bucket];
    if (start !== undefined) callbacks.current.onRange({ from: start, to: start + stack.interval });
  });
  let range = { ...bounds };
  let rest: ReturnType<typeof setTimeout> | undefined;
  chart.over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const center = chart.posToVal(event.offsetX, 'x') * 1000;
      const factor = event.deltaY < 0 ? wheelZoom : 1 / wheelZoom;
      range = { from: center - (center - range.from) * factor, to: center + (range.to - center) * factor };
      clearTimeout(rest);
      rest = setTimeout(() => callbacks.current.onRange(range), wheelRest);
    },
    { passive: false },
  );
}

const secondsPerDay = 86_400;

/** Clock times, and the day where it changes, or only days, and the year where it changes; parts of a second only where the ticks are that close. */
function axisTimes(zone: TimeZone): uPlot.Axis.DynamicValues {
  return (_chart, ticks, _axis, _space, step) => {
    let previous = '';
    return ticks.map((tick) => {
      const [day, clock] = formatInstant(new Date(tick * 1000).toISOString(), zone).split(' ') as [string, string];
      const time = step >= 60 ? clock.slice(0, 5) : step >= 1 ? clock.slice(0, 8) : clock;
      const isNewYear = day.slice(0, 4) !== previous.slice(0, 4) && (step >= secondsPerDay || previous !== '');
      const date = isNewYear ? day : day.slice(5);
      const text = step >= secondsPerDay ? date : day === previous ? time : `${date} ${time}`;
      previous = day;
      return text;
    });
  };
}
