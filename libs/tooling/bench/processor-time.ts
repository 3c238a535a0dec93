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

/** Fields 14 and 15 of its stat: the name before them may hold anything. */
function secondsOf({ pid }: Process): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return undefined;
  }
}
