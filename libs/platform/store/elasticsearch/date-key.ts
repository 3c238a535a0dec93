import { formatNanos, parseInstant } from '@orbweaver/query/search/instant-text.ts';

const firstYear = parseInstant('0000-01-01T00:00:00Z')!;
const lastYear = parseInstant('9999-12-31T23:59:59.999999999Z')!;

/** A moment as text of one length that compares like the moment: RFC 3339 with nine digits of fraction. */
export function dateKey(nanos: bigint): string {
  return formatNanos(nanos, 9);
}

/** The same of a bound, which may lie outside the years 0 to 9999. */
export function dateBoundKey(nanos: bigint): string {
  if (nanos < firstYear) return '';
  return nanos > lastYear ? ':' : dateKey(nanos);
}

/** The key of a date as a record has it; undefined if it is none. */
export function keyOfDate(text: string): string | undefined {
  const nanos = parseInstant(text);
  return nanos === undefined ? undefined : dateKey(nanos);
}
