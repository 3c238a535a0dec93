import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { VendorRegistry } from '@orbweaver/command/enrichment/mac-vendors/mac-vendors.ts';

/** Digits of the blocks that the IEEE gives out: MA-L, and the parts of those that it keeps for itself, MA-M and MA-S. */
const block = 6;
const parts = [9, 7] as const;
/** Who holds the blocks that are given out in parts. */
const authority = 'IEEE Registration Authority';

/** Bytes that are read at a time. */
const pieceLength = 1 << 16;
/** No line is longer. */
const lineLimit = 4096;
/** In front of the digits of each line's key. */
const keyStart = '\n "';

/**
 * The registries of the IEEE as the package `oui-data` has them: 5 MB of JSON, a line for each, short prefixes first and those of one length in order. Lines are
 * searched for by halves, and what the search comes by is all that is read.
 */
export class IeeeRegistry implements VendorRegistry {
  #path = '';
  #text = Buffer.alloc(0);
  /** By piece. */
  #isRead: boolean[] = [];

  vendorOf(address: string): string | undefined {
    if (this.#path === '') this.#locate();
    const holder = this.#find(address.slice(0, block));
    if (holder !== authority) return holder;
    for (const digits of parts) {
      const vendor = this.#find(address.slice(0, digits));
      if (vendor !== undefined) return vendor;
    }
    return holder;
  }

  #locate(): void {
    this.#path = createRequire(import.meta.url).resolve('oui-data');
    this.#text = Buffer.alloc(statSync(this.#path).size);
  }

  #find(prefix: string): string | undefined {
    const text = this.#text;
    // The line feed in front of the line is in [low, high).
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      this.#read(middle, middle + 2 * lineLimit);
      const line = text.indexOf(keyStart, middle);
      if (line < 0 || line >= high) {
        high = middle;
        continue;
      }
      const start = line + keyStart.length;
      const length = text.indexOf('"', start) - start;
      const key = text.toString('latin1', start, start + length);
      if (key === prefix) return valueAt(text, start + length);
      if (length === prefix.length ? key < prefix : length < prefix.length) low = line + 1;
      else high = middle;
    }
    return undefined;
  }

  #read(start: number, end: number): void {
    for (let at = start - (start % pieceLength); at < Math.min(end, this.#text.length); at += pieceLength) {
      if (this.#isRead[at / pieceLength] === true) continue;
      this.#readPiece(at);
      this.#isRead[at / pieceLength] = true;
    }
  }

  /** Opens the file each time, which is seldom: nobody says when a registry is no longer needed. */
  #readPiece(at: number): void {
    const descriptor = openSync(this.#path, 'r');
    try {
      readSync(descriptor, this.#text, at, Math.min(pieceLength, this.#text.length - at), at);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Of a line whose key ends at `end`, the name: the value up to the postal address. */
function valueAt(text: Buffer, end: number): string {
  const value = text.toString('utf8', end + '": '.length, text.indexOf('\n', end));
  const [name] = (JSON.parse(value.replace(/,$/, '')) as string).split('\n', 1);
  return name!;
}
