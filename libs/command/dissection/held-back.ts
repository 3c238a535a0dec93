import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import { detectionLimit } from '@orbweaver/protocols/sdk/module.ts';

/** Parts that wait for a protocol to be recognised. */
const partLimit = 64;

interface Part {
  readonly side: Side;
  readonly kind: 'data' | 'gap';
  /** Into the side's head, for data. */
  readonly from: number;
  readonly length: number;
  /** On the wire. */
  readonly wireLength: number;
  readonly seconds: number;
  readonly nanos: number;
}

const empty = new Uint8Array(0);

/** What both sides have sent while no protocol was recognised, in its order and with its times, to be replayed once one is. */
export class HeldBack {
  #heads: [Uint8Array, Uint8Array] = [empty, empty];
  /** Where the contiguous beginning of a side starts: behind its last gap. */
  #starts: [number, number] = [0, 0];
  #parts: Part[] = [];

  /** The contiguous bytes that a side has sent last: since the beginning, or since its last gap. */
  head(side: Side): Uint8Array {
    return this.#starts[side] === 0 ? this.#heads[side] : this.#heads[side].subarray(this.#starts[side]);
  }

  get parts(): number {
    return this.#parts.length;
  }

  get bytes(): number {
    return this.#heads[0].length + this.#heads[1].length;
  }

  get isFull(): boolean {
    return this.#parts.length >= partLimit || this.#heads[0].length >= detectionLimit || this.#heads[1].length >= detectionLimit;
  }

  /** Copies `[start, end)`. A side's head may pass the limit by this one part, so that nothing is lost in between. */
  addData(side: Side, bytes: Uint8Array, start: number, end: number, at: Instant, wireLength = end - start): void {
    const old = this.#heads[side];
    const head = new Uint8Array(old.length + (end - start));
    head.set(old);
    head.set(bytes.subarray(start, end), old.length);
    this.#heads[side] = head;
    this.#parts.push({ side, kind: 'data', from: old.length, length: end - start, wireLength, seconds: at.seconds, nanos: at.nanos });
  }

  addGap(side: Side, length: number, at: Instant): void {
    this.#starts[side] = this.#heads[side].length;
    this.#parts.push({ side, kind: 'gap', from: 0, length, wireLength: length, seconds: at.seconds, nanos: at.nanos });
  }

  /** Lets go of what a side has sent; returns how many bytes that was. */
  drop(side: Side): number {
    const { length } = this.#heads[side];
    this.#heads[side] = empty;
    this.#starts[side] = 0;
    this.#parts = this.#parts.filter((part) => part.side !== side);
    return length;
  }

  /** Lets go of the first part that a side has sent, be it a gap; returns how many bytes that was. */
  dropPart(side: Side): number {
    const at = this.#parts.findIndex((part) => part.side === side);
    const first = this.#parts[at];
    if (first === undefined) return 0;
    const length = first.kind === 'data' ? first.length : 0;
    this.#heads[side] = this.#heads[side].subarray(length);
    this.#starts[side] = Math.max(0, this.#starts[side] - length);
    this.#parts = this.#parts
      .filter((part) => part !== first)
      .map((part) => (part.side === side ? { ...part, from: Math.max(0, part.from - length) } : part));
    return length;
  }

  /** Lets go of what a side has sent before its last part; returns how many bytes that was. */
  keepLast(side: Side): number {
    let dropped = 0;
    for (let more = this.#parts.filter((part) => part.side === side).length - 1; more > 0; more--) dropped += this.dropPart(side);
    return dropped;
  }

  turnRound(): void {
    this.#heads.reverse();
    this.#starts.reverse();
    this.#parts = this.#parts.map((part) => ({ ...part, side: part.side === 0 ? 1 : 0 }));
  }

  /** Tells everything again, with `now` as it was. */
  replay(
    now: Instant,
    data: (side: Side, bytes: Uint8Array, start: number, end: number, wireLength: number) => void,
    gap: (side: Side, length: number) => void,
  ): void {
    const { seconds, nanos } = now;
    for (const part of this.#parts) {
      now.set(part.seconds, part.nanos);
      if (part.kind === 'gap') gap(part.side, part.length);
      else data(part.side, this.#heads[part.side], part.from, part.from + part.length, part.wireLength);
    }
    now.set(seconds, nanos);
  }
}
