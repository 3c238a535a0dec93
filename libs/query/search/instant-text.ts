import { formatInstant } from '@orbweaver/kernel/instant.ts';

/** A time that was written down to some unit: all moments from `start` up to but not including `end`, nanoseconds since 1970. */
export interface Moments {
  readonly start: bigint;
  readonly end: bigint;
}

export const nanosPerMilli = 1_000_000n;
export const nanosPerSecond = 1_000_000_000n;

const timestamp = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;

/** `2026`, `2026-01`, `2026-01-02`, `2026-01-02T03:04:05.678Z`, ... UTC where no offset is given. Undefined if it is no such time. */
export function parseMoments(text: string): Moments | undefined {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const parts = [month, day, hour, minute, second].map((part) => (part === undefined ? undefined : Number(part)));
  const [m = 1, d = 1, h = 0, min = 0, s = 0] = parts;
  if (m < 1 || m > 12 || d < 1 || h > 23 || min > 59 || s > 59) return undefined;
  const at = utc(Number(year), m - 1, d, h, min, s);
  if (new Date(at).getUTCDate() !== d) return undefined;
  const shift = offsetMillis(offset);
  if (shift === undefined) return undefined;
  const start = BigInt(at - shift) * nanosPerMilli + BigInt((fraction ?? '').padEnd(9, '0'));
  if (fraction !== undefined) return { start, end: start + 10n ** BigInt(9 - fraction.length) };
  if (month === undefined) return { start, end: BigInt(utc(Number(year) + 1, 0, 1, 0, 0, 0) - shift) * nanosPerMilli };
  if (day === undefined) return { start, end: BigInt(utc(Number(year), m, 1, 0, 0, 0) - shift) * nanosPerMilli };
  const unit = hour === undefined ? 86_400n : minute === undefined ? 3_600n : second === undefined ? 60n : 1n;
  return { start, end: start + unit * nanosPerSecond };
}

/** A complete RFC 3339 time in UTC (`...Z`) as nanoseconds since 1970; undefined if it is not one. */
export function parseInstant(text: string): bigint | undefined {
  return text.length >= 20 && text.endsWith('Z') ? parseMoments(text)?.start : undefined;
}

/** RFC 3339 in UTC; without `digits`, with as many of fraction as the value needs (0, 3, 6 or 9). */
export function formatNanos(value: bigint, digits?: number): string {
  let seconds = value / nanosPerSecond;
  let nanos = Number(value % nanosPerSecond);
  if (nanos < 0) {
    seconds -= 1n;
    nanos += 1e9;
  }
  return formatInstant(Number(seconds), nanos, digits ?? (nanos === 0 ? 0 : nanos % 1e6 === 0 ? 3 : nanos % 1e3 === 0 ? 6 : 9));
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const date = new Date(Date.UTC(2000, month, day, hour, minute, second));
  date.setUTCFullYear(month > 11 ? year + 1 : year, month % 12, day);
  return date.getTime();
}

function offsetMillis(offset: string | undefined): number | undefined {
  if (offset === undefined || offset.toUpperCase() === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
