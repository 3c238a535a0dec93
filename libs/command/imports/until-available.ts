import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailable } from '../indexing/writer.ts';

/** Milliseconds between two tries. */
const pause = 1000;

/** Asks a store again and again while it is away: what has come so far must not fail for that. Rejects with any other reason, and when `signal` fires. */
export async function untilAvailable<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
}
