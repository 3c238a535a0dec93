/** Tags that certificates use (ITU-T X.690 §8.1.2; X.680 §8.6). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag of a context-specific constructed element: `[3] EXPLICIT`. */
export const contextTag = (number: number): number => 0xa0 | number;

/**
 * Walks the elements of one level of DER, in place. `next` reads a header and leaves `tag`, `start` and `end` (of the contents)
 * behind; it answers false at the end of the level and at anything that is not DER within bounds, and then `failed` tells which.
 * Going deeper is another reader on `[start, end)`, so depth is the caller's, never the wire's.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly limit: number;
  tag = 0;
  /** Where the element's header begins. */
  at = 0;
  start = 0;
  end = 0;
  failed = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.offset = start;
    this.limit = end < bytes.length ? end : bytes.length;
  }

  /** Low tag numbers and definite lengths of up to three bytes only: certificates have no others. */
  next(): boolean {
    const { bytes, limit } = this;
    let at = this.offset;
    if (this.failed || at >= limit) return false;
    this.at = at;
    this.tag = bytes[at++]!;
    if ((this.tag & 0x1f) === 0x1f || at >= limit) return this.#fail();
    let length = bytes[at++]!;
    if (length >= 0x80) {
      let octets = length & 0x7f;
      if (octets === 0 || octets > 3 || octets > limit - at) return this.#fail();
      length = 0;
      for (; octets > 0; octets--) length = (length << 8) | bytes[at++]!;
    }
    if (length > limit - at) return this.#fail();
    this.start = at;
    this.end = at + length;
    this.offset = this.end;
    return true;
  }

  /** The next element, which must have this tag. */
  expect(tag: number): boolean {
    return this.next() && (this.tag === tag || this.#fail());
  }

  /** The tag of the next element, without moving; -1 at the end. */
  peekTag(): number {
    return this.failed || this.offset >= this.limit ? -1 : this.bytes[this.offset]!;
  }

  /** A reader on the inside of the current element. */
  inside(): DerReader {
    return new DerReader(this.bytes, this.start, this.end);
  }

  #fail(): false {
    this.failed = true;
    return false;
  }
}

/** Components of an object identifier that are read; real ones have fewer than 20. */
const maximumArcs = 64;

/** The dotted text of an object identifier's contents (X.690 §8.19), or undefined if they are not one. */
export function objectIdentifier(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end || (bytes[end - 1]! & 0x80) !== 0) return undefined;
  let text = '';
  let arc = 0;
  let arcs = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (arc > 2 ** 45 || arcs > maximumArcs) return undefined;
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (text === '') {
      const first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      text = `${first}.${arc - first * 40}`;
    } else {
      text += `.${arc}`;
    }
    arcs++;
    arc = 0;
  }
  return text;
}
