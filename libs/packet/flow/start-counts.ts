/** Words that say how a flow began: two hashes of its key, the same in every process, then seconds, nanoseconds and number of its first packet. */
export const startWords = 5;
/** Behind them, how many flows began so. */
export const entryWords = startWords + 1;

/** Starts that are remembered are two to this power. A later one takes the place of an earlier one. */
const startsBits = 12;
export const startsLimit = 1 << startsBits;

/** How many flows have begun in the same way, for the starts that came last: about 100 kB. */
export class StartCounts {
  readonly #entries = new Uint32Array(startsLimit * entryWords);

  /** Counts one more of the start that stands in `words` from `at` on; returns how many there were. */
  add(words: Uint32Array, at: number): number {
    const entries = this.#entries;
    const entry = placeOf(words, at);
    for (let i = 0; i < startWords; i++)
      if (entries[entry + i] !== words[at + i]) {
        for (let k = 0; k < startWords; k++) entries[entry + k] = words[at + k]!;
        entries[entry + startWords] = 1;
        return 0;
      }
    return entries[entry + startWords]!++;
  }

  /** What is remembered, entry behind entry, of starts from this second (since 1970) on. */
  entries(fromSecond = 0): Uint32Array {
    const entries = this.#entries;
    let count = 0;
    for (let entry = 0; entry < entries.length; entry += entryWords) if (isFrom(entries, entry, fromSecond)) count++;
    const kept = new Uint32Array(count * entryWords);
    let length = 0;
    for (let entry = 0; length < kept.length; entry += entryWords) {
      if (!isFrom(entries, entry, fromSecond)) continue;
      kept.set(entries.subarray(entry, entry + entryWords), length);
      length += entryWords;
    }
    return kept;
  }

  /** Remembers what `entries` has told. */
  restore(entries: Uint32Array): void {
    for (let at = 0; at + entryWords <= entries.length; at += entryWords)
      this.#entries.set(entries.subarray(at, at + entryWords), placeOf(entries, at));
  }
}

/** Whether there is an entry, of a start from this second on. */
function isFrom(entries: Uint32Array, entry: number, second: number): boolean {
  return entries[entry + startWords] !== 0 && entries[entry + 2]! >= second;
}

/** Where the entry stands that this start has or would have: each of its bits counts, so that starts which differ in one seldom take each other's place. */
function placeOf(words: Uint32Array, at: number): number {
  let mixed = 0;
  for (let i = 0; i < startWords; i++) {
    mixed = Math.imul(mixed ^ words[at + i]!, 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  mixed = Math.imul(mixed, 0x85ebca6b);
  return (mixed >>> (32 - startsBits)) * entryWords;
}
