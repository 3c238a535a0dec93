import { readU16, readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side } from '../sdk/analyzer.ts';
import { Opening } from '../sdk/opening.ts';
import { Watcher } from '../sdk/watcher.ts';

const headerLength = 4;
const withNegotiation = 19;
const negotiationResponse = 2;

/** Looks what the server's connection confirm chose: every protocol but standard RDP security (0) goes on in TLS ([MS-RDPBCGR], section 2.2.1.2.1). */
export class RdpNegotiation extends Watcher {
  readonly #confirm = new Opening(withNegotiation);

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (side !== Side.destination) return;
    const consumed = this.#confirm.fill(withNegotiation, bytes, start, end);
    const { bytes: confirm, length } = this.#confirm;
    if (length < headerLength) return;
    if (readU16(confirm, 2) !== withNegotiation) this.flow.done();
    else if (length === withNegotiation) {
      const isTls = confirm[11] === negotiationResponse && readU32le(confirm, 15) !== 0;
      if (isTls) this.flow.handOver('tls', consumed);
      else this.flow.done();
    }
  }
}
