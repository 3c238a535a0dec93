import type { TimeExpressions } from '@orbweaver/contracts/query/requests.ts';
import { setting } from '@orbweaver/platform/service/config/settings.ts';
import { duration } from '@orbweaver/platform/service/config/values.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';
import { nanosPerMilli } from '@orbweaver/query/search/instant-text.ts';
import { parseTime } from '@orbweaver/query/search/date-math.ts';

/** Bounds of one question; durations in milliseconds. */
export interface SearchLimits {
  /** A question that takes longer is cut off. */
  readonly timeLimit: number;
  /** The longest time that a question may name. */
  readonly maxRange: number;
}

/** What a process that answers questions has among its settings. */
export const searchLimitSettings = {
  searchTimeLimit: setting(duration('100ms', '100s'), 30e3, 'A search that takes longer is cut off.'),
  searchMaxRange: setting(duration('1h', '1000y'), 100 * 31_536_000e3, 'The longest time that one search may name.'),
} as const;

const day = 86_400e3;

/** Refuses a time that is longer than allowed. What is no time at all is left to the plan, which says so better. */
export function limitRange(time: TimeExpressions | undefined, { maxRange }: SearchLimits, now: number): void {
  if (time === undefined) return;
  const from = parseTime(time.from, now)?.start;
  const to = parseTime(time.to, now)?.start;
  if (from === undefined || to === undefined || to - from <= BigInt(maxRange) * nanosPerMilli) return;
  const days = String(Math.floor(maxRange / day));
  const message = `covers more than ${days} days, the longest that a search may; choose a shorter time, or leave time out to search all that is stored`;
  throw new ProblemError('invalid-request', `time: ${message}`, { items: [{ path: 'time', message }] });
}

export const searchLimitsToken = Symbol('SearchLimits');
