/** Buckets at first: a power of two. */
const firstBuckets = 4096;

/**
 * Flows by the hash of their key: open addressing with linear steps, at most half full. A bucket is two words, the hash and the flow plus 1 (0 is empty), so
 * that a search passes over other flows without looking into their rows, each of which may be a wait for memory.
 */
export class FlowIndex {
  #buckets = new Uint32Array(2 * firstBuckets);
  #mask = firstBuckets - 1;
  #count = 0;

  /** The first bucket with this hash, or an empty one if there is none. */
  first(hash: number): number {
    return this.#from(hash & this.#mask, hash);
  }

  /** The next one behind `bucket`. */
  next(bucket: number, hash: number): number {
    return this.#from((bucket + 1) & this.#mask, hash);
  }

  /** The flow in a bucket, -1 if it is empty. */
  flowAt(bucket: number): number {
    return this.#buckets[2 * bucket + 1]! - 1;
  }

  add(flow: number, hash: number): void {
    this.#count++;
    if (this.#count * 2 > this.#mask + 1) this.#grow();
    this.#place(flow + 1, hash);
  }

  /** Takes a flow out and moves up those that it had pushed on. */
  remove(flow: number, hash: number): void {
    const buckets = this.#buckets;
    const mask = this.#mask;
    let hole = hash & mask;
    while (buckets[2 * hole + 1] !== flow + 1) hole = (hole + 1) & mask;
    for (let next = (hole + 1) & mask; buckets[2 * next + 1] !== 0; next = (next + 1) & mask) {
      const home = buckets[2 * next]! & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      buckets[2 * hole] = buckets[2 * next]!;
      buckets[2 * hole + 1] = buckets[2 * next + 1]!;
      hole = next;
    }
    buckets[2 * hole + 1] = 0;
    this.#count--;
  }

  /** Every flow, in no order. */
  flows(): Uint32Array {
    const flows = new Uint32Array(this.#count);
    let count = 0;
    for (let at = 1; at < this.#buckets.length; at += 2) if (this.#buckets[at] !== 0) flows[count++] = this.#buckets[at]! - 1;
    return flows;
  }

  #from(start: number, hash: number): number {
    const buckets = this.#buckets;
    const mask = this.#mask;
    let bucket = start;
    while (buckets[2 * bucket] !== hash && buckets[2 * bucket + 1] !== 0) bucket = (bucket + 1) & mask;
    // An empty bucket may still have the hash of the flow that left it.
    return bucket;
  }

  #place(entry: number, hash: number): void {
    let bucket = hash & this.#mask;
    while (this.#buckets[2 * bucket + 1] !== 0) bucket = (bucket + 1) & this.#mask;
    this.#buckets[2 * bucket] = hash;
    this.#buckets[2 * bucket + 1] = entry;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = new Uint32Array(old.length * 2);
    this.#mask = this.#buckets.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) this.#place(old[at + 1]!, old[at]!);
  }
}
