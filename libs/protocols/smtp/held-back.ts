/** Octets of the client that are held back until the server has said what they are. Clients wait there (RFC 2920, section 3.1), so that nearly always there are none. */
export const heldLimit = 64 * 1024;

const empty = new Uint8Array(0);

/** What a side has sent and nobody has read, in one piece: `[start, end)` of `bytes`. */
export class HeldBack {
  bytes: Uint8Array = empty;
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.length;
    const needed = length + end - start;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(256, needed * 2));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
    } else if (this.start > 0) this.bytes.copyWithin(0, this.start, this.end);
    this.bytes.set(bytes.subarray(start, end), length);
    this.start = 0;
    this.end = needed;
  }

  /** Those up to `at` have been read. */
  drop(at: number): void {
    this.start = at;
    if (this.start === this.end) this.start = this.end = 0;
  }

  /** All of them, which are held no longer. */
  take(): Uint8Array {
    const held = this.bytes.slice(this.start, this.end);
    this.start = this.end = 0;
    return held;
  }
}
