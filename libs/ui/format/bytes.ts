import { threeDigits } from './number.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A number of bytes in decimal units: `1500` as `1.5 kB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 999.5 would be rounded up to `1000`, so the next unit starts there.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${bytes < 0 ? '−' : ''}${threeDigits(value)} ${units[unit]}`;
}
