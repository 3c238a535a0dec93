/** Octets of a line that are read; what is longer is cut. RFC 5321, section 4.5.3.1, asks for 512, and its extensions for more: AUTH (RFC 4954) for 12288, of which nothing is wanted. */
export const lineLimit = 4096;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const firstRoom = 256;
const empty = new Uint8Array(0);

/** Cuts one side's stream into lines. A line that lies whole in the input is shown where it lies; of one that straddles the first `lineLimit` octets are copied. */
export class LineReader {
  /** Where the last line stands, without its line break: `[start, end)`. */
  bytes: Uint8Array = empty;
  start = 0;
  end = 0;
  /** It was longer than what is read of it. */
  isCut = false;
  /** A line feed ended it without a carriage return. */
  isBare = false;
  #held: Uint8Array = empty;
  /** Octets of the line so far, those that were not copied included. */
  #length = 0;
  #last = 0;

  /** Part of a line has come, and not its end. */
  get isWithin(): boolean {
    return this.#length > 0;
  }

  /** Reads on to the end of a line; gives the offset behind it, or -1 if it has not come. */
  next(bytes: Uint8Array, start: number, end: number): number {
    let stop = start;
    while (stop < end && bytes[stop] !== lineFeed) stop++;
    if (stop === end) {
      this.#hold(bytes, start, stop);
      return -1;
    }
    if (this.#length === 0) {
      this.bytes = bytes;
      this.start = start;
      this.#length = stop - start;
      if (stop > start) this.#last = bytes[stop - 1]!;
    } else {
      this.#hold(bytes, start, stop);
      this.bytes = this.#held;
      this.start = 0;
    }
    this.isBare = this.#length === 0 || this.#last !== carriageReturn;
    const length = this.#length - (this.isBare ? 0 : 1);
    this.isCut = length > lineLimit;
    this.end = this.start + Math.min(length, lineLimit);
    this.#length = 0;
    return stop + 1;
  }

  /** Forgets the beginning of a line. */
  reset(): void {
    this.#length = 0;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const count = Math.min(end - start, lineLimit - this.#length);
    if (count > 0) {
      const needed = this.#length + count;
      if (needed > this.#held.length) {
        const grown = new Uint8Array(Math.min(lineLimit, Math.max(firstRoom, needed * 2)));
        grown.set(this.#held.subarray(0, this.#length));
        this.#held = grown;
      }
      this.#held.set(bytes.subarray(start, start + count), this.#length);
    }
    this.#length += end - start;
    this.#last = bytes[end - 1]!;
  }
}
