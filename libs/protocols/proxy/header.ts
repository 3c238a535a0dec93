import { readU16 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side } from '../sdk/analyzer.ts';
import { lineEnd } from '../sdk/detect-text.ts';
import { Opening } from '../sdk/opening.ts';
import { Watcher } from '../sdk/watcher.ts';
import { signature } from './detect.ts';

/** The longest line of version 1, with its line break (The PROXY protocol, section 2.1). */
const longestLine = 107;
/** Version 2: signature (12 octets), version (4 bits), command (4), family (4), transport (4), length of what follows (16). */
const fixedLength = signature.length + 4;
/** Either version has more octets than are needed to tell them apart. */
const enoughToTell = 1;

/** Passes over the header of the PROXY protocol and has what follows recognised. */
export class ProxyHeader extends Watcher {
  readonly #header = new Opening(longestLine);
  /** Octets of addresses and further fields of version 2 that are still to come; undefined until its fixed part is there. */
  #remaining: number | undefined;

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    // A server hears the header out before it says anything.
    if (side !== Side.source) return this.flow.done();
    const at = this.#header.fill(enoughToTell, bytes, start, end);
    if (this.#header.bytes[0] === signature.charCodeAt(0)) this.#readBinary(bytes, at, end);
    else this.#readLine(bytes, at, end);
  }

  #readLine(bytes: Uint8Array, start: number, end: number): void {
    const feed = lineEnd(bytes, start, end);
    const at = this.#header.fill(longestLine, bytes, start, feed < 0 ? end : feed + 1);
    if (feed >= 0 && at === feed + 1) this.flow.handOver(undefined, at);
    else if (this.#header.length === longestLine) this.flow.done();
  }

  #readBinary(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    if (this.#remaining === undefined) {
      at = this.#header.fill(fixedLength, bytes, at, end);
      if (this.#header.length < fixedLength) return;
      this.#remaining = readU16(this.#header.bytes, fixedLength - 2);
    }
    const taken = Math.min(this.#remaining, end - at);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.flow.handOver(undefined, at + taken);
  }
}
