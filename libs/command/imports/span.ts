import { formatInstant } from '@orbweaver/kernel/instant.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';

/** The time that the packets cover. */
export class Span {
  private first: { seconds: number; nanos: number; digits: number } | undefined;
  private last: { seconds: number; nanos: number; digits: number } | undefined;

  add({ seconds, nanos, fractionDigits: digits }: Frame): void {
    const { first, last } = this;
    if (first === undefined || last === undefined) {
      this.first = { seconds, nanos, digits };
      this.last = { seconds, nanos, digits };
      return;
    }
    if (seconds > last.seconds || (seconds === last.seconds && nanos > last.nanos)) set(last, seconds, nanos);
    else if (seconds < first.seconds || (seconds === first.seconds && nanos < first.nanos)) set(first, seconds, nanos);
  }

  texts(): { first?: string; last?: string } {
    const { first, last } = this;
    if (first === undefined || last === undefined) return {};
    return { first: formatInstant(first.seconds, first.nanos, first.digits), last: formatInstant(last.seconds, last.nanos, last.digits) };
  }
}

function set(instant: { seconds: number; nanos: number }, seconds: number, nanos: number): void {
  instant.seconds = seconds;
  instant.nanos = nanos;
}
