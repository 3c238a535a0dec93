import { Side } from '../sdk/analyzer.ts';
import { Opening } from '../sdk/opening.ts';
import { textLimit } from './detect.ts';
import { Watcher } from '../sdk/watcher.ts';

/** The longest message: version 4A with a user id and a host name. */
const messageLimit = 8 + 2 * (textLimit + 1);
const userPassword = 2;
const connect = 1;
const nothing = new Uint8Array(0);

/**
 * Reads the handshake up to where the proxied conversation begins, and has that recognised. Each message is gathered until its length is known and then whole: greeting,
 * choice, sign-in, request, answer (RFC 1928, RFC 1929), or request and answer alone (version 4). A client need not wait for the answers: what it says early is kept.
 */
export class SocksHandshake extends Watcher {
  readonly #message = new Opening(messageLimit);
  #step: Step | undefined = greeting;
  /** By side: bytes that came before it was that side's turn. */
  readonly #early: [Uint8Array, Uint8Array] = [nothing, nothing];

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    if (this.#early[side].length > 0) at = this.#wait(side, bytes, at, end);
    while (this.#step !== undefined) {
      const turn = this.#step.side;
      const early = this.#early[turn];
      if (early.length > 0) this.#early[turn] = early.subarray(this.#gather(early, 0, early.length));
      else if (turn === side && at < end) at = this.#gather(bytes, at, end);
      else break;
      if (this.#step === proxied) return this.#handOver(side, at, end);
    }
    if (this.#step === undefined) this.flow.done();
    else if (at < end) this.#wait(side, bytes, at, end);
  }

  /** Takes `[start, end)`, which is of the side whose turn it is, into the message, up to its end. Returns the offset behind what was taken. */
  #gather(bytes: Uint8Array, start: number, end: number): number {
    const message = this.#message;
    let at = start;
    while (at < end) {
      const step = this.#step!;
      const wanted = step.lengthOf(message.bytes, message.length);
      if (wanted < 0 || wanted > messageLimit) {
        this.#step = undefined;
        return end;
      }
      at = message.fill(wanted, bytes, at, end);
      if (message.length < wanted || step.lengthOf(message.bytes, message.length) !== wanted) continue;
      this.#step = step.next(message.bytes);
      message.length = 0;
      return at;
    }
    return at;
  }

  #wait(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#early[side].length + end - start > messageLimit) this.#step = undefined;
    else this.#early[side] = Uint8Array.from([...this.#early[side], ...bytes.subarray(start, end)]);
    return end;
  }

  #handOver(side: Side, at: number, end: number): void {
    const [source, destination] = this.#early;
    const early = source.length > 0 ? { side: Side.source, bytes: source } : { side: Side.destination, bytes: destination };
    // Both sides ahead of each other: no conversation that makes sense.
    if (source.length > 0 && destination.length > 0) return this.flow.done();
    // What a side said early comes before what it says now.
    if (early.bytes.length > 0 && early.side === side && at < end) return this.flow.done();
    this.flow.handOver(undefined, at, early.bytes.length > 0 ? early : undefined);
  }
}

/** One message of the handshake. */
interface Step {
  readonly side: Side;
  /** Bytes of the message as far as its first `known` bytes tell; never less than were asked for before. -1 if it is none. */
  lengthOf(message: Uint8Array, known: number): number;
  /** What follows it; undefined if the proxy refuses. */
  next(message: Uint8Array): Step | undefined;
}

const greeting: Step = {
  side: Side.source,
  lengthOf: (m, known) => (known < 2 ? 2 : m[0] === 4 ? lengthOfVersion4(m, known) : 2 + m[1]!),
  next: (m) => (m[0] === 4 ? (m[1] === connect ? answer4 : undefined) : choice),
};

const choice: Step = {
  side: Side.destination,
  lengthOf: (m, known) => (known > 0 && m[0] !== 5 ? -1 : 2),
  next: (m) => (m[1] === 0 ? request : m[1] === userPassword ? signIn : undefined),
};

/** Version, user name, password, each text behind its length (RFC 1929, section 2). */
const signIn: Step = {
  side: Side.source,
  lengthOf: (m, known) => (known < 2 ? 2 : known < 3 + m[1]! ? 3 + m[1]! : 3 + m[1]! + m[2 + m[1]!]!),
  next: () => signedIn,
};

const signedIn: Step = { side: Side.destination, lengthOf: () => 2, next: (m) => (m[1] === 0 ? request : undefined) };

const request: Step = { side: Side.source, lengthOf: lengthOfAddressed, next: (m) => (m[1] === connect ? answer : undefined) };

const answer: Step = { side: Side.destination, lengthOf: lengthOfAddressed, next: (m) => (m[1] === 0 ? proxied : undefined) };

/** Null, code (0x5a granted), port, address. */
const answer4: Step = { side: Side.destination, lengthOf: () => 8, next: (m) => (m[1] === 0x5a ? proxied : undefined) };

/** Not a message: the handshake is over. */
const proxied: Step = { side: Side.source, lengthOf: () => -1, next: () => undefined };

/** Version, command or reply, 0, address type, address, port (RFC 1928, sections 4 and 6). */
function lengthOfAddressed(m: Uint8Array, known: number): number {
  if (known > 0 && m[0] !== 5) return -1;
  if (known < 5) return 5;
  if (m[3] === 1) return 10;
  if (m[3] === 4) return 22;
  return m[3] === 3 ? 7 + m[4]! : -1;
}

/** Grows a byte at a time until the user id has ended, and for an address 0.0.0.x the host name too. */
function lengthOfVersion4(m: Uint8Array, known: number): number {
  if (known < 9) return 9;
  const userEnd = m.subarray(0, known).indexOf(0, 8);
  if (userEnd < 0) return known + 1;
  const isNamed = m[4] === 0 && m[5] === 0 && m[6] === 0 && m[7] !== 0;
  if (!isNamed) return userEnd + 1;
  const nameEnd = m.subarray(0, known).indexOf(0, userEnd + 1);
  return nameEnd < 0 ? Math.max(known + 1, userEnd + 2) : nameEnd + 1;
}
