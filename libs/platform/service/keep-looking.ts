import type { Health } from './health.ts';
import type { Logger } from './logger.ts';

/** Milliseconds between two looks. */
const pause = 5000;

export interface Looking {
  /** Undefined: well, when last looked. Else what is wrong. */
  problem(): string | undefined;
  stop(): void;
}

/**
 * Looks after something that a process needs while it runs, one look after the other: `look` rejects with what is wrong. Readiness says it under `name` as long as that is so, and the log when it
 * changes. Looks have a time limit of their own.
 */
export function keepLooking(name: string, look: () => Promise<void>, health: Pick<Health, 'add'>, log: Logger): Looking {
  let problem: string | undefined = 'not yet asked';
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  health.add(name, () => problem);
  const again = async () => {
    const before = problem;
    problem = await look().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (isStopped) return;
    if (problem !== undefined && problem !== before) log.warn({ reason: problem }, `${name} cannot be used; looking again until it can`);
    if (problem === undefined && before !== undefined) log.info(`${name} can be used`);
    timer = setTimeout(() => void again(), pause);
  };
  void again();
  return {
    problem: () => problem,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
