import type { NameAnswer } from './answers.ts';

/** Answers with one name, each before the one before it had run out, and none with another name among them. Times in microseconds since 1970. */
export interface Run {
  readonly name: string;
  /** By the capture's clock, when the first of them came. */
  readonly tick: number;
  /** The first and the last answer. */
  first: number;
  last: number;
  /** Until when one of them holds. */
  until: number;
}

/** Runs of one address that are remembered, for one client and for all. */
const runsLimit = 64;

/** `runs` stay in the order of their first answers. They tell all that the answers do: when which name was the newest, and until when it holds. */
export function addAnswer(runs: Run[], { name, at, until }: NameAnswer, tick: number): void {
  let before = runs.length - 1;
  while (before >= 0 && isLater(runs[before]!, at, name)) before--;
  const run = runs[before];
  if (run !== undefined && run.name === name && at <= run.until) {
    run.last = Math.max(run.last, at);
    run.until = Math.max(run.until, until);
    return;
  }
  const added = { name, tick, first: at, last: at, until };
  if (run !== undefined && at < run.last) {
    // It comes late, into the midst of another name's answers.
    runs.splice(before + 1, 0, added, { ...run, first: run.last });
    run.last = at;
  } else runs.splice(before + 1, 0, added);
  if (runs.length > runsLimit) runs.splice(0, runs.length - runsLimit);
}

/** Answers of the same moment stand in the order of their names. */
function isLater(run: Run, at: number, name: string): boolean {
  return run.first > at || (run.first === at && run.name > name);
}

/** The newest name before `time` that still holds then. */
export function nameAt(runs: readonly Run[], time: number, tick: number): string | undefined {
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i]!;
    if (run.first < time && run.tick <= tick && time <= run.until) return run.name;
  }
  return undefined;
}
