import { hold, isFull } from '../tls/handshake/holdings.ts';
import { MessageReader, type MessageSink } from '../tls/handshake/message-reader.ts';

/** Bytes of one side's handshake in Initial packets: a hello, with post-quantum key shares 2 KB. */
export const maximumCryptoBytes = 64 * 1024;

/** Pieces that may wait for one before them. Browsers shuffle a hello into a dozen. */
const maximumPieces = 128;

const firstHold = 2048;

/** Puts the CRYPTO frames of one side in order, whatever their order and overlap, and gives the messages in them. */
export class CryptoStream {
  readonly #messages: MessageReader;
  #bytes = new Uint8Array(0);
  /** Bytes from the beginning without a hole. */
  #complete = 0;
  #pieces: [number, number][] = [];

  constructor(side: number, sink: MessageSink) {
    this.#messages = new MessageReader(side, sink);
  }

  /** `[start, end)` of `bytes` stand at `offset` in the stream. */
  add(offset: number, bytes: Uint8Array, start: number, end: number): void {
    const last = offset + end - start;
    if (last <= this.#complete || last > maximumCryptoBytes || this.#pieces.length >= maximumPieces || !this.#reserve(last)) return;
    this.#bytes.set(bytes.subarray(start, end), offset);
    this.#pieces.push([offset, last]);
    const before = this.#complete;
    for (let i = 0; i < this.#pieces.length;) {
      const [from, to] = this.#pieces[i]!;
      if (from > this.#complete) {
        i++;
        continue;
      }
      this.#complete = Math.max(this.#complete, to);
      this.#pieces.splice(i, 1);
      i = 0;
    }
    if (this.#complete > before) this.#messages.read(this.#bytes, before, this.#complete);
  }

  /** Forgets everything. To be called at the end: what is held is counted. */
  release(): void {
    hold(-this.#bytes.length);
    this.#bytes = new Uint8Array(0);
    this.#complete = 0;
    this.#pieces = [];
    this.#messages.reset();
    this.#messages.recordStarts();
  }

  #reserve(length: number): boolean {
    if (length <= this.#bytes.length) return true;
    if (isFull()) return false;
    const grown = new Uint8Array(Math.max(length, firstHold, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    hold(grown.length - this.#bytes.length);
    this.#bytes = grown;
    return true;
  }
}
