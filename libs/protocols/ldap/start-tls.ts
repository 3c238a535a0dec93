import { Side } from '../sdk/analyzer.ts';
import { containsText } from '../sdk/detect-text.ts';
import { Opening } from '../sdk/opening.ts';
import { Watcher } from '../sdk/watcher.ts';
import { readMessageHead } from './message.ts';

const extendedRequest = 0x77;
const extendedResponse = 0x78;
/** The name of the StartTLS operation (RFC 4511, section 4.14.1). */
const startTlsName = '1.3.6.1.4.1.1466.20037';
/** A StartTLS request has some 31 bytes, its answer less than this, unless it tells a long story. */
const messageLimit = 512;
/** resultCode ENUMERATED success. */
const success = '\x0a\x01\0';

/** Looks whether the first exchange is StartTLS, which is where clients put it: TLS begins behind the answer. */
export class LdapStartTls extends Watcher {
  readonly #openings = [new Opening(messageLimit), new Opening(messageLimit)] as const;
  #isAsked = false;

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (side === Side.source && this.#isAsked) return;
    const opening = this.#openings[side];
    let at = start;
    // The head tells how long the message is; then the message itself.
    for (let wanted = 16; ;) {
      at = opening.fill(wanted, bytes, at, end);
      const head = readMessageHead(opening.bytes, 0, opening.length);
      if (head === 'more') {
        if (opening.length < wanted) return;
        wanted = opening.length + 1;
        continue;
      }
      if (head === undefined || head.length > messageLimit) return this.flow.done();
      if (opening.length < head.length) {
        if (at === end) return;
        wanted = head.length;
        continue;
      }
      if (side === Side.source) this.#request(head.operation, head.length);
      else this.#answer(head.operation, head.length, at);
      return;
    }
  }

  #request(operation: number, length: number): void {
    this.#isAsked = operation === extendedRequest && containsText(this.#openings[Side.source].bytes, 0, length, startTlsName);
    if (!this.#isAsked) this.flow.done();
  }

  #answer(operation: number, length: number, consumed: number): void {
    const isTaken =
      this.#isAsked && operation === extendedResponse && containsText(this.#openings[Side.destination].bytes, 0, length, success);
    if (isTaken) this.flow.handOver('tls', consumed);
    else this.flow.done();
  }
}
