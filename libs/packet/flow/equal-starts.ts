import { keyWords } from './flow-key.ts';
import { StartCounts, startWords } from './start-counts.ts';
import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';

/**
 * Where a capture's clock goes back, or stands still, a flow may begin as an earlier one did: with the same ends, at the same time, with the same number. They are
 * counted, so that each gets an id of its own.
 */
export class EqualStarts {
  readonly counts = new StartCounts();
  /** How the flow began that was opened last. */
  readonly last = new Uint32Array(startWords);
  /** Flows that were opened. */
  opened = 0;
  readonly #slab: FlowSlab;
  /** By flow, where that is not 0. */
  readonly #ordinals = new Map<number, number>();

  constructor(slab: FlowSlab) {
    this.#slab = slab;
  }

  /** How many flows began before `flow` as it did. */
  ordinalOf(flow: number): number {
    return this.#ordinals.size === 0 ? 0 : (this.#ordinals.get(flow) ?? 0);
  }

  open(flow: number): void {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    const start = this.last;
    let one = 0x9e3779b1;
    let other = 0x7feb352d;
    for (let word = at; word < at + keyWords; word++) {
      one = Math.imul(one ^ words[word]!, 0x85ebca6b);
      one ^= one >>> 15;
      other = Math.imul(other ^ words[word]!, 0x846ca68b);
      other ^= other >>> 16;
    }
    start[0] = one;
    start[1] = other;
    start[2] = words[at + Word.firstSeconds]!;
    start[3] = words[at + Word.firstNanos]!;
    start[4] = words[at + Word.first]!;
    this.opened++;
    const ordinal = this.counts.add(start, 0);
    if (ordinal > 0) this.#ordinals.set(flow, ordinal);
  }

  /** The row of `flow` goes. */
  free(flow: number): void {
    if (this.#ordinals.size > 0) this.#ordinals.delete(flow);
  }
}
