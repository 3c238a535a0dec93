import { readFileSync } from 'node:fs';

interface Process {
  readonly name: string;
  readonly pid: number | undefined;
}

/** Clock ticks a second in /proc (USER_HZ; proc(5)). */
const ticks = 100;
const lookMs = 50;

/** Processor time that processes of Linux take from now on, the system's on their behalf included. One may end: what it had when last looked at counts. */
export class ProcessorTime {
  readonly #processes: readonly Process[];
  readonly #before: readonly number[];
  readonly #last: number[];
  readonly #timer: NodeJS.Timeout;

  constructor(processes: readonly Process[]) {
    this.#processes = processes;
    this.#before = processes.map((process) => secondsOf(process) ?? 0);
    this.#last = [...this.#before];
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** Seconds by name. */
  end(): Map<string, number> {
    clearInterval(this.#timer);
    this.#look();
    return new Map(this.#processes.map(({ name }, index) => [name, this.#last[index]! - this.#before[index]!]));
  }

  #look(): void {
    for (const [index, process] of this.#processes.entries()) this.#last[index] = secondsOf(process) ?? this.#last[index]!;
  }
}

/** Seconds of processor time that the ended children of this process have taken so far; undefined where the system has no /proc. */
export function secondsOfChildren(): number | undefined {
  return secondsIn('self', [16, 17]);
}

function secondsOf({ pid }: Process): number | undefined {
  return secondsIn(String(pid), [14, 15]);
}

/** The sum of fields of a process's stat (proc(5), where the first is 1); the name, field 2, may hold anything. */
function secondsIn(pid: string, fields: readonly number[]): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.reduce((sum, field) => sum + Number(fromThird[field - 3]), 0) / ticks;
  } catch {
    return undefined;
  }
}
