import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Match } from '../sdk/detect-text.ts';
import type { Reading } from './parser.ts';
import { beginningLimit, beginsRequest } from './request-beginning.ts';

const nothing = new Uint8Array(0);

/** The first octets that come where a body was announced which its sender may have left out. */
export class DoubtedBody {
  /** How the body is read if it comes. */
  readonly reading: Reading;
  verdict: 'undecided' | 'body' | 'message' = 'undecided';
  octets: Uint8Array = nothing;
  /** When the first of them came. */
  since: Instant | undefined;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** Takes as many octets as are needed to tell; returns the offset behind them. */
  take(bytes: Uint8Array, start: number, end: number, now: Instant): number {
    this.since ??= now.copy();
    const taken = Math.min(end, start + beginningLimit - this.octets.length);
    this.octets = Buffer.concat([this.octets, bytes.subarray(start, taken)]);
    const match = beginsRequest(this.octets, 0, this.octets.length);
    if (match !== Match.partly) this.verdict = match === Match.yes ? 'message' : 'body';
    return taken;
  }
}
