import type { Letter } from './letter.ts';

/** Letters that failed in one way. */
export interface LetterKind {
  readonly stage: string;
  /** Of the first of them, in its own words. */
  readonly reason: string;
  count: number;
  /** Not yet replayed. */
  waiting: number;
  readonly first: number;
  last: number;
}

/** Different kinds that are told apart; letters of further ones count as `other reasons`. */
const maxKinds = 200;

/** Sums letters up by stage and reason. Reasons that differ in numbers and quoted texts only are one. */
export class LetterKinds {
  readonly #kinds = new Map<string, LetterKind>();

  add(letter: Letter, isWaiting: boolean): void {
    const own = `${letter.stage} ${letter.reason.replace(/'[^']*'|\d+/g, '')}`;
    const isBeyond = !this.#kinds.has(own) && this.#kinds.size >= maxKinds;
    const key = isBeyond ? letter.stage : own;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      const { stage, time } = letter;
      kind = { stage, reason: isBeyond ? 'other reasons' : letter.reason, count: 0, waiting: 0, first: time, last: time };
      this.#kinds.set(key, kind);
    }
    kind.count++;
    if (isWaiting) kind.waiting++;
    kind.last = letter.time;
  }

  /** In the order in which they came first. */
  get all(): readonly LetterKind[] {
    return [...this.#kinds.values()];
  }
}
