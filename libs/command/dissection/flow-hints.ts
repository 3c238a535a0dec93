/** A power of two: as many flows as are busy at a time on a fast link. */
const hintCount = 1 << 18;

/** Where the flows of conversations were last, by the conversations' numbers. Others may have taken the place of either: it is a hint. */
export class FlowHints {
  readonly #flows = new Int32Array(hintCount);

  note(key: number, flow: number): void {
    this.#flows[key & (hintCount - 1)] = flow;
  }

  /** Any flow, if nothing was noted. */
  of(key: number): number {
    return this.#flows[key & (hintCount - 1)]!;
  }
}
