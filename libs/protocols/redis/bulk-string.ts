import type { HeldText } from './text.ts';

/** As the server: longer strings are protocol errors (proto-max-bulk-len may be raised to 4 GB here). */
const bulkLimit = 2 ** 32;
const lineBreak = 2;

/** The bytes of a string behind its length, and the two behind those: `$5 CRLF hello CRLF`. The server passes over the two, whatever they are. */
export class BulkString {
  /** Bytes still to come, the line break's among them. */
  #left = 0;

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** False if no string has this length. */
  open(length: number): boolean {
    const isSound = length >= 0 && length < bulkLimit;
    this.#left = isSound ? length + lineBreak : 0;
    return isSound;
  }

  /** Reads on to its end, and gives the offset; the string's own bytes are added to `held`, if given. */
  read(bytes: Uint8Array, at: number, end: number, held: HeldText | undefined): number {
    const stop = Math.min(end, at + this.#left);
    held?.add(bytes, at, Math.min(stop, at + this.#left - lineBreak));
    this.#left -= stop - at;
    return stop;
  }

  /** `length` bytes are missing. True if they all lie in the string, and some of it comes behind. */
  gap(length: number): boolean {
    if (this.#left - lineBreak <= length) return false;
    this.#left -= length;
    return true;
  }
}
