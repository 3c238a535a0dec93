import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';

/** Octets of a packet that are kept to be read: a KEXINIT of a thousand names, a key of 16 kbit. Of a longer one only this much. */
export const keptLimit = 32 * 1024;
/** Longer packets are sent by nobody in the clear (OpenSSH refuses past 256 KiB): the stream is not what it said it is. */
const packetLimit = 256 * 1024;
const firstBuffer = 2 * 1024;
const empty = new Uint8Array(0);

/** Takes the payload `[start, end)` of a packet. False: what follows are no packets in the clear. */
export type TakePayload = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * Parts one side's packets before encryption: SSH 2 `uint32 length, byte padding_length, payload, padding` (RFC 4253, section 6), SSH 1
 * `uint32 length, padding (8 - length % 8), type and data, uint32 crc`.
 */
export class PacketReader {
  /** Gave up: no packet begins where one should. */
  isLost = false;
  readonly #isOld: boolean;
  readonly #take: TakePayload;
  #held: Uint8Array = empty;
  #length = 0;
  /** Octets of the packet at hand that are still to be passed over. */
  #skip = 0;

  constructor(isOld: boolean, take: TakePayload) {
    this.#isOld = isOld;
    this.#take = take;
  }

  /** Returns the offset behind the last packet in the clear, or the end. */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && !this.isLost) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
        if (this.#skip === 0 && !this.#deliver()) return this.#end(at);
        continue;
      }
      at = this.#hold(bytes, at, end);
      if (this.#length >= 4 && this.#length >= this.#wanted() && this.#skip === 0 && !this.#deliver()) return this.#end(at);
    }
    return end;
  }

  /** What follows at `at` is for others to read: nothing is held any more. */
  #end(at: number): number {
    this.#held = empty;
    return at;
  }

  /** Copies towards a whole packet, or as much of it as is kept. */
  #hold(bytes: Uint8Array, at: number, end: number): number {
    const count = Math.min((this.#length < 4 ? 4 : this.#wanted()) - this.#length, end - at);
    if (this.#length + count > this.#held.length) {
      const grown = new Uint8Array(Math.min(keptLimit, Math.max(this.#length + count, this.#held.length * 2, firstBuffer)));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(at, at + count), this.#length);
    this.#length += count;
    if (this.#length === 4) this.isLost = !this.#isPlausible();
    if (this.#length === keptLimit) this.#skip = this.#whole() - keptLimit;
    return at + count;
  }

  #isPlausible(): boolean {
    const length = readU32(this.#held, 0);
    return length <= packetLimit && length >= 5;
  }

  /** Octets of the packet at hand, its length among them. */
  #whole(): number {
    const length = readU32(this.#held, 0);
    return 4 + length + (this.#isOld ? 8 - (length % 8) : 0);
  }

  #wanted(): number {
    return Math.min(keptLimit, this.#whole());
  }

  #deliver(): boolean {
    const held = this.#held;
    const end = this.#length;
    const whole = this.#whole();
    this.#length = 0;
    if (this.#isOld) {
      const padding = 8 - (readU32(held, 0) % 8);
      return this.#take(held, 4 + padding, Math.min(end, whole - 4));
    }
    const payloadEnd = whole - held[4]!;
    if (payloadEnd <= 5) {
      this.isLost = true;
      return false;
    }
    return this.#take(held, 5, Math.min(end, payloadEnd));
  }
}
