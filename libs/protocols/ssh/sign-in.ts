import { packetSize, type PacketShape } from './names.ts';

/** Payload of SSH_MSG_SERVICE_ACCEPT for `ssh-userauth` (RFC 4253, section 10), and of SSH_MSG_USERAUTH_SUCCESS (RFC 4252, section 5.1). */
const acceptPayload = 17;
const successPayload = 1;
/** SSH_MSG_USERAUTH_FAILURE lists the methods that are left; no list makes it longer than this. */
const failurePayload = 80;
/** A refusal with the usual methods, which is shorter than what OpenSSH says behind a success: its host keys, 85 octets at least (PROTOCOL, section 2.5). */
const usualFailurePayload = 74;
/** Some servers (Dropbear) pad to the least size of a packet (RFC 4253, section 6). */
const leastPacket = 16;

/**
 * Estimates from the sizes of what the server sends, encrypted, whether the client signed in. The two take turns until then: the server
 * accepts the service; each request is answered by a refusal (always of one size, since it lists the methods that are left), by a
 * question (of another), or by success, the smallest packet of all, whose size follows from cipher and code. The first refusal answers
 * the client's question for methods and is no attempt. A server may put a packet to be ignored, as small as success, before each of its own (AsyncSSH does;
 * RFC 4253, section 11.2): the first refusal shows that. Where lengths stand in the clear packets are told apart; else only whole turns
 * are, which is why nothing here depends on how the bytes were cut.
 */
export class SignIn {
  attempts = 0;
  /** The client is in. */
  isSuccess = false;
  /** Something did not fit: only a success can still be told. */
  isDoubtful = false;
  /** Octets of either side are missing: requests may have gone by unseen. */
  hasHole = false;
  /** The server has taken up authentication. */
  isAccepted = false;
  readonly #shape: PacketShape;
  readonly #accept: readonly number[];
  readonly #success: readonly number[];
  readonly #longestFailure: number;
  readonly #usualFailure: number;
  #failure = 0;
  #hasRefused = false;
  #isAsked = false;
  /** Bytes of the server's turn; with lengths in the clear of the packet at hand. */
  #turn = 0;
  /** The last packet of the turn, where packets are told apart. */
  #last = 0;
  /** The turn has a packet as small as success, or two of them in a row. */
  #isSmall = false;
  #isSmallTwice = false;
  /** Packets to be ignored come before the others. */
  #hasDecoys = false;
  #header = 0;
  #length = 0;
  #left = 0;

  constructor(shape: PacketShape) {
    this.#shape = shape;
    this.#accept = [packetSize(shape, acceptPayload), packetSize(shape, acceptPayload, leastPacket)];
    this.#success = [packetSize(shape, successPayload), packetSize(shape, successPayload, leastPacket)];
    this.#longestFailure = packetSize(shape, failurePayload);
    this.#usualFailure = packetSize(shape, usualFailurePayload);
  }

  /** The client sent something encrypted: the server's turn is over. */
  client(): void {
    this.endTurn();
    this.#isAsked = true;
  }

  server(bytes: Uint8Array, start: number, end: number): void {
    // What the server says before it is asked (SSH_MSG_EXT_INFO, RFC 8308) is about no request; its lengths are followed all the same.
    if (this.isSuccess) return;
    if (!this.#shape.hasClearLength) {
      if (this.#isAsked) this.#turn += end - start;
      return;
    }
    for (let at = start; at < end && !this.isDoubtful;) {
      if (this.#header < 4) {
        this.#length = this.#length * 256 + bytes[at++]!;
        if (++this.#header === 4) this.#begin();
        continue;
      }
      const count = Math.min(this.#left, end - at);
      this.#left -= count;
      at += count;
      if (this.#left === 0) this.#packet();
    }
  }

  /** Judges what the server said in its turn. */
  endTurn(): void {
    const size = this.#shape.hasClearLength ? this.#last : this.#withoutAccept(this.#turn);
    const isIn = this.#isSmallTwice || (this.#isSmall && !this.#isDecoyBefore(size));
    this.#turn = 0;
    this.#last = 0;
    this.#isSmall = false;
    this.#isSmallTwice = false;
    if (size === 0 || !this.isAccepted || this.isSuccess) return;
    if (isIn) this.#succeed();
    else this.#judge(size);
  }

  /** With lengths in the clear. */
  #begin(): void {
    this.#left = this.#length + this.#shape.tag;
    // 35000 octets is what any side must take (RFC 4253, section 6.1); OpenSSH sends up to 256 KiB.
    if (this.#length === 0 || this.#length > 256 * 1024) this.isDoubtful = true;
  }

  #packet(): void {
    const size = 4 + this.#length + this.#shape.tag;
    this.#header = 0;
    this.#length = 0;
    if (!this.#isAsked) return;
    if (!this.isAccepted) {
      this.isAccepted = this.#accept.includes(size);
      return;
    }
    if (this.#success.includes(size)) {
      this.#isSmallTwice ||= this.#success.includes(this.#last);
      this.#isSmall = true;
    }
    this.#last = size;
  }

  /** Whether what was as small as success in a turn that ends with a packet of this size was none: the first such turn is a refusal by its size. */
  #isDecoyBefore(size: number): boolean {
    if (this.#success.includes(size)) return false;
    if (this.#failure === 0 && size <= this.#usualFailure) this.#hasDecoys = true;
    return this.#hasDecoys;
  }

  /** What is left of a turn behind the acceptance of the service. A client may have asked for more at once. */
  #withoutAccept(turn: number): number {
    if (turn === 0 || this.isAccepted) return turn;
    const accept = this.#accept[0]!;
    this.isAccepted = true;
    if (turn < accept) this.isDoubtful = true;
    return Math.max(0, turn - accept);
  }

  #judge(size: number): void {
    const isOne = this.#mayBe(size, 1);
    if (this.#success.includes(size)) return this.#succeed();
    if (size === this.#failure) {
      this.attempts++;
      if (!this.#shape.hasClearLength) this.isDoubtful = false;
      return;
    }
    if (this.#failure === 0 && isOne && size <= this.#longestFailure) {
      this.#failure = size;
      if (this.#hasRefused) this.attempts++;
      this.#hasRefused = true;
      return;
    }
    if (this.#shape.hasClearLength) return;
    // Two packets in one turn: first a banner with the refusal, later success with what the server tells whom it let in.
    if (!isOne && this.#mayBe(size, 2) && this.#hasRefused && this.#failure > 0) return this.#succeed();
    this.#hasRefused = true;
    this.isDoubtful = true;
  }

  #succeed(): void {
    this.attempts++;
    this.isSuccess = true;
  }

  /** Whether so many packets can be this long together. */
  #mayBe(size: number, packets: number): boolean {
    const { block, tag, padsLength } = this.#shape;
    return (size - packets * (tag + (padsLength ? 0 : 4))) % block === 0;
  }
}
