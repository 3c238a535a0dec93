import type { ContentWriter, KeptContent } from '@orbweaver/protocols/sdk/content.ts';
import type { ContentCounters } from './content-counters.ts';

/** Bytes that all open bodies and payloads of one sink may hold together; past it their ends are cut. */
export const openBytesLimit = 256 << 20;

const firstCapacity = 4096;

/** Shared by the writers of one sink. */
export interface OpenBytes {
  held: number;
}

/** Collects one body or payload under its bound, and hands it over when it ends. */
export class KeptBuffer implements ContentWriter {
  readonly #bound: number;
  readonly #open: OpenBytes;
  readonly #counters: ContentCounters;
  readonly #store: (bytes: Uint8Array) => KeptContent | undefined;
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(bound: number, open: OpenBytes, counters: ContentCounters, store: (bytes: Uint8Array) => KeptContent | undefined) {
    this.#bound = bound;
    this.#open = open;
    this.#counters = counters;
    this.#store = store;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const wanted = Math.min(end - start, this.#bound - this.#length);
    this.#counters.cutBytes += end - start - wanted;
    if (wanted <= 0) return;
    if (!this.#reserve(this.#length + wanted)) {
      this.#counters.refusedBytes += wanted;
      return;
    }
    this.#bytes.set(bytes.subarray(start, start + wanted), this.#length);
    this.#length += wanted;
  }

  finish(): KeptContent | undefined {
    const kept = this.#length === 0 ? undefined : this.#store(this.#bytes.subarray(0, this.#length));
    this.#open.held -= this.#bytes.length;
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return kept;
  }

  #reserve(length: number): boolean {
    const capacity = this.#bytes.length;
    if (length <= capacity) return true;
    const grown = Math.min(this.#bound, Math.max(length, capacity * 2, firstCapacity));
    if (this.#open.held + grown - capacity > openBytesLimit) return false;
    this.#open.held += grown - capacity;
    const bytes = new Uint8Array(grown);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    return true;
  }
}
