import { keyWords } from './flow-key.ts';
import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';

/** Starts of ended flows that are remembered: a power of two. A later one takes the place of an earlier one. */
const startsLimit = 1 << 12;

/** Words of an entry: hash of the key, seconds and nanoseconds of the first packet, what else is known of that, flows that began so. */
const entryWords = 5;

/**
 * Where a capture's clock goes back, or stands still, a flow may begin as one did that has ended: with the same ends, at the same time, with the same number. They are
 * counted, so that each gets an id of its own.
 */
export class EqualStarts {
  readonly #slab: FlowSlab;
  readonly #ended = new Uint32Array(startsLimit * entryWords);
  /** By flow, where that is not 0. */
  readonly #ordinals = new Map<number, number>();

  constructor(slab: FlowSlab) {
    this.#slab = slab;
  }

  /** How many flows ended before `flow` that had begun like it. */
  ordinalOf(flow: number): number {
    return this.#ordinals.size === 0 ? 0 : (this.#ordinals.get(flow) ?? 0);
  }

  opened(flow: number): void {
    const entry = this.#entryOf(flow);
    if (this.#isOf(entry, flow)) this.#ordinals.set(flow, this.#ended[entry + 4]!);
  }

  ended(flow: number): void {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    const entry = this.#entryOf(flow);
    this.#ended[entry] = words[at + Word.hash]!;
    this.#ended[entry + 1] = words[at + Word.firstSeconds]!;
    this.#ended[entry + 2] = words[at + Word.firstNanos]!;
    this.#ended[entry + 3] = words[at + Word.first]!;
    this.#ended[entry + 4] = this.ordinalOf(flow) + 1;
    if (this.#ordinals.size > 0) this.#ordinals.delete(flow);
  }

  #isOf(entry: number, flow: number): boolean {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    const ended = this.#ended;
    return (
      ended[entry + 4] !== 0 &&
      ended[entry] === words[at + Word.hash]! &&
      ended[entry + 1] === words[at + Word.firstSeconds]! &&
      ended[entry + 2] === words[at + Word.firstNanos]! &&
      ended[entry + 3] === words[at + Word.first]!
    );
  }

  /** Where the entry stands that this flow has or would have; the same in every process, unlike the hash of the key. */
  #entryOf(flow: number): number {
    const { words } = this.#slab;
    const at = flow * wordsPerFlow;
    let mixed = Math.imul(words[at + Word.firstSeconds]! ^ words[at + Word.first]!, 0x9e3779b1) ^ words[at + Word.firstNanos]!;
    for (let word = 0; word < keyWords; word++) {
      mixed = Math.imul(mixed ^ words[at + word]!, 0x85ebca6b);
      mixed ^= mixed >>> 15;
    }
    return (mixed & (startsLimit - 1)) * entryWords;
  }
}
