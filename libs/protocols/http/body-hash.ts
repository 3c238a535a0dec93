import { createHash, hash, type Hash } from 'node:crypto';

/** A call into the native digest costs about a microsecond, so small pieces are gathered first: octets a gathering buffer holds. */
const gatherSize = 64 * 1024;
/** Gathering buffers in all, whatever the number of bodies under way; the one longest in use is emptied for the next body. */
const gatherCount = 32;

/** A gathering buffer and the body that it works for. */
interface Gatherer {
  readonly bytes: Uint8Array;
  length: number;
  owner: BodyHash | undefined;
}

const gatherers: Gatherer[] = [];
let next = 0;

/** Gives `owner` an empty gathering buffer. */
function acquire(owner: BodyHash): Gatherer {
  if (gatherers.length < gatherCount) gatherers.push({ bytes: new Uint8Array(gatherSize), length: 0, owner: undefined });
  next = (next + 1) % gatherers.length;
  const gatherer = gatherers[next]!;
  gatherer.owner?.surrender();
  gatherer.owner = owner;
  gatherer.length = 0;
  return gatherer;
}

export interface BodyDigests {
  readonly md5: string;
  readonly sha256: string;
}

/** MD5 and SHA-256 of one body, in one pass. A body that fits a gathering buffer never makes a `Hash`. */
export class BodyHash {
  #gatherer: Gatherer | undefined;
  #md5: Hash | undefined;
  #sha256: Hash | undefined;

  append(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const gatherer = (this.#gatherer ??= acquire(this));
      const taken = Math.min(end - at, gatherSize - gatherer.length);
      gatherer.bytes.set(bytes.subarray(at, at + taken), gatherer.length);
      gatherer.length += taken;
      at += taken;
      if (gatherer.length === gatherSize) this.#flush(gatherer);
    }
  }

  /** Lower-case hexadecimal; ends it. */
  digest(): BodyDigests {
    const gatherer = this.#gatherer;
    if (this.#md5 === undefined || this.#sha256 === undefined) {
      const whole = gatherer === undefined ? new Uint8Array(0) : gatherer.bytes.subarray(0, gatherer.length);
      const digests = { md5: hash('md5', whole), sha256: hash('sha256', whole) };
      this.release();
      return digests;
    }
    if (gatherer !== undefined) this.#flush(gatherer);
    this.release();
    return { md5: this.#md5.digest('hex'), sha256: this.#sha256.digest('hex') };
  }

  /** Gives the gathering buffer back; the digest is lost unless it was taken. */
  release(): void {
    if (this.#gatherer === undefined) return;
    this.#gatherer.owner = undefined;
    this.#gatherer = undefined;
  }

  /** Another body needs the gathering buffer. */
  surrender(): void {
    if (this.#gatherer !== undefined) this.#flush(this.#gatherer);
    this.release();
  }

  #flush(gatherer: Gatherer): void {
    const part = gatherer.bytes.subarray(0, gatherer.length);
    (this.#md5 ??= createHash('md5')).update(part);
    (this.#sha256 ??= createHash('sha256')).update(part);
    gatherer.length = 0;
  }
}
