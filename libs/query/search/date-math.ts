import { nanosPerMilli, parseMoments, type Moments } from './instant-text.ts';

/** Steps of one expression (`now-1d+2h/d` has three). */
const maxSteps = 16;
const step = /([+-])(\d{1,9})(ms|[smhHdwMy])|\/([smhHdwMy])/y;
const fixed: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, H: 3600e3, d: 86_400e3, w: 604_800e3 };
/** Years 0 to 9999, in milliseconds since 1970. */
const earliest = -62_167_219_200_000;
const latest = 253_402_300_799_999;

/**
 * A time as it may be written in a query or a range: RFC 3339 and shorter (`2026-01-02`), `now`, and either with steps:
 * `now-15m`, `now/d` (rounded to the day), `2026-01-02||+1M/d`. Units: ms s m h d w M y. `now` is milliseconds since 1970.
 */
export function parseTime(text: string, now: number): Moments | undefined {
  if (text.startsWith('now')) return applySteps(text.slice(3), exactly(now));
  const bar = text.indexOf('||');
  if (bar < 0) return parseMoments(text);
  const anchor = parseMoments(text.slice(0, bar));
  return anchor === undefined ? undefined : applySteps(text.slice(bar + 2), anchor);
}

function applySteps(text: string, from: Moments): Moments | undefined {
  let moments = from;
  step.lastIndex = 0;
  for (let count = 0; step.lastIndex < text.length; count++) {
    const match = count < maxSteps ? step.exec(text) : null;
    if (match === null) return undefined;
    const milli = Number(moments.start / nanosPerMilli);
    if (match[4] !== undefined) {
      const start = floor(milli, match[4]);
      moments = between(start, shift(start, 1, match[4]));
    } else {
      const moved = shift(milli, Number(match[2]) * (match[1] === '-' ? -1 : 1), match[3]!);
      if (moved < earliest || moved > latest) return undefined;
      const start = BigInt(moved) * nanosPerMilli + (moments.start % nanosPerMilli);
      moments = { start, end: start + 1n };
    }
  }
  return moments;
}

function exactly(milli: number): Moments {
  return { start: BigInt(milli) * nanosPerMilli, end: BigInt(milli) * nanosPerMilli + 1n };
}

function between(start: number, end: number): Moments {
  return { start: BigInt(start) * nanosPerMilli, end: BigInt(end) * nanosPerMilli };
}

/** Moves by calendar months and years, by fixed lengths otherwise; the 31st becomes the last day of a shorter month. */
function shift(milli: number, count: number, unit: string): number {
  const length = fixed[unit];
  if (length !== undefined) return milli + count * length;
  const months = unit === 'y' ? count * 12 : count;
  if (Math.abs(months) > 120_000) return Number.MAX_SAFE_INTEGER;
  const date = new Date(milli);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const month = date.getUTCMonth();
  const days = month === 1 ? (isLeap(date.getUTCFullYear()) ? 29 : 28) : [3, 5, 8, 10].includes(month) ? 30 : 31;
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function floor(milli: number, unit: string): number {
  const date = new Date(milli);
  switch (unit) {
    case 'y':
      date.setUTCMonth(0, 1);
      return date.setUTCHours(0, 0, 0, 0);
    case 'M':
      date.setUTCDate(1);
      return date.setUTCHours(0, 0, 0, 0);
    case 'w':
      date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
      return date.setUTCHours(0, 0, 0, 0);
    default:
      return Math.floor(milli / fixed[unit]!) * fixed[unit]!;
  }
}
