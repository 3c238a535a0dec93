import type { Place } from '@orbweaver/command/partitions/partition-dissector.ts';
import type { LineRoom } from './messages.ts';

/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const unitLength = 3;
const lineFeed = 0x0a;
export const placeWords = 4;
const firstBytes = 1 << 16;
const firstLines = 256;

/** Gathers lines with their places where another thread can read them. */
export class LineBatch {
  count = 0;
  #bytes = Buffer.from(new SharedArrayBuffer(firstBytes));
  #length = 0;
  #ends = sharedWords(firstLines);
  #places = sharedWords(placeWords * firstLines);
  #isMoved = true;

  add(line: string, place: Readonly<Place>): void {
    const room = line.length * unitLength + 1;
    if (room > this.#bytes.length - this.#length) this.#growBytes(room);
    if (this.count === this.#ends.length) this.#growLines();
    this.#length += this.#bytes.write(line, this.#length);
    this.#bytes[this.#length++] = lineFeed;
    this.#ends[this.count] = this.#length;
    const at = placeWords * this.count++;
    this.#places[at] = place.frame;
    this.#places[at + 1] = place.first;
    this.#places[at + 2] = place.second;
    this.#places[at + 3] = place.third;
  }

  /** Begins anew. What was gathered must have been read. */
  clear(): void {
    this.#length = this.count = 0;
  }

  /** Where the lines lie, once for each place where they come to. */
  takeRoom(): LineRoom | undefined {
    if (!this.#isMoved) return undefined;
    this.#isMoved = false;
    return { bytes: new Uint8Array(this.#bytes.buffer), ends: this.#ends, places: this.#places };
  }

  #growBytes(room: number): void {
    const grown = Buffer.from(new SharedArrayBuffer(Math.max(2 * this.#bytes.length, this.#length + room)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#isMoved = true;
  }

  #growLines(): void {
    const ends = sharedWords(2 * this.#ends.length);
    ends.set(this.#ends);
    this.#ends = ends;
    const places = sharedWords(2 * this.#places.length);
    places.set(this.#places);
    this.#places = places;
    this.#isMoved = true;
  }
}

function sharedWords(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(count * Uint32Array.BYTES_PER_ELEMENT));
}
