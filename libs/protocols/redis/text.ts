import { isUtf8 } from 'node:buffer';

/** Bytes of an argument or a reply that are kept as text. What is longer is cut there. */
export const textLimit = 512;

const del = 0x7f;
/** Tab, line feed, carriage return: common in text, and harmless in a record. */
const isBlank = (code: number): boolean => code === 0x09 || code === 0x0a || code === 0x0d;

/** UTF-8 where it is that, else an octet a character; what is not printable as `\xNN`, as redis-cli writes it. `isCut`: more followed. */
export function readable(bytes: Uint8Array, length: number, isCut: boolean): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const whole = isCut ? view.subarray(0, length - splitTail(view)) : view;
  const isText = isUtf8(whole);
  const text = isText ? whole.toString('utf8') : view.toString('latin1');
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isPlain = code >= 0x20 ? code < del || (isText && code > 0x9f) : isBlank(code);
    if (isPlain) continue;
    out += `${text.slice(from, at)}\\x${code.toString(16).padStart(2, '0')}`;
    from = at + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Bytes at the end that begin a UTF-8 character and do not end it: the cut went through it. */
function splitTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The first `textLimit` bytes of something that comes in pieces. */
export class HeldText {
  length = 0;
  readonly #bytes = new Uint8Array(textLimit);
  #isBroken = false;

  clear(): void {
    this.length = 0;
    this.#isBroken = false;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const count = Math.min(end - start, textLimit - this.length);
    if (count <= 0 || this.#isBroken) return;
    if (count === 1) this.#bytes[this.length] = bytes[start]!;
    else this.#bytes.set(bytes.subarray(start, start + count), this.length);
    this.length += count;
  }

  /** Bytes are missing from here on: what stands behind the hole is not put next to what stands before it. */
  break(): void {
    this.#isBroken = true;
  }

  byteAt(at: number): number {
    return at < this.length ? this.#bytes[at]! : -1;
  }

  /** Takes off the carriage return at the end, if there is one. */
  trimReturn(): void {
    if (this.length > 0 && this.#bytes[this.length - 1] === 0x0d) this.length--;
  }

  text(from = 0): string {
    return from >= this.length ? '' : readable(this.#bytes.subarray(from), this.length - from, this.length === textLimit);
  }

  /** Without `from` bytes, a whole number in decimal, `-1` among them; NaN if it is none, or longer than 15 digits. */
  number(from: number): number {
    const isNegative = this.byteAt(from) === 0x2d;
    const first = isNegative ? from + 1 : from;
    if (this.length === first || this.length - first > 15) return NaN;
    let value = 0;
    for (let at = first; at < this.length; at++) {
      const digit = this.#bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return NaN;
      value = value * 10 + digit;
    }
    return isNegative ? -value : value;
  }
}
