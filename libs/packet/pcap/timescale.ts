import type { Frame } from './frame.ts';

/**
 * The clock of a pcapng interface: a 64-bit count of units (`if_tsresol`: a negative power of ten, or of two) since 1970, plus `if_tsoffset` seconds.
 */
export class Timescale {
  /** Digits of the fraction of a second that the unit can tell apart, at most 9. */
  readonly digits: number;
  readonly #offsetSeconds: number;
  readonly #unitsPerSecond: bigint;
  /** Nanoseconds in a unit, for units of 1 ns to 1 s that are powers of ten; 0 for the others, which take the slow way. */
  readonly #nanosPerUnit: number;

  constructor(resolution: number, offsetSeconds: number) {
    const exponent = resolution & 0x7f;
    const isBinary = (resolution & 0x80) !== 0;
    this.#offsetSeconds = offsetSeconds;
    this.#unitsPerSecond = isBinary ? 1n << BigInt(exponent) : 10n ** BigInt(exponent);
    this.digits = Math.min(9, isBinary ? Math.ceil(exponent * Math.log10(2)) : exponent);
    this.#nanosPerUnit = !isBinary && exponent <= 9 ? 10 ** (9 - exponent) : 0;
  }

  /** Sets the frame's time from the two halves of the count. */
  apply(high: number, low: number, frame: Frame): void {
    frame.fractionDigits = this.digits;
    const nanosPerUnit = this.#nanosPerUnit;
    if (nanosPerUnit === 0) {
      this.#applySlowly(high, low, frame);
      return;
    }
    // Long division in base 2^16: each step is below 2^46, so that a quotient in floating point is never a whole one too high.
    const divisor = 1e9 / nanosPerUnit;
    const quotient0 = Math.floor(high / divisor);
    const step1 = (high - quotient0 * divisor) * 0x10000 + (low >>> 16);
    const quotient1 = Math.floor(step1 / divisor);
    const step2 = (step1 - quotient1 * divisor) * 0x10000 + (low & 0xffff);
    const quotient2 = Math.floor(step2 / divisor);
    const seconds = quotient0 * 0x1_0000_0000 + quotient1 * 0x10000 + quotient2;
    this.#set(seconds, (step2 - quotient2 * divisor) * nanosPerUnit, frame);
  }

  #applySlowly(high: number, low: number, frame: Frame): void {
    const count = (BigInt(high) << 32n) | BigInt(low);
    const nanos = ((count % this.#unitsPerSecond) * 1_000_000_000n) / this.#unitsPerSecond;
    this.#set(Number(count / this.#unitsPerSecond), Number(nanos), frame);
  }

  #set(seconds: number, nanos: number, frame: Frame): void {
    const shifted = seconds + this.#offsetSeconds;
    const isInRange = shifted >= 0 && shifted <= latestSecond;
    frame.seconds = isInRange ? shifted : shifted < 0 ? 0 : latestSecond;
    frame.nanos = isInRange ? nanos : 0;
  }
}

/** The default of `if_tsresol`: microseconds. */
export const microseconds = 6;

/**
 * 2106-02-07T06:28:15Z, the last second of 32 bits, which pcap ends with and flows are kept in; differences in nanoseconds stay below 2^63. A clock beyond it
 * is held there.
 */
const latestSecond = 0xffff_ffff;
