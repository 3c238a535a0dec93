/**
 * A point in time as the capture gave it: whole seconds since 1970 (UTC) and nanoseconds within the second. Two numbers, since
 * nanoseconds since 1970 pass 2^53.
 *
 * The packet path keeps one and `set`s it; whoever remembers a time takes a `copy`.
 */
export class Instant {
  seconds: number;
  nanos: number;

  constructor(seconds = 0, nanos = 0) {
    this.seconds = seconds;
    this.nanos = nanos;
  }

  set(seconds: number, nanos: number): void {
    this.seconds = seconds;
    this.nanos = nanos;
  }

  copy(): Instant {
    return new Instant(this.seconds, this.nanos);
  }

  isBefore(other: Instant): boolean {
    return this.seconds < other.seconds || (this.seconds === other.seconds && this.nanos < other.nanos);
  }

  /** Nanoseconds from `earlier` to this; exact up to 104 days. */
  nanosSince(earlier: Instant): number {
    return (this.seconds - earlier.seconds) * 1e9 + (this.nanos - earlier.nanos);
  }
}

/** `2026-01-02T03:04:05.000006789Z`: the places of the hour and of the fraction and, at most, its digits. */
const hourAt = 11;
const fractionAt = 20;
const fractionLimit = 9;

const daySeconds = 86_400;

/** Texts are put together here, and the last one's day stays: times come nearly in order. */
const text = Buffer.from('0000-00-00T00:00:00.000000000Z', 'latin1');
let lastDay = NaN;

/** RFC 3339 in UTC with `digits` (0 to 9) of fraction: `2026-01-02T03:04:05.000006Z`. */
export function formatInstant(seconds: number, nanos: number, digits: number): string {
  const day = Math.floor(seconds / daySeconds);
  if (day !== lastDay) {
    text.write(new Date(day * daySeconds * 1000).toISOString().slice(0, hourAt), 'latin1');
    lastDay = day;
  }
  const second = seconds - day * daySeconds;
  putTwoDigits(hourAt, (second / 3600) | 0);
  putTwoDigits(hourAt + 3, ((second / 60) | 0) % 60);
  putTwoDigits(hourAt + 6, second % 60);
  let rest = nanos;
  for (let at = fractionAt + fractionLimit - 1; at >= fractionAt; at--) {
    text[at] = zero + (rest % 10);
    rest = (rest / 10) | 0;
  }
  const end = digits === 0 ? fractionAt - 1 : fractionAt + digits;
  const kept = text[end]!;
  text[end] = 0x5a;
  const formatted = text.toString('latin1', 0, end + 1);
  text[end] = kept;
  return formatted;
}

const zero = 0x30;

function putTwoDigits(at: number, value: number): void {
  text[at] = zero + ((value / 10) | 0);
  text[at + 1] = zero + (value % 10);
}
