import { sextets } from '@orbweaver/kernel/bytes/base64.ts';
import { hexDigit } from './encoded-words.ts';

/** Takes decoded octets; keeps none of the array. */
export type OctetSink = (bytes: Uint8Array, start: number, end: number) => void;

/** Undoes a Content-Transfer-Encoding (RFC 2045, section 6) while the content passes. */
export interface TransferDecoder {
  append(bytes: Uint8Array, start: number, end: number): void;
  /** The content ends here. */
  end(): void;
}

/** The decoder that a header value asks for; what is not known passes as it is. */
export function transferDecoder(encoding: string | undefined, sink: OctetSink): TransferDecoder {
  switch (encoding?.toLowerCase()) {
    case 'base64':
      return new Base64Decoder(sink);
    case 'quoted-printable':
      return new QuotedPrintableDecoder(sink);
    default:
      return { append: sink, end: () => undefined };
  }
}

const scratchSize = 3072;
const equals = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Base64: what is not of the alphabet is passed over; padding ends a group, and another may follow. */
class Base64Decoder implements TransferDecoder {
  readonly #sink: OctetSink;
  readonly #out = new Uint8Array(scratchSize);
  #bits = 0;
  #count = 0;

  constructor(sink: OctetSink) {
    this.#sink = sink;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    let bits = this.#bits;
    let count = this.#count;
    let length = 0;
    for (let at = start; at < end; at++) {
      if (length > scratchSize - 3) {
        this.#sink(out, 0, length);
        length = 0;
      }
      const octet = bytes[at]!;
      const sextet = sextets[octet]!;
      if (count === 0 && at + 3 < end) {
        // Nearly always a whole group lies here.
        const second = sextets[bytes[at + 1]!]!;
        const third = sextets[bytes[at + 2]!]!;
        const fourth = sextets[bytes[at + 3]!]!;
        if ((sextet | second | third | fourth) < 64) {
          out[length++] = (sextet << 2) | (second >> 4);
          out[length++] = (second << 4) | (third >> 2);
          out[length++] = (third << 6) | fourth;
          at += 3;
          continue;
        }
      }
      if (sextet < 64) {
        bits = (bits << 6) | sextet;
        if (++count < 4) continue;
        out[length++] = bits >> 16;
        out[length++] = bits >> 8;
        out[length++] = bits;
        bits = count = 0;
      } else if (octet === equals) {
        length = putRest(out, length, bits, count);
        bits = count = 0;
      }
    }
    this.#bits = bits;
    this.#count = count;
    if (length > 0) this.#sink(out, 0, length);
  }

  end(): void {
    const length = putRest(this.#out, 0, this.#bits, this.#count);
    this.#bits = this.#count = 0;
    if (length > 0) this.#sink(this.#out, 0, length);
  }
}

/** Whole octets of a group that is not full; gives the length afterwards. */
function putRest(out: Uint8Array, at: number, bits: number, count: number): number {
  let length = at;
  if (count === 3) {
    out[length++] = bits >> 10;
    out[length++] = bits >> 2;
  } else if (count === 2) out[length++] = bits >> 4;
  return length;
}

const Escape = { none: 0, equals: 1, digit: 2, return: 3 } as const;

/** Quoted-printable: `=C3` is an octet, `=` at the end of a line no line break; an escape that is none passes as it is. */
class QuotedPrintableDecoder implements TransferDecoder {
  readonly #sink: OctetSink;
  readonly #out = new Uint8Array(scratchSize);
  #escape: number = Escape.none;
  #first = 0;

  constructor(sink: OctetSink) {
    this.#sink = sink;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    let length = 0;
    let at = start;
    // What stands before the first escape, often all there is, passes where it lies.
    if (this.#escape === Escape.none) while (at < end && bytes[at] !== equals) at++;
    if (at > start) this.#sink(bytes, start, at);
    for (; at < end; at++) {
      const octet = bytes[at]!;
      if (this.#escape !== Escape.none) length = this.#readEscape(octet, length);
      else if (octet === equals) this.#escape = Escape.equals;
      else out[length++] = octet;
      if (length > scratchSize - 4) {
        this.#sink(out, 0, length);
        length = 0;
      }
    }
    if (length > 0) this.#sink(out, 0, length);
  }

  end(): void {
    const length = this.#giveBack(0);
    if (length > 0) this.#sink(this.#out, 0, length);
  }

  #readEscape(octet: number, at: number): number {
    const escape = this.#escape;
    if (octet === lineFeed && escape !== Escape.digit) {
      this.#escape = Escape.none;
      return at;
    }
    if (escape === Escape.equals && octet === carriageReturn) {
      this.#escape = Escape.return;
      return at;
    }
    const value = escape === Escape.return ? -1 : hexDigit(octet);
    if (value >= 0 && escape === Escape.equals) {
      this.#first = octet;
      this.#escape = Escape.digit;
      return at;
    }
    if (value >= 0) {
      this.#escape = Escape.none;
      this.#out[at] = hexDigit(this.#first) * 16 + value;
      return at + 1;
    }
    const length = this.#giveBack(at);
    if (octet === equals) {
      this.#escape = Escape.equals;
      return length;
    }
    this.#out[length] = octet;
    return length + 1;
  }

  /** What looked like an escape was none. */
  #giveBack(at: number): number {
    const escape = this.#escape;
    let length = at;
    if (escape !== Escape.none) this.#out[length++] = equals;
    if (escape === Escape.digit) this.#out[length++] = this.#first;
    else if (escape === Escape.return) this.#out[length++] = carriageReturn;
    this.#escape = Escape.none;
    return length;
  }
}
