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

/** RFC 3339 in UTC with `digits` (0 to 9) of fraction: `2026-01-02T03:04:05.000006Z`. */
export function formatInstant(seconds: number, nanos: number, digits: number): string {
  const whole = formatSecond(seconds);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(nanos).padStart(9, '0').slice(0, digits)}Z`;
}

let lastSecond = NaN;
let lastText = '';

function formatSecond(seconds: number): string {
  if (seconds !== lastSecond) {
    lastSecond = seconds;
    lastText = new Date(seconds * 1000).toISOString().slice(0, 19);
  }
  return lastText;
}
