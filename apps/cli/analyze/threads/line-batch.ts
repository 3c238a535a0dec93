import type { Place } from '@orbweaver/command/partitions/partition-dissector.ts';
import type { PlacedLines } from './messages.ts';

/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const unitLength = 3;
const lineFeed = 0x0a;
export const placeWords = 4;
const firstBytes = 1 << 16;
const firstLines = 256;

/** Gathers lines with their places, to be handed to another thread. */
export class LineBatch {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #length = 0;
  #ends = new Uint32Array(firstLines);
  #places = new Uint32Array(placeWords * firstLines);
  #count = 0;

  add(line: string, place: Readonly<Place>): void {
    const room = line.length * unitLength + 1;
    if (room > this.#bytes.length - this.#length) this.#growBytes(room);
    if (this.#count === this.#ends.length) this.#growLines();
    this.#length += this.#bytes.write(line, this.#length);
    this.#bytes[this.#length++] = lineFeed;
    this.#ends[this.#count] = this.#length;
    const at = placeWords * this.#count++;
    this.#places[at] = place.frame;
    this.#places[at + 1] = place.first;
    this.#places[at + 2] = place.second;
    this.#places[at + 3] = place.third;
  }

  /** What was gathered. Its buffers are the caller's. */
  take(): PlacedLines {
    if (this.#count === 0) return noLines;
    const lines = {
      count: this.#count,
      bytes: new Uint8Array(this.#bytes.buffer, 0, this.#length),
      ends: this.#ends,
      places: this.#places,
    };
    // The next batch will be about as long.
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(firstBytes, this.#length));
    this.#ends = new Uint32Array(Math.max(firstLines, this.#count));
    this.#places = new Uint32Array(placeWords * this.#ends.length);
    this.#length = this.#count = 0;
    return lines;
  }

  #growBytes(room: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + room));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  #growLines(): void {
    const ends = new Uint32Array(2 * this.#ends.length);
    ends.set(this.#ends);
    this.#ends = ends;
    const places = new Uint32Array(2 * this.#places.length);
    places.set(this.#places);
    this.#places = places;
  }
}

const noLines: PlacedLines = { count: 0, bytes: new Uint8Array(0), ends: new Uint32Array(0), places: new Uint32Array(0) };
