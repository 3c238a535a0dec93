import { StoreUnavailable } from './writer.ts';

/** What became of one item: `busy` may go well another time, `refused` never will. */
export type Outcome =
  { readonly kind: 'stored' } | { readonly kind: 'busy'; readonly reason: string } | { readonly kind: 'refused'; readonly reason: string };

export const stored: Outcome = { kind: 'stored' };

/** Takes many items at once and answers for each of them, in order. A rejection means that none is known to be stored. */
export interface BulkTarget<Item> {
  send(items: readonly Item[]): Promise<readonly Outcome[]>;
}

export interface RetryPolicy {
  /** Before the second try; doubled for each further one up to `maxDelayMs`. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** No try begins later than so long after the first. */
  readonly deadlineMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { firstDelayMs: 100, maxDelayMs: 10_000, deadlineMs: 60_000 };

/** Time as `deliver` needs it, for tests to stand in. */
export interface Clock {
  now(): number;
  sleep(millis: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export const wallClock: Clock = {
  now: () => performance.now(),
  sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
  random: Math.random,
};

export interface Delivery<Item> {
  readonly stored: number;
  readonly refused: readonly { readonly item: Item; readonly reason: string }[];
  readonly retries: number;
}

/**
 * Brings every item to an end: stored or refused. What is busy is sent again, by itself, after a growing and scattered delay, so that many writers don't
 * come back at once. Rejects with `StoreUnavailable` when the deadline has passed; what was stored by then stays stored, and sending everything again
 * is safe because each item is written under its id. `waits` is told why something has to be sent again.
 */
export async function deliver<Item>(
  items: readonly Item[],
  target: BulkTarget<Item>,
  policy: RetryPolicy = defaultRetryPolicy,
  clock: Clock = wallClock,
  waits: (reason: string) => void = () => undefined,
): Promise<Delivery<Item>> {
  const refused: { item: Item; reason: string }[] = [];
  const started = clock.now();
  let left = items;
  let done = 0;
  for (let retries = 0; left.length > 0; retries++) {
    if (retries > 0) await clock.sleep(delay(retries, policy, clock));
    const busy: Item[] = [];
    let why: unknown;
    try {
      const outcomes = await target.send(left);
      for (const [index, item] of left.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === 'stored') done++;
        else if (outcome?.kind === 'refused') refused.push({ item, reason: outcome.reason });
        else {
          busy.push(item);
          why = outcome?.reason ?? 'no answer for the item';
        }
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      busy.push(...left);
      why = error;
    }
    if (busy.length > 0) waits(why instanceof Error ? why.message : String(why));
    if (busy.length > 0 && clock.now() - started >= policy.deadlineMs) throw unavailable(busy.length, why);
    left = busy;
    if (left.length === 0) return { stored: done, refused, retries };
  }
  return { stored: done, refused, retries: 0 };
}

function delay(retries: number, { firstDelayMs, maxDelayMs }: RetryPolicy, clock: Clock): number {
  const most = Math.min(maxDelayMs, firstDelayMs * 2 ** (retries - 1));
  return most * (0.5 + clock.random() / 2);
}

function unavailable(count: number, why: unknown): StoreUnavailable {
  const reason = why instanceof Error ? why.message : String(why);
  return new StoreUnavailable(`${count} records were not taken: ${reason}`, { cause: why });
}
