/** Octets of a line that come together, if it has that many: enough for a delimiter, a header's name, and nearly every line (RFC 5322, section 2.1.1: 998). */
export const togetherLimit = 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const empty = new Uint8Array(0);

/** Takes lines with their line breaks. */
export interface LineSink {
  /**
   * A whole line (`isFirst` and `isLast`), or a piece of one that is longer than `togetherLimit`: a line break is never torn apart. The last line of all may
   * lack its line break.
   */
  line(bytes: Uint8Array, start: number, end: number, isFirst: boolean, isLast: boolean): void;
}

/** Puts together lines that were torn apart. A line that lies whole in the input is handed on where it lies. */
export class LineAssembler {
  readonly #sink: LineSink;
  #held: Uint8Array = empty;
  #length = 0;
  #isFirst = true;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      let stop = at;
      while (stop < end && bytes[stop] !== lineFeed) stop++;
      const isLast = stop < end;
      if (isLast) stop++;
      if (this.#length > 0) at = this.#fill(bytes, at, stop, isLast);
      else {
        if (isLast) this.#pass(bytes, at, stop, true);
        else if (this.#isFirst && stop - at < togetherLimit) this.#hold(bytes, at, stop);
        else this.#passPiece(bytes, at, stop);
        at = stop;
      }
    }
  }

  /** No more comes: hands on what is held. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.#pass(this.#held, 0, length, true);
  }

  /** Adds to what is held, and hands it on once it is a line, or full. Gives the offset behind what was taken. */
  #fill(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const count = Math.min(end - start, togetherLimit - this.#length);
    this.#hold(bytes, start, start + count);
    const isWhole = start + count === end;
    if (isWhole && !isLast && this.#length < togetherLimit) return end;
    const length = this.#length;
    this.#length = 0;
    if (isWhole && isLast) this.#pass(this.#held, 0, length, true);
    else this.#passPiece(this.#held, 0, length);
    return start + count;
  }

  /** Part of a line without its end; a carriage return at its end may be half of a line break, and waits. */
  #passPiece(bytes: Uint8Array, start: number, end: number): void {
    const stop = bytes[end - 1] === carriageReturn ? end - 1 : end;
    if (stop > start) this.#pass(bytes, start, stop, false);
    if (stop < end) this.#hold(bytes, stop, end);
  }

  #pass(bytes: Uint8Array, start: number, end: number, isLast: boolean): void {
    this.#sink.line(bytes, start, end, this.#isFirst, isLast);
    this.#isFirst = isLast;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    if (this.#held.length === 0) this.#held = new Uint8Array(togetherLimit);
    this.#held.set(bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }
}
