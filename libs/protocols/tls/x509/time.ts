import { Tag } from './der.ts';

/**
 * A Time element (RFC 5280 §4.1.2.5) as RFC 3339 in UTC with whole seconds: `2026-01-02T03:04:05Z`. UTCTime has two digits of year, those
 * below 50 of this century. Old certificates leave the seconds out or name an offset, which BER allows; fractions are dropped. Undefined if
 * it is no time.
 */
export function derTime(bytes: Uint8Array, tag: number, start: number, end: number): string | undefined {
  let at = start;
  let year: number;
  if (tag === Tag.utcTime) {
    const short = digits(bytes, at, end, 2);
    year = short + (short < 50 ? 2000 : 1900);
    at += 2;
    if (short < 0) return undefined;
  } else if (tag === Tag.generalizedTime) {
    year = digits(bytes, at, end, 4);
    at += 4;
    if (year < 0) return undefined;
  } else {
    return undefined;
  }
  const month = digits(bytes, at, end, 2);
  const day = digits(bytes, at + 2, end, 2);
  const hour = digits(bytes, at + 4, end, 2);
  const minute = digits(bytes, at + 6, end, 2);
  at += 8;
  let second = digits(bytes, at, end, 2);
  if (second < 0) second = 0;
  else at += 2;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second > 59) return undefined;
  while (at < end && bytes[at] !== 0x5a && bytes[at] !== 0x2b && bytes[at] !== 0x2d) at++;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute - offsetMinutes(bytes, at, end), second);
  const shown = time.getUTCFullYear();
  return shown < 0 || shown > 9999 ? undefined : `${time.toISOString().slice(0, 19)}Z`;
}

/** `Z` and nothing at all are UTC; `+0100` is an hour ahead of it. */
function offsetMinutes(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] === 0x5a) return 0;
  const hours = digits(bytes, at + 1, end, 2);
  const minutes = digits(bytes, at + 3, end, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return 0;
  const offset = hours * 60 + minutes;
  return bytes[at] === 0x2d ? -offset : offset;
}

/** `count` decimal digits as a number, or -1. */
function digits(bytes: Uint8Array, start: number, end: number, count: number): number {
  if (start + count > end) return -1;
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
