/** The order in which a process winds down. Steps of one phase run side by side; a phase begins when the one before has ended. */
export const stopPhases = ['readiness', 'intake', 'drain', 'flush', 'close', 'release'] as const;
export type StopPhase = (typeof stopPhases)[number];

export interface StopStep {
  readonly phase: StopPhase;
  readonly name: string;
  /** Milliseconds after which the stop goes on without it. `signal` fires then. */
  readonly deadline: number;
  run(signal: AbortSignal): Promise<void> | void;
}

export interface StopReport {
  readonly name: string;
  readonly phase: StopPhase;
  readonly outcome: 'done' | 'late' | 'failed';
  readonly message?: string;
}

/** Collects what has to happen before a process may end, and does it once. */
export class Stopping {
  private readonly steps: StopStep[] = [];
  private running: Promise<StopReport[]> | undefined;

  add(step: StopStep): void {
    this.steps.push(step);
  }

  /** Runs every step in the order of the phases, each within its deadline. Never rejects; a second call gets the first one's result. */
  stop(): Promise<StopReport[]> {
    return (this.running ??= this.runAll());
  }

  private async runAll(): Promise<StopReport[]> {
    const reports: StopReport[] = [];
    for (const phase of stopPhases) reports.push(...(await Promise.all(this.steps.filter((step) => step.phase === phase).map(runStep))));
    return reports;
  }
}

async function runStep({ phase, name, deadline, run }: StopStep): Promise<StopReport> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      resolve('late');
    }, deadline);
  });
  try {
    const outcome = await Promise.race([Promise.resolve(run(abort.signal)).then(() => 'done' as const), late]);
    return { name, phase, outcome, ...(outcome === 'late' ? { message: `not done within ${String(deadline)} ms` } : {}) };
  } catch (error) {
    return { name, phase, outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
