/**
 * Reads big-endian fields (network order) and little-endian ones out of a byte range, and remembers when it has run off the
 * end: read a run of fields, then ask `overrun` once. A read past the end gives 0 and moves nothing.
 *
 * One cursor is made once and `reset` for each input; it never copies.
 */
export class Cursor {
  bytes: Uint8Array = EMPTY;
  offset = 0;
  end = 0;
  /** True once any read wanted bytes past `end`. Stays true until the next `reset`. */
  overrun = false;

  /** Takes `[start, end)` of `bytes`; both are clamped to the array. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.bytes = bytes;
    this.end = end > bytes.length ? bytes.length : end;
    this.offset = start < 0 ? 0 : start > this.end ? this.end : start;
    this.overrun = false;
    return this;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves past `count` bytes and returns where they began, or -1 (and overruns) if there are fewer. */
  take(count: number): number {
    const at = this.offset;
    if (count < 0 || count > this.end - at) {
      this.overrun = true;
      return -1;
    }
    this.offset = at + count;
    return at;
  }

  skip(count: number): void {
    this.take(count);
  }

  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u24(): number {
    const at = this.take(3);
    return at < 0 ? 0 : (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
  }

  u32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : readU32(this.bytes, at);
  }

  u16le(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  u32le(): number {
    const at = this.take(4);
    return at < 0 ? 0 : readU32le(this.bytes, at);
  }

  /** The byte `ahead` positions on, without moving; -1 past the end, which is no overrun. */
  peek(ahead = 0): number {
    const at = this.offset + ahead;
    return at < this.end ? this.bytes[at]! : -1;
  }
}

const EMPTY = new Uint8Array(0);

/** Unsigned 32 bits, big-endian. The caller has checked the length. */
export function readU32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Unsigned 32 bits, little-endian. The caller has checked the length. */
export function readU32le(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Unsigned 16 bits, big-endian. The caller has checked the length. */
export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
