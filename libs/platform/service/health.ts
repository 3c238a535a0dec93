export type Phase = 'starting' | 'ok' | 'stopping';

/** Undefined: well. Else what is wrong. */
export type Check = () => string | undefined;

/** What a process says of itself: whether it runs, and whether it should be given work. */
export class Health {
  private phase: Phase = 'starting';
  private readonly checks = new Map<string, Check>();

  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  enter(phase: Phase): void {
    this.phase = phase;
  }

  get isStopping(): boolean {
    return this.phase === 'stopping';
  }

  /** Ready means: started, not stopping, and every check well. */
  report(): { status: 'ok' | 'starting' | 'stopping' | 'failing'; checks: Record<string, string> } {
    const checks: Record<string, string> = {};
    let failing = false;
    for (const [name, check] of this.checks) {
      const problem = check();
      checks[name] = problem ?? 'ok';
      failing ||= problem !== undefined;
    }
    return { status: this.phase === 'ok' && failing ? 'failing' : this.phase, checks };
  }
}
