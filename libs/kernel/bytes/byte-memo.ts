/** Longer keys are not remembered (bytes). */
const keyLimit = 2048;

interface Entry<T> {
  readonly key: Uint8Array;
  readonly value: T;
}

/**
 * Remembers what was made of some bytes, for those that come again and again: the hello of one browser, the names of one server. A key has but one slot to
 * be in, so memory and time are bounded whatever comes; the newer takes the place of the older.
 *
 *     const known = memo.find(bytes, start, end) ?? memo.keep(makeOf(bytes, start, end));
 */
export class ByteMemo<T> {
  readonly #slots: (Entry<T> | undefined)[];
  /** Of the last `find`. */
  #bytes: Uint8Array = empty;
  #start = 0;
  #end = 0;
  #slot = 0;

  /** `slots` is a power of two. */
  constructor(slots: number) {
    this.#slots = new Array<Entry<T> | undefined>(slots).fill(undefined);
  }

  /** What was kept for the same bytes. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    if (end - start > keyLimit) return undefined;
    this.#slot = hashOf(bytes, start, end) & (this.#slots.length - 1);
    const entry = this.#slots[this.#slot];
    return entry !== undefined && isSame(entry.key, bytes, start, end) ? entry.value : undefined;
  }

  /** Keeps `value` for the bytes of the last `find`, which have not changed since. */
  keep(value: T): T {
    const length = this.#end - this.#start;
    if (length > keyLimit) return value;
    const key = new Uint8Array(length);
    key.set(this.#bytes.subarray(this.#start, this.#end));
    this.#slots[this.#slot] = { key, value };
    return value;
  }
}

const empty = new Uint8Array(0);

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
