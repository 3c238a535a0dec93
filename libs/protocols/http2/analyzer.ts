import { Upgrade } from '../http/upgrade.ts';
import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { SideReader } from './side-reader.ts';
import { StreamStitcher } from './stitcher.ts';

/** HTTP/2 of one connection (RFC 9113): a reader for each side, and what pairs what they say stream by stream. */
export class Http2Analyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: StreamStitcher;
  readonly #sides: readonly [SideReader, SideReader];

  constructor(flow: FlowContext, facts?: object) {
    this.#flow = flow;
    this.#stitcher = new StreamStitcher(flow, () => this.#sides[Side.source].frames.isFromBeginning);
    if (facts instanceof Upgrade && facts.transaction.request !== undefined) this.#stitcher.adopt(facts.transaction);
    this.#sides = [
      new SideReader(Side.source, true, this.#stitcher, flow.now),
      new SideReader(Side.destination, false, this.#stitcher, flow.now),
    ];
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#sides[side].frames.push(bytes, start, end);
    if (this.#sides[0].frames.isOff && this.#sides[1].frames.isOff) this.#flow.abandon('http2-no-frame');
  }

  gap(side: Side, length: number): void {
    this.#sides[side].frames.gap(length);
  }

  close(): void {
    // What the other side still says may end streams.
  }

  finish(): void {
    this.#stitcher.finish();
  }
}
