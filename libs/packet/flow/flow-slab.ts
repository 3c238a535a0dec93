/**
 * Where a flow's numbers stand in its row of `words` (unsigned 32 bits each). A name with two words is by `Side`: add it.
 *
 * Numbers in typed arrays rather than objects: a flood of a million openings costs its rows and gives the garbage collector nothing to do. What each packet
 * touches stands first, what only TCP's do behind it, the rest at the end: with many flows a packet costs as much as the cache lines that it waits for.
 */
export const Word = {
  /** The key: addresses, ports, and what tells apart inside tunnels. See `flow-key.ts`. */
  lowAddress: 0,
  highAddress: 4,
  ports: 8,
  /** IP protocol, `Network` << 8, one-way << 16, without ports << 17. */
  protocol: 9,
  tunnelKinds: 10,
  tunnelIdentity: 11,
  /** VLAN id plus 1 where VLANs tell flows apart, else 0. */
  vlanKey: 12,
  /** `FlowFlag`s. */
  flags: 13,
  /** Ticks of the table's clock (seconds): the last packet. */
  lastTick: 14,
  lastSeconds: 15,
  lastNanos: 16,
  packets: 17,
  /** MAC addresses: upper 32 bits, lower 16. */
  sourceMac: 19,
  destinationMac: 21,
  /** First VLAN tags: outer << 16 | inner, each plus 1. */
  vlans: 23,
  /** Which letters stand in the history: the source's in the lower half. */
  historyBits: 24,
  historyLength: 25,
  /** TCP: state and, in the upper half, the state before it. */
  state: 26,
  /** TCP: sequence number of the (real or assumed) SYN. */
  start: 28,
  /** TCP: one past the highest sequence number that was sent. */
  lastSequence: 30,
  acknowledged: 32,
  /** TCP: sequence number of the FIN, if one was sent. */
  finSequence: 34,
  /** Zeek's count of segments that did not move on, which give the history's T. */
  repeats: 36,
  retransmissions: 38,
  outOfOrder: 40,
  zeroWindows: 42,
  gaps: 44,
  conflicts: 46,
  historySyn: 47,
  historyFin: 49,
  historyRst: 51,
  synSeconds: 53,
  synNanos: 54,
  hash: 55,
  /** Of the first packet: TCP's sequence number, ICMP's type << 8 | code. */
  first: 56,
  firstSeconds: 57,
  firstNanos: 58,
  firstTick: 59,
  /** The timer's list. */
  timerPrevious: 60,
  timerNext: 61,
  /** Grows from flow to flow in the order in which they were opened. */
  opening: 62,
  /** Moves on when this row is taken and when it is given back, so that who remembers a flow can tell whether it is still the same. */
  generation: 63,
} as const;

export const wordsPerFlow = 64;

/** Where a flow's larger numbers stand in its row of `numbers` (64-bit floats, exact up to 2^53). By `Side` all but the last two. */
export const Count = {
  wireBytes: 0,
  ipBytes: 2,
  payloadBytes: 4,
  /** TCP: `lastSequence` and `acknowledged` as distances from `start`, beyond 32 bits. */
  lastDistance: 6,
  acknowledgedDistance: 8,
  missedBytes: 10,
  /** Nanoseconds from SYN to the ACK that ended the handshake; -1 if none. */
  handshake: 11,
} as const;

export const countsPerFlow = 12;

/** Letters of history that are kept of one flow; further ones are left out. */
export const historyLimit = 64;

export const FlowFlag = {
  /** The source is the higher of the two ends in the key. */
  sourceIsHigh: 1,
  /** The opening was seen (SYN or SYN+ACK), so the direction stands. */
  opened: 2,
  /** A handshake time was taken or can no longer be. */
  handshakeOver: 4,
  /** TCP: the source's, the destination's FIN was seen (shifted by `Side`). */
  fin: 8,
  /** TCP: this side's start is known (shifted by `Side`). */
  started: 32,
  /** TCP: Zeek would hold this side closed (shifted by `Side`). */
  closed: 128,
  /** More MAC addresses or VLANs than the row holds are in the table's side store. */
  hasExtras: 512,
  /** The flow's content has been read to its end, or is not wanted: no more is delivered. */
  contentDone: 1024,
  /** TCP: another opening claims the ports, and has the key meanwhile (`rival-openings.ts`). */
  setAside: 2048,
  /** TCP: nobody wants this side's content, and all that it has sent has been there in order: up to `lastSequence` (shifted by `Side`). */
  settled: 4096,
  /** Recorded up to its last packet: the next one begins another piece of it. */
  told: 16_384,
  /** TCP: the time of the source's first SYN is known, which may be 0. */
  handshakeBegun: 32_768,
  /** Packets of it wait for others, for as long as `FlowTimers` says. */
  waiting: 65_536,
  /** TCP: one side was never heard, and something that the other one sent waits behind a hole. */
  holed: 131_072,
} as const;

/** Where in a row's flags the digits stand that the times of the flow's capture have (0 to 9). */
export const digitsShift = 24;

/** How many times as large a slab gets that is full. Rows that were never used cost addresses but no memory, while an outgrown slab costs a copy and lies until it is collected. */
const growth = 256;

/** Rows of flows, growing up to a limit. */
export class FlowSlab {
  words: Uint32Array;
  numbers: Float64Array;
  history: Uint8Array;
  capacity: number;
  readonly limit: number;
  #free: Int32Array;
  #freeCount = 0;
  #used = 0;

  /** `limit` rows at most. */
  constructor(limit: number, initial = 4096) {
    this.limit = limit;
    this.capacity = Math.min(limit, initial);
    this.words = new Uint32Array(space(this.capacity * wordsPerFlow * Uint32Array.BYTES_PER_ELEMENT));
    this.numbers = new Float64Array(space(this.capacity * countsPerFlow * Float64Array.BYTES_PER_ELEMENT));
    this.history = new Uint8Array(space(this.capacity * historyLimit));
    this.#free = new Int32Array(space(this.capacity * Int32Array.BYTES_PER_ELEMENT));
  }

  get live(): number {
    return this.#used - this.#freeCount;
  }

  /** One past the highest row that was ever used. */
  get high(): number {
    return this.#used;
  }

  get isFull(): boolean {
    return this.#freeCount === 0 && this.#used === this.limit;
  }

  /** A cleared row; its generation moves on. The slab must not be full. */
  take(): number {
    if (this.#freeCount > 0) return this.#clear(this.#free[--this.#freeCount]!);
    if (this.#used === this.capacity) this.#grow();
    const row = this.#used++;
    this.#begin(row, 1);
    return row;
  }

  /** The row is free; its generation moves on. */
  give(row: number): void {
    const generation = row * wordsPerFlow + Word.generation;
    this.words[generation] = this.words[generation]! + 1;
    this.#free[this.#freeCount++] = row;
  }

  /** `flag` is one of `FlowFlag`. */
  hasFlag(row: number, flag: number): boolean {
    return (this.words[row * wordsPerFlow + Word.flags]! & flag) !== 0;
  }

  /** The letters of a row's history, in place. */
  historyOf(row: number): Uint8Array {
    const at = row * historyLimit;
    return this.history.subarray(at, at + this.words[row * wordsPerFlow + Word.historyLength]!);
  }

  setHistory(row: number, letters: Uint8Array): void {
    const kept = letters.subarray(0, historyLimit);
    this.history.set(kept, row * historyLimit);
    this.words[row * wordsPerFlow + Word.historyLength] = kept.length;
  }

  #clear(row: number): number {
    const at = row * wordsPerFlow;
    const generation = this.words[at + Word.generation]!;
    this.words.fill(0, at, at + wordsPerFlow);
    const numbersAt = row * countsPerFlow;
    this.numbers.fill(0, numbersAt, numbersAt + countsPerFlow);
    this.#begin(row, generation + 1);
    return row;
  }

  /** Of a row of zeros. */
  #begin(row: number, generation: number): void {
    this.words[row * wordsPerFlow + Word.generation] = generation;
    this.numbers[row * countsPerFlow + Count.handshake] = -1;
  }

  #grow(): void {
    this.capacity = Math.min(this.limit, this.capacity * growth);
    this.words = copied(this.words, new Uint32Array(space(this.capacity * wordsPerFlow * Uint32Array.BYTES_PER_ELEMENT)));
    this.numbers = copied(this.numbers, new Float64Array(space(this.capacity * countsPerFlow * Float64Array.BYTES_PER_ELEMENT)));
    this.history = copied(this.history, new Uint8Array(space(this.capacity * historyLimit)));
    this.#free = copied(this.#free, new Int32Array(space(this.capacity * Int32Array.BYTES_PER_ELEMENT)));
  }
}

/** Bytes of 0. Of those that are not shared V8 begins to collect the whole heap whenever 64 MB were added, even of addresses without memory behind them. */
function space(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length);
}

/**
 * Copied, not handed over by `ArrayBuffer.transfer`: V8 throws away all optimized code that reads a typed array when the first buffer of a process is
 * detached, and checks each access from then on.
 */
function copied<T extends Uint32Array | Float64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
