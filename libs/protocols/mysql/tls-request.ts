import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { Opening } from '../sdk/opening.ts';

const headerLength = 4;
/** Bytes of an SSLRequest behind its header. */
const requestLength = 32;
/** Capability flag CLIENT_SSL. */
const clientSsl = 0x0800;

/** Looks whether the client's first packet is an SSLRequest (Protocol::SSLRequest): TLS begins behind it. */
export class MysqlTlsRequest implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #opening = new Opening(headerLength + requestLength);

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (side !== Side.source) return;
    const opening = this.#opening;
    const consumed = opening.fill(headerLength + requestLength, bytes, start, end);
    if (opening.length < headerLength + 4) return;
    const first = opening.bytes;
    const length = first[0]! | (first[1]! << 8) | (first[2]! << 16);
    if (length !== requestLength || first[3] !== 1 || ((first[4]! | (first[5]! << 8)) & clientSsl) === 0) this.#flow.done();
    else if (opening.length === headerLength + requestLength) this.#flow.handOver('tls', consumed);
  }

  gap(): void {
    this.#flow.done();
  }

  close(): void {
    // Nothing is pending.
  }

  finish(): void {
    // There are no records to emit.
  }
}
