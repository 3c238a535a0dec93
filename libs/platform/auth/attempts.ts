/** Who may try how often. */
export interface AttemptLimit {
  /** Failures allowed at once … */
  readonly burst: number;
  /** … and milliseconds until one more is. */
  readonly refill: number;
}

/** Entries remembered of one table; the one longest untouched makes room. */
export const maxEntries = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** Counts failed attempts by key (an address, a user name) in a table of bounded size. Times in milliseconds. */
export class Attempts {
  private readonly buckets = new Map<string, Bucket>();
  private readonly limit: AttemptLimit;

  constructor(limit: AttemptLimit) {
    this.limit = limit;
  }

  /** Takes one attempt. Returns 0, or milliseconds to wait. */
  take(key: string, now: number): number {
    const bucket = this.buckets.get(key) ?? { left: this.limit.burst, at: now };
    // The clock may have been set back.
    const left = Math.min(this.limit.burst, bucket.left + Math.max(0, now - bucket.at) / this.limit.refill);
    const allowed = left >= 1;
    this.put(key, { left: allowed ? left - 1 : left, at: now });
    return allowed ? 0 : Math.ceil((1 - left) * this.limit.refill);
  }

  /** Gives an attempt back: it succeeded. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket !== undefined) bucket.left = Math.min(this.limit.burst, bucket.left + 1);
  }

  private put(key: string, bucket: Bucket): void {
    // Deleted first, so that the map stays in order of last use.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > maxEntries) this.buckets.delete(this.buckets.keys().next().value!);
  }
}
