import { Side, type CloseReason, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { AlertOpening } from './alert-opening.ts';
import { MessageReader, Reading } from './parser.ts';
import { Stitcher } from './stitcher.ts';

/** Octets of one side that are looked through for the next start line before the stream is given up. */
export const searchLimit = 16 * 1024 * 1024;

/** HTTP/1 and HTTP/0.9 of one connection: two readers and what pairs their messages. */
export class HttpAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #stitcher: Stitcher;
  readonly #readers: readonly [MessageReader, MessageReader];
  /** Of both sides: which one is the server shows later. */
  readonly #openings = [new AlertOpening(), new AlertOpening()] as const;

  /** `memory`: where another analyzer of the flow came to rest. */
  constructor(flow: FlowContext, memory?: number) {
    this.#flow = flow;
    this.#stitcher = new Stitcher(flow);
    this.#readers = [new MessageReader(this.#stitcher, flow.now), new MessageReader(this.#stitcher, flow.now)];
    this.#stitcher.watch(this.#readers);
    if (memory === undefined) return;
    for (const opening of this.#openings) opening.gap();
    this.#stitcher.resume(memory);
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const reader = this.#readers[side];
    const opening = this.#openings[side];
    if (!opening.isOver && opening.push(bytes, start, end)) this.#stitcher.answeredWithTls(reader);
    reader.push(bytes, start, end);
    if (this.#stitcher.switch !== undefined) this.#handOver(end);
    else if (reader.reading === Reading.search && reader.search.searched > searchLimit) this.#abandon();
  }

  gap(side: Side, length: number): void {
    this.#openings[side].gap();
    this.#readers[side].gap(length);
  }

  close(side: Side, reason: CloseReason): void {
    this.#readers[side].close(reason === 'fin');
  }

  finish(): void {
    // The client's first: a request that broke off may be the one that a response answers.
    for (const reader of this.#inOrder()) reader.breakOff();
    this.#stitcher.finish();
  }

  /** Between two exchanges. */
  rest(): number | undefined {
    const [first, second] = this.#readers;
    return first.isAtRest && second.isAtRest ? this.#stitcher.rest() : undefined;
  }

  #inOrder(): readonly MessageReader[] {
    const [first, second] = this.#readers;
    return first.kind === 'response' ? [second, first] : [first, second];
  }

  #handOver(end: number): void {
    const { protocol, at, isReplaying, facts } = this.#stitcher.switch!;
    this.#stitcher.switch = undefined;
    const client = this.#readers[Side.source].kind === 'response' ? Side.destination : Side.source;
    const held = this.#readers[client].held.take();
    this.#stop();
    if (protocol !== undefined) this.#flow.addProtocol(protocol);
    const consumed = isReplaying ? end : at;
    this.#flow.handOver(protocol, consumed, held.length > 0 ? { side: client, bytes: held } : undefined, facts);
  }

  #abandon(): void {
    this.#stop();
    this.#flow.abandon('http-no-start-line');
  }

  #stop(): void {
    for (const reader of this.#inOrder()) {
      reader.breakOff();
      reader.reading = Reading.off;
    }
  }
}
