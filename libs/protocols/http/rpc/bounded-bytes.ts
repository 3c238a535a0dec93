/** Copies of the octets of something short, as long as it stays within its limit. */
export class BoundedBytes {
  readonly #limit: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  #isPastLimit = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#limit) this.drop();
    if (this.#isPastLimit) return;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }

  /** Keeps nothing of it: it is too long, or some of it is missing. */
  drop(): void {
    this.#isPastLimit = true;
    this.#bytes = new Uint8Array(0);
  }

  /** All that came, or undefined if that is not kept. */
  get whole(): Uint8Array | undefined {
    return this.#isPastLimit ? undefined : this.#bytes.subarray(0, this.#length);
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(length, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
