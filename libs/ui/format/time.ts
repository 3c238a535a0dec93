export type TimeZone = 'local' | 'utc';

interface Parts {
  readonly date: string;
  readonly clock: string;
  readonly fraction: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

function partsOf(date: Date, zone: TimeZone): Parts {
  const utc = zone === 'utc';
  const year = utc ? date.getUTCFullYear() : date.getFullYear();
  const month = (utc ? date.getUTCMonth() : date.getMonth()) + 1;
  const day = utc ? date.getUTCDate() : date.getDate();
  const hour = utc ? date.getUTCHours() : date.getHours();
  const minute = utc ? date.getUTCMinutes() : date.getMinutes();
  const second = utc ? date.getUTCSeconds() : date.getSeconds();
  return {
    date: `${year}-${two(month)}-${two(day)}`,
    clock: `${two(hour)}:${two(minute)}:${two(second)}`,
    fraction: String(date.getUTCMilliseconds()).padStart(3, '0'),
  };
}

/** Clock time with milliseconds: `09:12:33.041`. Takes RFC 3339 with up to nine digits of fraction; anything else comes back as it is. */
export function formatClock(instant: string, zone: TimeZone): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const { clock, fraction } = partsOf(date, zone);
  return `${clock}.${fraction}`;
}

/** Date and clock time with milliseconds: `2026-01-02 09:12:33.041`. */
export function formatInstant(instant: string, zone: TimeZone): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const { date: day, clock, fraction } = partsOf(date, zone);
  return `${day} ${clock}.${fraction}`;
}

/** Date and clock time to the second, for ranges: `2026-01-02 09:12:33`. */
export function formatMoment(milliseconds: number, zone: TimeZone): string {
  const { date, clock } = partsOf(new Date(milliseconds), zone);
  return `${date} ${clock}`;
}

/** From and to without saying the day twice: `2026-01-02 09:12:33 – 09:40:00`. */
export function formatRange(from: number, to: number, zone: TimeZone): string {
  const start = partsOf(new Date(from), zone);
  const end = partsOf(new Date(to), zone);
  const last = start.date === end.date ? end.clock : `${end.date} ${end.clock}`;
  return `${start.date} ${start.clock} – ${last}`;
}
