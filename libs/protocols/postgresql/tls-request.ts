import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { Opening } from '../sdk/opening.ts';
import { StartupCode } from './detect.ts';

const requestLength = 8;
const accepted = 0x53;

/** Looks whether the client asks for TLS and the server says `S` (PostgreSQL documentation, section 54.2.11): TLS begins behind that byte. */
export class PostgresqlTlsRequest implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #opening = new Opening(requestLength);
  #isAsked = false;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (side === Side.source) this.#request(bytes, start, end);
    else if (!this.#isAsked) this.#flow.done();
    else if (bytes[start] === accepted) this.#flow.handOver('tls', start + 1);
    else this.#askAgain();
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

  #request(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isAsked) return;
    this.#opening.fill(requestLength, bytes, start, end);
    if (this.#opening.length < requestLength) return;
    const code = readU32(this.#opening.bytes, 4);
    // A client that is refused GSSAPI asks for TLS next.
    if (code === StartupCode.tls || code === StartupCode.gss) this.#isAsked = true;
    else this.#flow.done();
  }

  #askAgain(): void {
    this.#isAsked = false;
    this.#opening.length = 0;
  }
}
