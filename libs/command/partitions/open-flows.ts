/** The flows of a partition that are open, in the order in which they began: whose first packet is the oldest that is still needed. */
export class OpenFlows {
  #flows: number[] = [];
  #head = 0;
  #first: number[] = [];
  #last: number[] = [];
  /** By flow, plus 1; 0: not open. */
  #generations: number[] = [];
  open = 0;

  /** Notes a packet of `flow`, whose row has been used `generation` times. Returns true if it opened the flow. */
  note(flow: number, generation: number, position: number): boolean {
    this.#last[flow] = position;
    if (this.#generations[flow] === generation) return false;
    this.#generations[flow] = generation;
    this.#first[flow] = position;
    this.#flows.push(flow, generation);
    this.open++;
    return true;
  }

  /** The flow has ended; undefined if no packet of it was noted. */
  end(flow: number): { first: number; last: number } | undefined {
    if ((this.#generations[flow] ?? 0) === 0) return undefined;
    this.#generations[flow] = 0;
    this.open--;
    return { first: this.#first[flow]!, last: this.#last[flow]! };
  }

  /** The open flow that began first; -1 if there is none. */
  get oldest(): number {
    const flows = this.#flows;
    while (this.#head < flows.length) {
      const flow = flows[this.#head]!;
      if (this.#generations[flow] === flows[this.#head + 1]) return flow;
      this.#head += 2;
    }
    this.#flows = [];
    this.#head = 0;
    return -1;
  }

  firstOf(flow: number): number {
    return this.#first[flow]!;
  }

  /** Drops what the ended ones have left behind, once that is more than the open ones take. */
  tidy(): void {
    if (this.#flows.length - this.#head <= 4 * this.open + 1024 && this.#head < 65_536) return;
    const left: number[] = [];
    for (let i = this.#head; i < this.#flows.length; i += 2)
      if (this.#generations[this.#flows[i]!] === this.#flows[i + 1]) left.push(this.#flows[i]!, this.#flows[i + 1]!);
    this.#flows = left;
    this.#head = 0;
  }
}
