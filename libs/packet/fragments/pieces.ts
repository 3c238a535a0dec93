/**
 * The data of one datagram as it comes: copies of the fragments, and which parts of the datagram they cover. Takes as much memory as came, wherever
 * in the datagram it belongs; put together once, when all is there.
 */
export class Pieces {
  /** Bytes of memory, about. */
  memory = 0;
  /** Length of the datagram, known from its last fragment; -1 before. */
  length = -1;
  /** In the order of arrival. */
  #pieces: Piece[] = [];
  /** The parts that are covered: start, end, start, end ..., ascending, none touching the next. */
  #edges: number[] = [];
  #furthest = 0;
  /** Where the first byte is that the capture cut off. */
  #cutAt = Infinity;

  get isComplete(): boolean {
    return this.#edges.length === 2 && this.#edges[0] === 0 && this.#edges[1] === this.length;
  }

  /** True if there are more fragments than any link makes. */
  get isFull(): boolean {
    return this.#pieces.length >= pieceLimit;
  }

  /** False if the fragment's end contradicts what is known: another last fragment, or data behind the last one. */
  accepts(offset: number, length: number, more: boolean): boolean {
    const end = offset + length;
    if (more) return this.length < 0 || end <= this.length;
    return this.#furthest <= end && (this.length < 0 || this.length === end);
  }

  /**
   * Takes a fragment of `length` bytes, of which `[start, end)` was captured. Returns true if it contradicts what came before, which stays.
   */
  add(offset: number, bytes: Uint8Array, start: number, end: number, length: number, more: boolean): boolean {
    const to = offset + length;
    const differs = this.#overlaps(offset, to) && this.#differs(offset, bytes, start, end);
    if (!more) this.length = to;
    if (to > this.#furthest) this.#furthest = to;
    if (end - start < length) this.#cutAt = Math.min(this.#cutAt, offset + (end - start));
    if (this.#covers(offset, to)) return differs;
    this.#pieces.push({ offset, bytes: bytes.slice(start, end) });
    this.memory += pieceOverhead + (end - start);
    this.#cover(offset, to);
    return differs;
  }

  /** The datagram, and how much of it, from the beginning on, was captured. To be called once it is complete. */
  assemble(): { bytes: Uint8Array; end: number } {
    const bytes = new Uint8Array(this.length);
    // What came first is written last, and wins.
    for (let i = this.#pieces.length - 1; i >= 0; i--) bytes.set(this.#pieces[i]!.bytes, this.#pieces[i]!.offset);
    return { bytes, end: Math.min(this.length, this.#cutAt) };
  }

  #overlaps(start: number, end: number): boolean {
    const edges = this.#edges;
    for (let i = 0; i < edges.length; i += 2) if (edges[i]! < end && edges[i + 1]! > start) return true;
    return false;
  }

  #covers(start: number, end: number): boolean {
    const edges = this.#edges;
    for (let i = 0; i < edges.length; i += 2) if (edges[i]! <= start && edges[i + 1]! >= end) return true;
    return false;
  }

  #differs(offset: number, bytes: Uint8Array, start: number, end: number): boolean {
    const to = offset + (end - start);
    for (const piece of this.#pieces) {
      const from = Math.max(offset, piece.offset);
      const until = Math.min(to, piece.offset + piece.bytes.length);
      for (let at = from; at < until; at++) if (piece.bytes[at - piece.offset] !== bytes[start + at - offset]) return true;
    }
    return false;
  }

  #cover(start: number, end: number): void {
    const edges = this.#edges;
    let first = 0;
    while (first < edges.length && edges[first + 1]! < start) first += 2;
    let behind = first;
    let from = start;
    let to = end;
    for (; behind < edges.length && edges[behind]! <= to; behind += 2) {
      from = Math.min(from, edges[behind]!);
      to = Math.max(to, edges[behind + 1]!);
    }
    edges.splice(first, behind - first, from, to);
  }
}

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Fragments of one datagram that are kept. The least MTU of IPv4, 68 bytes, makes 1366 of the longest one. */
const pieceLimit = 1400;

/** Bytes that a piece takes beside its data, about. */
const pieceOverhead = 192;
