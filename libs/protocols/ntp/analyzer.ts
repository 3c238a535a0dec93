import type { DatagramAnalyzer, FlowContext, Side } from '../sdk/analyzer.ts';
import { readMessage } from './message.ts';
import { Stitcher } from './stitcher.ts';

/** One message a datagram. */
export class NtpDatagrams implements DatagramAnalyzer {
  readonly #stitcher: Stitcher;

  constructor(flow: FlowContext) {
    this.#stitcher = new Stitcher(flow);
  }

  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    const message = readMessage(bytes, start, end, length);
    if (message !== undefined) this.#stitcher.message(side, message);
  }

  get isAtRest(): boolean {
    return !this.#stitcher.isWaiting;
  }

  finish(): void {
    this.#stitcher.finish();
  }
}
