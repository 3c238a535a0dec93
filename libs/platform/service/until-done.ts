import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';

/** Milliseconds between two tries. */
const retryPause = 1000;

export interface Waiting {
  readonly health: Pick<Health, 'add'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Ends it: the process is told to stop. */
  readonly ended: AbortSignal;
  /** What went wrong, in a sentence. */
  readonly explain?: (error: unknown) => string;
}

/** A start came to its end since the process was told to stop. */
export class StoppedWaiting extends Error {}

/**
 * Tries until it succeeds, for what a process needs at its start and others may have to bring about first. Why it has not succeeded yet is what readiness says under `name`, and the log
 * once. Rejects with a `StoppedWaiting` that says it when the process is told to stop.
 */
export async function untilDone<T>(name: string, work: () => Promise<T>, { health, log, ended, explain }: Waiting): Promise<T> {
  let problem: string | undefined = 'not yet tried';
  health.add(name, () => problem);
  for (;;) {
    if (ended.aborted) throw new StoppedWaiting(`stopped while it waited for ${name}: ${problem}`);
    try {
      const result = await work();
      problem = undefined;
      return result;
    } catch (error) {
      const reason = explain?.(error) ?? (error instanceof Error ? error.message : String(error));
      if (reason !== problem) log.warn({ waitsFor: name, reason }, 'trying again until it goes well');
      problem = reason;
    }
    await wait(retryPause, undefined, { signal: ended }).catch(() => undefined);
  }
}
