import { keyWords } from '@orbweaver/packet/flow/flow-key.ts';

/** What is remembered of a conversation that is over: its key, and where in the partition its first and last packets stand. */
export class EndedFlows {
  #keys = new Uint32Array(64 * keyWords);
  #firsts = new Float64Array(64);
  #lasts = new Float64Array(64);
  count = 0;

  /** `words` holds the key from `at` on. */
  add(words: Uint32Array, at: number, first: number, last: number): void {
    if (this.count === this.#firsts.length) this.#grow();
    this.#keys.set(words.subarray(at, at + keyWords), this.count * keyWords);
    this.#firsts[this.count] = first;
    this.#lasts[this.count] = last;
    this.count++;
  }

  /** Forgets those of which every packet stands in front of `position`. */
  forgetBefore(position: number): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (this.#lasts[i]! < position) continue;
      if (kept < i) {
        this.#keys.copyWithin(kept * keyWords, i * keyWords, (i + 1) * keyWords);
        this.#firsts[kept] = this.#firsts[i]!;
        this.#lasts[kept] = this.#lasts[i]!;
      }
      kept++;
    }
    this.count = kept;
  }

  /** Those that began in front of `position` and went on behind it: who reads from there on must pass over their packets. */
  acrossFrom(position: number): Tombstone[] {
    const across: Tombstone[] = [];
    for (let i = 0; i < this.count; i++)
      if (this.#firsts[i]! < position && this.#lasts[i]! >= position)
        across.push({ key: this.#keys.slice(i * keyWords, (i + 1) * keyWords), until: this.#lasts[i]! });
    return across;
  }

  #grow(): void {
    const size = this.#firsts.length * 2;
    const [keys, firsts, lasts] = [new Uint32Array(size * keyWords), new Float64Array(size), new Float64Array(size)];
    keys.set(this.#keys);
    firsts.set(this.#firsts);
    lasts.set(this.#lasts);
    [this.#keys, this.#firsts, this.#lasts] = [keys, firsts, lasts];
  }
}

/** Packets of this key up to this position belong to a conversation that was over, and told, when the checkpoint was made. */
export interface Tombstone {
  readonly key: Uint32Array;
  /** A position, inclusive. */
  readonly until: number;
}

/** Stands for the key of all conversations that are read together. */
export const linkedKey = new Uint32Array(keyWords).fill(0xffffffff);

/** Tombstones, to be asked packet by packet. */
export class Tombstones {
  readonly #until = new Map<string, number>();
  /** Behind this position there is nothing to ask. */
  #furthest = -1;

  constructor(tombstones: readonly Tombstone[] = []) {
    for (const { key, until } of tombstones) {
      this.#until.set(key.join(), until);
      this.#furthest = Math.max(this.#furthest, until);
    }
  }

  mayCover(position: number): boolean {
    return position <= this.#furthest;
  }

  covers(key: Uint32Array, position: number): boolean {
    return position <= (this.#until.get(key.join()) ?? -1);
  }

  /** Those that reach behind `position`, which are as good for a reader that begins there. */
  from(position: number): Tombstone[] {
    const left: Tombstone[] = [];
    for (const [key, until] of this.#until) if (until >= position) left.push({ key: Uint32Array.from(key.split(','), Number), until });
    return left;
  }
}
