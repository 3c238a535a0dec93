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

/** `2026-01-02T03:04:05.000006789Z`: the place of the fraction and, at most, its digits. */
const fractionAt = 20;
const fractionLimit = 9;

/** Texts are put together here, and the last one's second stays: times come in order, so that mostly only the fraction changes. */
const text = Buffer.alloc(fractionAt + fractionLimit + 1);
let lastSecond = NaN;

/** RFC 3339 in UTC with `digits` (0 to 9) of fraction: `2026-01-02T03:04:05.000006Z`. */
export function formatInstant(seconds: number, nanos: number, digits: number): string {
  if (seconds !== lastSecond) {
    lastSecond = seconds;
    text.write(`${new Date(seconds * 1000).toISOString().slice(0, fractionAt - 1)}.`, 'latin1');
  }
  let rest = nanos;
  for (let at = fractionAt + fractionLimit - 1; at >= fractionAt; at--) {
    text[at] = 0x30 + (rest % 10);
    rest = Math.trunc(rest / 10);
  }
  const end = digits === 0 ? fractionAt - 1 : fractionAt + digits;
  const kept = text[end]!;
  text[end] = 0x5a;
  const formatted = text.toString('latin1', 0, end + 1);
  text[end] = kept;
  return formatted;
}
