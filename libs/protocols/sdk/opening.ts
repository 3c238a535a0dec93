/**
 * The first bytes of one side, gathered until there are enough to judge, under a cap. For protocols of which only the opening is read.
 */
export class Opening {
  /** The bytes so far: `[0, length)`. */
  readonly bytes: Uint8Array;
  length = 0;

  /** `limit`: the most that is ever gathered, in bytes. */
  constructor(limit: number) {
    this.bytes = new Uint8Array(limit);
  }

  /** Takes bytes until there are `wanted` (at most the limit). Returns the offset behind the last one taken; there are enough if `length` says so. */
  fill(wanted: number, bytes: Uint8Array, start: number, end: number): number {
    const count = Math.max(0, Math.min(wanted - this.length, end - start, this.bytes.length - this.length));
    this.bytes.set(bytes.subarray(start, start + count), this.length);
    this.length += count;
    return start + count;
  }
}
