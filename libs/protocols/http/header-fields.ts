import { cut } from '@orbweaver/kernel/bytes/text.ts';
import type { FieldMap } from '@orbweaver/contracts/records/record.ts';
import { headerName, type HeaderId } from './header-names.ts';
import { readable, unfold } from './text.ts';

/** Numbers a header line takes in the index: name start, name end, value start, value end, number of the name (with `folded`). */
export const entrySize = 5;
/** Added to the number of the name where the value goes over several lines. */
export const folded = 1 << 16;
/** Added to it where name or value has octets above 127. */
export const notAscii = 1 << 17;

const idMask = folded - 1;

/**
 * The header lines of a message (or its trailers): the block as one string and where each name and value lies in it. Values become
 * strings of their own only when someone asks.
 */
export class HeaderFields {
  readonly #text: string;
  /** A plain array: making a typed one costs more than all that is read from it. */
  readonly #index: readonly number[];
  /** A bit for each name with a number below 32 that is there. */
  readonly #present: number;

  constructor(text: string, index: readonly number[]) {
    this.#text = text;
    this.#index = index;
    let present = 0;
    for (let at = 4; at < index.length; at += entrySize) {
      const id = index[at]! & idMask;
      if (id < 32) present |= 1 << id;
    }
    this.#present = present;
  }

  get size(): number {
    return this.#index.length / entrySize;
  }

  /** How many lines carry this name. */
  count(id: (typeof HeaderId)[keyof typeof HeaderId]): number {
    if ((this.#present & (1 << id)) === 0) return 0;
    let count = 0;
    for (let at = 4; at < this.#index.length; at += entrySize) if ((this.#index[at]! & idMask) === id) count++;
    return count;
  }

  /** The values of a known header, joined by `, `, or undefined if there is none. */
  value(id: (typeof HeaderId)[keyof typeof HeaderId]): string | undefined {
    if ((this.#present & (1 << id)) === 0) return undefined;
    let value: string | undefined;
    for (let at = 0; at < this.#index.length; at += entrySize) {
      if ((this.#index[at + 4]! & idMask) !== id) continue;
      value = value === undefined ? this.#valueAt(at) : `${value}, ${this.#valueAt(at)}`;
    }
    return value;
  }

  /** All of them: names in lower case to values, repeated ones joined by `, `. */
  toMap(): FieldMap {
    // A plain object: one without a prototype is a dictionary to V8, which takes four times as long to fill and to write out.
    const map: Record<string, string> = {};
    for (let at = 0; at < this.#index.length; at += entrySize) {
      const id = this.#index[at + 4]! & idMask;
      const name = id === 0 ? this.#nameAt(at) : headerName(id);
      const value = this.#valueAt(at);
      if (id === 0 && name in Object.prototype) putOwn(map, name, value);
      else map[name] = map[name] === undefined ? value : `${map[name]}, ${value}`;
    }
    return map;
  }

  #nameAt(at: number): string {
    const name = this.#text.slice(this.#index[at]!, this.#index[at + 1]!).toLowerCase();
    return this.#index[at + 4]! & notAscii ? readable(name) : name;
  }

  #valueAt(at: number): string {
    const raw = cut(this.#text, this.#index[at + 2]!, this.#index[at + 3]!);
    const flags = this.#index[at + 4]!;
    const value = flags & folded ? unfold(raw) : raw;
    return flags & notAscii ? readable(value) : value;
  }
}

/** The wire may name a header `__proto__` or `constructor`. */
function putOwn(map: Record<string, string>, name: string, value: string): void {
  const joined = Object.hasOwn(map, name) ? `${map[name]}, ${value}` : value;
  Object.defineProperty(map, name, { value: joined, writable: true, enumerable: true, configurable: true });
}

export const noHeaders = new HeaderFields('', []);
