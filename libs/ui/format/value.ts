import { formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { formatCount } from './number.ts';
import { formatInstant, type TimeZone } from './time.ts';

/** What formatting needs to know of a field. */
export interface FieldShape {
  readonly type: string;
  readonly unit?: string | undefined;
}

/** Integers that are names rather than amounts: no thousands separator in a port or a status code. */
const identifiers = /(\.port|\.id|\.code|status_code|\.seq|_id|\.version|stratum)$/;

/** A value as people read it: `1.5 ms`, `12.3 kB`, `1,234`. Lists are joined; objects are shown as JSON. */
export function formatValue(value: unknown, name: string, shape: FieldShape | undefined, zone: TimeZone): string {
  if (Array.isArray(value)) return value.map((item) => formatValue(item, name, shape, zone)).join(', ');
  if (typeof value === 'number') return formatNumber(value, name, shape);
  if (typeof value === 'string') return shape?.type === 'date' ? formatInstant(value, zone) : value;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value ?? '');
}

function formatNumber(value: number, name: string, shape: FieldShape | undefined): string {
  switch (shape?.unit) {
    case 'ns':
      return formatDuration(value);
    case 'byte':
      return formatBytes(value);
    case 's':
      return formatDuration(value * 1e9);
  }
  return identifiers.test(name) ? String(value) : formatCount(value);
}

/** The same value to the last digit, with its unit, for a tooltip: `1500000 ns`. */
export function exactValue(value: unknown, shape: FieldShape | undefined): string {
  if (Array.isArray(value)) return value.map((item) => exactValue(item, shape)).join('\n');
  if (typeof value === 'number' && shape?.unit) return `${formatCount(value)} ${shape.unit === 'byte' ? 'bytes' : shape.unit}`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value ?? '');
}
