import type { Instant } from '@orbweaver/kernel/instant.ts';

/** Octets that are held back behind a request that may end HTTP on this connection (CONNECT, Upgrade) until it is answered. */
export const heldLimit = 64 * 1024;

/** Copies of what may belong to another protocol. */
export class HeldBytes {
  /** When the first of them came. */
  since: Instant | undefined;
  #parts: Uint8Array[] = [];
  #length = 0;

  get isPastLimit(): boolean {
    return this.#length > heldLimit;
  }

  add(bytes: Uint8Array, start: number, end: number, now: Instant): void {
    if (this.#length === 0) this.since = now.copy();
    this.#parts.push(bytes.slice(start, end));
    this.#length += end - start;
  }

  /** All of them, which are held no longer. */
  take(): Uint8Array {
    const held = Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    return held;
  }
}
