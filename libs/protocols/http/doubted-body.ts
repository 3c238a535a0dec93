import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Match, matchAny } from '../sdk/detect-text.ts';
import type { Reading } from './parser.ts';
import { methods } from './start-line.ts';

/** How a request begins that a body is told from. */
const beginnings = methods.flatMap((method) => [`${method} /`, `${method} http`, `${method} *`]);
const longest = Math.max(...beginnings.map((text) => text.length));

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
    const taken = Math.min(end, start + longest - this.octets.length);
    this.octets = Buffer.concat([this.octets, bytes.subarray(start, taken)]);
    const match = matchAny(this.octets, 0, this.octets.length, beginnings);
    if (match !== Match.partly) this.verdict = match === Match.yes ? 'message' : 'body';
    return taken;
  }
}
