/** Records remembered: some hundred pages. */
const maxRemembered = 20_000;

/**
 * When the records began that were read lately, by id. Whoever opens a record has mostly just seen it in a list; its time leads to the few rows among which it lies,
 * where its id alone would mean reading every id of the store. A hint only: what is not there is looked for everywhere.
 */
export class RecentTimes {
  readonly #times = new Map<string, bigint>();

  /** `time`: nanoseconds since 1970. */
  note(id: string, time: bigint): void {
    this.#times.delete(id);
    this.#times.set(id, time);
    if (this.#times.size > maxRemembered) this.#times.delete(this.#times.keys().next().value!);
  }

  get(id: string): bigint | undefined {
    return this.#times.get(id);
  }
}
