import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';

/** First bytes of DTLS where several protocols share a port (RFC 7983, section 7). */
const firstOfDtls = 20;
const lastOfDtls = 63;

/** Once the path is found, DTLS is spoken over it. */
export class StunWatcher implements DatagramAnalyzer {
  readonly #flow: FlowContext;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  datagram(_side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const first = bytes[start]!;
    if (first >= firstOfDtls && first <= lastOfDtls) this.#flow.handOver(undefined, start);
  }

  finish(): void {
    // There are no records to emit.
  }
}
