import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { CharClass, Octet, charClasses, hexValue, isBlank } from './characters.ts';

/** Octets of one chunk-size line with its extensions; a longer one is no chunk size. */
export const chunkLineLimit = 16 * 1024;

/** Reads `chunk-size [ chunk-ext ] CRLF` (RFC 9112, section 7.1) as it arrives; extensions are passed over. */
export class ChunkSizeLine {
  size = 0;
  /** What the last `read` came to: `needMore`, `ok`, or `invalid`. */
  outcome: Outcome = Outcome.needMore;
  #digits = 0;
  #length = 0;
  #inExtension = false;
  #afterCarriageReturn = false;

  reset(): void {
    this.size = 0;
    this.outcome = Outcome.needMore;
    this.#digits = 0;
    this.#length = 0;
    this.#inExtension = false;
    this.#afterCarriageReturn = false;
  }

  /** True if the line ended in LF alone. */
  get hasBareLineFeed(): boolean {
    return !this.#afterCarriageReturn;
  }

  /** Returns the offset behind what was read: behind the line, or at the octet that is wrong. */
  read(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const octet = bytes[at]!;
      if (octet === Octet.lf) {
        this.outcome = this.#digits > 0 ? Outcome.ok : Outcome.invalid;
        return at + 1;
      }
      this.#afterCarriageReturn = octet === Octet.cr;
      if (!this.#take(octet) || ++this.#length > chunkLineLimit) {
        this.outcome = Outcome.invalid;
        return at;
      }
    }
    return end;
  }

  #take(octet: number): boolean {
    if (this.#inExtension) return true;
    if (charClasses[octet]! & CharClass.hexDigit) {
      this.#digits++;
      this.size = this.size * 16 + hexValue(octet);
      return this.size <= Number.MAX_SAFE_INTEGER;
    }
    this.#inExtension = true;
    return octet === Octet.semicolon || octet === Octet.cr || isBlank(octet);
  }
}
