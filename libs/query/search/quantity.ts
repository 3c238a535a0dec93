import type { FieldUnit } from '@orbweaver/contracts/records/schema.ts';

const durations: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
};
const sizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A number, or one with a unit where the field has one: `5ms` on nanoseconds, `10kB` or `1MiB` on bytes. Undefined if it is neither. */
export function parseQuantity(text: string, unit: FieldUnit | undefined): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?)\s*([a-zµ]*)$/i.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]);
  const suffix = match[2]!;
  if (suffix === '') return Number.isFinite(value) ? value : undefined;
  const factor =
    unit === 'ns' ? durations[suffix] : unit === 's' ? secondsOf(suffix) : unit === 'byte' ? sizes[suffix.toLowerCase()] : undefined;
  if (factor === undefined) return undefined;
  const scaled = value * factor;
  return Math.abs(scaled) <= Number.MAX_SAFE_INTEGER ? Math.round(scaled * 1e6) / 1e6 : undefined;
}

function secondsOf(suffix: string): number | undefined {
  const nanos = durations[suffix];
  return nanos === undefined ? undefined : nanos / 1e9;
}

/** The units that `parseQuantity` takes, for messages. */
export function unitsOf(unit: FieldUnit | undefined): readonly string[] {
  return unit === 'ns' || unit === 's'
    ? ['ns', 'us', 'ms', 's', 'm', 'h', 'd']
    : unit === 'byte'
      ? ['kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB']
      : [];
}
