import { beginningLimit, beginsRequest } from '../http/request-beginning.ts';
import { Upgrade } from '../http/upgrade.ts';
import { Side, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { Match } from '../sdk/detect-text.ts';
import { SideReader } from './side-reader.ts';
import { StreamStitcher } from './stitcher.ts';

const nothing = new Uint8Array(0);

/** HTTP/2 of one connection (RFC 9113): a reader for each side, and what pairs what they say stream by stream. */
export class Http2Analyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: StreamStitcher;
  readonly #sides: readonly [SideReader, SideReader];
  /** What the client has said while it may be HTTP/1; undefined once that is settled. */
  #opening: Uint8Array | undefined = nothing;

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
    if (side === Side.source && this.#opening !== undefined && this.#mayBeHttp1(this.#opening, bytes, start, end)) return;
    this.#sides[side].frames.push(bytes, start, end);
    if (this.#sides[0].frames.isOff && this.#sides[1].frames.isOff) this.#flow.abandon('http2-no-frame');
  }

  /** Servers that speak HTTP/2 alone say so at once, also to who calls them with HTTP/1: that is handed over. True if `[start, end)` is taken. */
  #mayBeHttp1(held: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
    const octets = Buffer.concat([held, bytes.subarray(start, Math.min(end, start + beginningLimit))]);
    const match = this.#sides[Side.destination].frames.isFromBeginning ? beginsRequest(octets, 0, octets.length) : Match.no;
    if (match === Match.partly) this.#opening = octets;
    else if (match === Match.yes) this.#flow.handOver('http', start, held.length > 0 ? { side: Side.source, bytes: held } : undefined);
    else this.#settleOpening();
    return match !== Match.no;
  }

  /** It is HTTP/2, or nothing that can be told. */
  #settleOpening(): void {
    const held = this.#opening;
    this.#opening = undefined;
    if (held !== undefined) this.#sides[Side.source].frames.push(held, 0, held.length);
  }

  gap(side: Side, length: number): void {
    if (side === Side.source) this.#settleOpening();
    this.#sides[side].frames.gap(length);
  }

  close(): void {
    // What the other side still says may end streams.
  }

  finish(): void {
    this.#settleOpening();
    this.#stitcher.finish();
  }
}
