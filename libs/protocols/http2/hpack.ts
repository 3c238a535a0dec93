import { latin1 } from '@orbweaver/kernel/bytes/text.ts';
import { decodeHuffman } from './huffman.ts';
import { staticNames, staticSize, staticValues } from './static-table.ts';

/** Octets of the dynamic table that are kept, whatever its announced size; browsers announce 64 KiB, servers 4. */
export const tableLimit = 64 * 1024;
/** Size before the first update (RFC 9113, section 6.5.2). */
const initialSize = 4096;
/** What an entry counts beside its octets (RFC 7541, section 4.1). */
const entryOverhead = 32;

/** Takes what a header block says. Texts are Latin-1, a character an octet. */
export interface FieldSink {
  field(name: string, value: string): void;
  /** A field that cannot be told: it refers to an entry which the capture does not hold. */
  hidden(): void;
}

interface Entry {
  /** Undefined if it cannot be told. */
  readonly name: string | undefined;
  readonly value: string;
  readonly size: number;
}

/**
 * Decodes the header blocks of one direction (RFC 7541). The whole history of a direction is its state: where a part of it is missing (`forget`), what it
 * would have said is told as hidden, never guessed. Memory is bounded by `tableLimit` and the block; time is linear in the block.
 *
 *     1xxxxxxx  indexed field                  01xxxxxx  literal, goes into the table
 *     001xxxxx  new size of the table          0000xxxx  literal, does not; 0001xxxx the same, never on any hop
 */
export class HpackDecoder {
  /** True as long as every block since the beginning was decoded: then a reference past the table is an error. */
  isWhole = true;
  /** Newest last: index 62 is the last one. */
  #entries: Entry[] = [];
  /** Entries in front that are gone; moved out now and then. */
  #gone = 0;
  #size = 0;
  #maximum = initialSize;
  // The block being decoded.
  #bytes: Uint8Array = none;
  #at = 0;
  #end = 0;
  #number = 0;
  #text = '';

  /** A block was missed, or came damaged: nothing in the table is certain any more. */
  forget(): void {
    this.isWhole = false;
    this.#entries = [];
    this.#gone = 0;
    this.#size = 0;
    // Its size may have been announced in what was missed. An entry kept too long does no harm: nothing refers to it.
    this.#maximum = tableLimit;
  }

  /** Decodes one whole block. False if it makes no sense: the fields before that were told, and the table is forgotten. */
  decode(bytes: Uint8Array, start: number, end: number, sink: FieldSink): boolean {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    while (this.#at < this.#end) {
      if (this.#decodeOne(sink)) continue;
      this.forget();
      this.#bytes = none;
      return false;
    }
    this.#bytes = none;
    return true;
  }

  #decodeOne(sink: FieldSink): boolean {
    const first = this.#bytes[this.#at]!;
    if (first & 0x80) return this.#readNumber(7) && this.#tellIndexed(this.#number, sink);
    if (first & 0x40) return this.#readLiteral(6, true, sink);
    if (first & 0x20) return this.#readNumber(5) && this.#resize(this.#number);
    return this.#readLiteral(4, false, sink);
  }

  #tellIndexed(index: number, sink: FieldSink): boolean {
    if (index === 0) return false;
    if (index <= staticSize) {
      sink.field(staticNames[index - 1]!, staticValues[index - 1]!);
      return true;
    }
    const entry = this.#entryAt(index);
    if (entry === undefined && this.isWhole) return false;
    if (entry?.name === undefined) sink.hidden();
    else sink.field(entry.name, entry.value);
    return true;
  }

  #readLiteral(bits: number, isAdded: boolean, sink: FieldSink): boolean {
    if (!this.#readNumber(bits)) return false;
    const index = this.#number;
    let name: string | undefined;
    if (index === 0) {
      if (!this.#readText()) return false;
      name = this.#text;
    } else if (index <= staticSize) name = staticNames[index - 1]!;
    else {
      name = this.#entryAt(index)?.name;
      if (name === undefined && this.isWhole) return false;
    }
    if (!this.#readText()) return false;
    const value = this.#text;
    if (isAdded) this.#add(name, value);
    if (name === undefined) sink.hidden();
    else sink.field(name, value);
    return true;
  }

  #entryAt(index: number): Entry | undefined {
    const at = this.#entries.length - (index - staticSize);
    return at < this.#gone ? undefined : this.#entries[at];
  }

  /** The size of an entry without its name is not known either; it is taken for the least, so that the table keeps too much rather than too little. */
  #add(name: string | undefined, value: string): void {
    const size = (name?.length ?? 1) + value.length + entryOverhead;
    this.#entries.push({ name, value, size });
    this.#size += size;
    this.#evict();
  }

  #resize(size: number): boolean {
    this.#maximum = Math.min(size, tableLimit);
    // The sender's table may hold what this one has no room for: references past the end are then no error.
    if (size > tableLimit) this.isWhole = false;
    this.#evict();
    return true;
  }

  #evict(): void {
    while (this.#size > this.#maximum) this.#size -= this.#entries[this.#gone++]!.size;
    if (this.#gone > 64 && this.#gone * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#gone);
      this.#gone = 0;
    }
  }

  /** An integer with a prefix of `bits` (section 5.1), of at most 28 bits, which is more than any block has octets. */
  #readNumber(bits: number): boolean {
    const mask = (1 << bits) - 1;
    let value = this.#bytes[this.#at++]! & mask;
    if (value === mask) {
      for (let shift = 0; ; shift += 7) {
        if (this.#at >= this.#end || shift > 21) return false;
        const octet = this.#bytes[this.#at++]!;
        value += (octet & 0x7f) << shift;
        if (octet < 0x80) break;
      }
    }
    this.#number = value;
    return true;
  }

  /** H(1) length(7+), then the octets (section 5.2). */
  #readText(): boolean {
    if (this.#at >= this.#end) return false;
    const isPacked = this.#bytes[this.#at]! >= 0x80;
    if (!this.#readNumber(7) || this.#number > this.#end - this.#at) return false;
    const start = this.#at;
    this.#at += this.#number;
    if (!isPacked) {
      this.#text = latin1(this.#bytes, start, this.#at);
      return true;
    }
    const room = Math.ceil((this.#number * 8) / 5);
    if (unpacked.length < room) unpacked = new Uint8Array(room);
    const length = decodeHuffman(this.#bytes, start, this.#at, unpacked);
    this.#text = length < 0 ? '' : latin1(unpacked, 0, length);
    return length >= 0;
  }
}

const none = new Uint8Array(0);

/** Where Huffman codes are undone; grows to 8/5 of the longest block. */
let unpacked = new Uint8Array(4096);
