import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';
import { readMessage } from './message.ts';
import { Exchanges } from './stitcher.ts';

/** The open exchanges of each capture under way. */
const exchangesOf = new WeakMap<object, Exchanges>();

/** One message a datagram. Who sent it says the message itself: a broadcast has no direction. */
export class DhcpDatagrams implements DatagramAnalyzer {
  readonly #flow: FlowContext;
  readonly #exchanges: Exchanges;

  constructor(flow: FlowContext) {
    this.#flow = flow;
    let exchanges = exchangesOf.get(flow.capture);
    if (exchanges === undefined) exchangesOf.set(flow.capture, (exchanges = new Exchanges()));
    this.#exchanges = exchanges;
  }

  datagram(_side: Side, bytes: Uint8Array, start: number, end: number): void {
    const message = readMessage(bytes, start, end);
    if (message !== undefined) this.#exchanges.message(this.#flow, message);
  }

  finish(): void {
    this.#exchanges.finish(this.#flow);
  }
}
