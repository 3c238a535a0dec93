import { joined } from '@orbweaver/kernel/bytes/text.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;

/** Hours behind UTC of the zones that have names (RFC 5322, section 4.3); any other letters say nothing, and count as UTC. */
const zones: Readonly<Record<string, number>> = { edt: -4, est: -5, cdt: -5, cst: -6, mdt: -6, mst: -7, pdt: -7, pst: -8 };

/** Words of a date: more are not read. */
const wordLimit = 12;

/** `Mon, 5 Oct 2009 11:36:07 +0530` (RFC 5322, section 3.3) as RFC 3339 in UTC, to the second; undefined if it is no date. */
export function parseMailDate(text: string): string | undefined {
  const words = wordsOf(text);
  // The day of the week may be missing, or stand without its comma.
  const first = words.findIndex((word) => numberOf(word, 1, 2) >= 0);
  if (first < 0) return undefined;
  const [day, month, year, time, zone] = words.slice(first, first + 5);
  const date = dateOf(day, month, year);
  const seconds = secondsOf(time);
  const offset = offsetOf(zone);
  if (date === undefined || seconds === undefined || offset === undefined) return undefined;
  const instant = new Date(date + seconds * 1000 - offset * 60_000);
  const written = instant.getUTCFullYear();
  return written < 1000 || written > 9999 ? undefined : joined(instant.toISOString().slice(0, 19), 'Z');
}

/** Parted by blanks and commas; comments in parentheses left out. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    const isBreak = depth > 0 || character === ' ' || character === '\t' || character === ',';
    if (character === ')' && depth > 0) depth--;
    if (!isBreak) word += character;
    else if (word !== '') {
      words.push(word);
      if (words.length === wordLimit) return words;
      word = '';
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/** A whole number of so many digits, or -1. */
function numberOf(text: string | undefined, least: number, most: number): number {
  if (text === undefined || text.length < least || text.length > most) return -1;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Milliseconds at the beginning of the day. */
function dateOf(dayText: string | undefined, monthText: string | undefined, yearText: string | undefined): number | undefined {
  const day = numberOf(dayText, 1, 2);
  const month = months.findIndex((name) => monthText?.slice(0, 3).toLowerCase() === name);
  let year = numberOf(yearText, 2, 4);
  if (day < 1 || month < 0 || year < 0) return undefined;
  // Years of two and three digits: RFC 5322, section 4.3.
  if (yearText!.length === 2) year += year < 50 ? 2000 : 1900;
  else if (yearText!.length === 3) year += 1900;
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCDate() === day && year >= 1000 ? date.getTime() : undefined;
}

function secondsOf(text: string | undefined): number | undefined {
  const parts = text?.split(':');
  if (parts === undefined || parts.length < 2 || parts.length > 3) return undefined;
  const [hours, minutes, seconds] = [
    numberOf(parts[0], 1, 2),
    numberOf(parts[1], 1, 2),
    parts[2] === undefined ? 0 : numberOf(parts[2], 1, 2),
  ];
  const isTime = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds <= 60;
  return isTime ? hours * 3600 + minutes * 60 + seconds : undefined;
}

/** Minutes ahead of UTC. */
function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const sign = text[0] === '+' ? 1 : text[0] === '-' ? -1 : 0;
  if (sign === 0) return isLetters(text) ? (zones[text.toLowerCase()] ?? 0) * 60 : undefined;
  const value = numberOf(text.slice(1), 4, 4);
  return value < 0 || value % 100 >= 60 ? undefined : sign * (Math.floor(value / 100) * 60 + (value % 100));
}

function isLetters(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at) | 0x20;
    if (letter < 0x61 || letter > 0x7a) return false;
  }
  return text.length > 0;
}
