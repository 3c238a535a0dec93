import type { TimeZone } from './time.ts';

const written = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const relative = /^now(?:\s*-\s*(\d{1,6})([smhdw]))?$/i;
const epoch = /^(?:\d{10}|\d{13})$/;
const lengths: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/**
 * A moment as people write it, in milliseconds since the epoch; undefined if it is none. Taken are date and clock time with as much of the clock as is known, in
 * `zone` unless `Z` or an offset follows (`2026-01-02 09:12`, `2026-01-02T09:12:33.041+01:00`), seconds or milliseconds since the epoch, and `now` or `now-15m`.
 */
export function readMoment(text: string, zone: TimeZone, now: number): number | undefined {
  const trimmed = text.trim();
  const ago = relative.exec(trimmed);
  if (ago) return now - Number(ago[1] ?? 0) * (lengths[ago[2]?.toLowerCase() ?? 's'] ?? 0);
  if (epoch.test(trimmed)) return Number(trimmed) * (trimmed.length === 10 ? 1000 : 1);
  const parts = written.exec(trimmed);
  return parts ? momentOf(parts, zone) : undefined;
}

function momentOf(parts: RegExpExecArray, zone: TimeZone): number | undefined {
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) => Number(parts[index] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millisecond = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  // Dates roll over: the 30th of February would be one of March.
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day || month < 1 || month > 12) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = parts[8]?.toUpperCase();
  if (offset === undefined) return zone === 'utc' ? utc : new Date(year, month - 1, day, hour, minute, second, millisecond).getTime();
  if (offset === 'Z') return utc;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 14 || minutes > 59) return undefined;
  return utc - (offset.startsWith('-') ? -1 : 1) * (hours * 3600e3 + minutes * 60e3);
}
