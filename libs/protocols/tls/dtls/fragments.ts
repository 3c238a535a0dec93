import { isReadMessage } from '../handshake/message-types.ts';
import { hold, isFull } from '../handshake/holdings.ts';

/** Messages of one side that may be under way at a time: a flight has ten at most. */
export const maximumMessages = 16;

/** Bytes of one message that is put together: datagram stacks take no longer certificate chains. */
export const maximumMessageBytes = 64 * 1024;

/** Separate pieces of one message that are remembered. */
const maximumPieces = 64;

interface Partial {
  readonly body: Uint8Array;
  /** Pieces that have come and do not begin where the beginning ends: pairs of start and end. */
  readonly pieces: [number, number][];
  /** Bytes from the beginning without a hole. */
  complete: number;
}

/**
 * Puts one side's messages together from their fragments (RFC 6347 §4.2.3), which come late, twice and overlapping as datagrams do. A message is given
 * once, as soon as it is whole; whatever is sent again of it is left out.
 */
export class FragmentReader {
  readonly #partials = new Map<number, Partial>();
  /** Sequence numbers below 64 that were given, as two sets of bits. */
  #given: [number, number] = [0, 0];

  /**
   * A fragment of message `sequence`, its bytes `[start, end)` being those from `offset` on of `length`. The whole body if that completes a message which is
   * read, an empty one for the first fragment of one that is not; else undefined.
   */
  add(
    type: number,
    sequence: number,
    length: number,
    offset: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | undefined {
    if (sequence >= 64 || this.#isGiven(sequence)) return undefined;
    if (!isReadMessage(type)) return this.#give(sequence, empty);
    if (offset === 0 && end - start === length) return this.#give(sequence, Uint8Array.from(bytes.subarray(start, end)));
    let partial = this.#partials.get(sequence);
    if (partial === undefined) {
      if (length > maximumMessageBytes || this.#partials.size >= maximumMessages || isFull()) return undefined;
      partial = { body: new Uint8Array(length), pieces: [], complete: 0 };
      this.#partials.set(sequence, partial);
      hold(length);
    }
    if (partial.body.length !== length || offset + end - start > length) return undefined;
    partial.body.set(bytes.subarray(start, end), offset);
    note(partial, offset, offset + end - start);
    return partial.complete === length ? this.#give(sequence, partial.body) : undefined;
  }

  /** Forgets everything: another handshake begins, and counts its messages anew, or none does. To be called at the end: what is held is counted. */
  reset(): void {
    for (const { body } of this.#partials.values()) hold(-body.length);
    this.#partials.clear();
    this.#given = [0, 0];
  }

  #isGiven(sequence: number): boolean {
    return (this.#given[sequence >> 5]! & (1 << (sequence & 31))) !== 0;
  }

  #give(sequence: number, body: Uint8Array): Uint8Array {
    if (this.#partials.delete(sequence)) hold(-body.length);
    this.#given[sequence >> 5]! |= 1 << (sequence & 31);
    return body;
  }
}

const empty = new Uint8Array(0);

function note(partial: Partial, from: number, to: number): void {
  if (partial.pieces.length < maximumPieces) partial.pieces.push([from, to]);
  for (let i = 0; i < partial.pieces.length;) {
    const [start, end] = partial.pieces[i]!;
    if (start > partial.complete) {
      i++;
      continue;
    }
    partial.complete = Math.max(partial.complete, end);
    partial.pieces.splice(i, 1);
    i = 0;
  }
}
