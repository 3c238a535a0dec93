import { BoundedBytes } from './bounded-bytes.ts';

/** Octets of a frame that ends a stream, as they are on the wire; of a longer one what it says stays unknown. */
export const endLimit = 8 * 1024;

/** Flags of a frame: its message is compressed. */
const compressed = 0x01;

/** The frame that ended a stream. */
export interface EndFrame {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

/**
 * Counts the messages in one direction of a call of gRPC (gRPC over HTTP/2, "Length-Prefixed-Message"), of gRPC-Web (PROTOCOL-WEB, "Message framing") or of a
 * stream of Connect ("Enveloped-Message"):
 *
 *     flags (8), length (32, big-endian), message
 */
export class MessageCount {
  /** Messages that came whole. */
  messages = 0;
  readonly #endFlag: number;
  #flags = 0;
  #prefixLength = 0;
  #length = 0;
  #remaining = 0;
  #isLost = false;
  #end: BoundedBytes | undefined;
  #hasEnded = false;

  /** `endFlag`: marks the frame that is no message but ends them, 0 if there is none. */
  constructor(endFlag = 0) {
    this.#endFlag = endFlag;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#isLost) {
      if (this.#remaining > 0) {
        const taken = Math.min(this.#remaining, end - at);
        this.#end?.append(bytes, at, at + taken);
        at += taken;
        this.#consume(taken);
      } else this.#readPrefix(bytes[at++]!);
    }
  }

  /** Missing octets within a message are passed over; a prefix among them ends the count. */
  skip(length: number): void {
    if (length > this.#remaining) return this.lose();
    this.#end?.drop();
    this.#consume(length);
  }

  /** Octets may be missing, nobody knows how many: where the next prefix stands cannot be told. */
  lose(): void {
    this.#isLost = true;
  }

  /** The frame that ended the messages; undefined if none came, or not whole, or one past the limit. */
  get end(): EndFrame | undefined {
    const bytes = this.#hasEnded ? this.#end?.whole : undefined;
    return bytes === undefined ? undefined : { bytes, isCompressed: (this.#flags & compressed) !== 0 };
  }

  #readPrefix(octet: number): void {
    if (this.#prefixLength === 0) {
      this.#isLost = (octet & ~(compressed | this.#endFlag)) !== 0;
      this.#flags = octet;
      this.#length = 0;
    } else this.#length = this.#length * 256 + octet;
    if (++this.#prefixLength < 5) return;
    this.#prefixLength = 0;
    this.#remaining = this.#length;
    if (this.#flags & this.#endFlag) this.#end = new BoundedBytes(endLimit);
    if (this.#remaining === 0) this.#endFrame();
  }

  #consume(length: number): void {
    this.#remaining -= length;
    if (this.#remaining === 0) this.#endFrame();
  }

  /** Nothing comes behind the frame that ends the messages. */
  #endFrame(): void {
    if (this.#end === undefined) this.messages++;
    else this.#hasEnded = this.#isLost = true;
  }
}
