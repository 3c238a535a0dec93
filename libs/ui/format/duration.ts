import { threeDigits } from './number.ts';

const nanosecondsPerSecond = 1e9;

/** A duration in nanoseconds in the unit that reads best: `1500000` as `1.5 ms`, `90000000000` as `1 min 30 s`. */
export function formatDuration(nanoseconds: number): string {
  const value = Math.abs(nanoseconds);
  const sign = nanoseconds < 0 ? '−' : '';
  if (value < 1e3) return `${sign}${value} ns`;
  if (value < 999.5e3) return `${sign}${threeDigits(value / 1e3)} µs`;
  if (value < 999.5e6) return `${sign}${threeDigits(value / 1e6)} ms`;
  if (value < 59.95e9) return `${sign}${threeDigits(value / 1e9)} s`;
  return sign + formatLong(Math.round(value / nanosecondsPerSecond));
}

function formatLong(seconds: number): string {
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86_400) return pair(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
  return pair(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
