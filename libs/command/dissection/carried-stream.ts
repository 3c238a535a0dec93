import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import type { AnalysisOptions, CloseReason, Side, StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import type { ConversationHost } from './conversation-host.ts';
import { Conversation } from './conversation.ts';
import type { Detector } from './detection.ts';
import type { FlowTexts } from './record-builder.ts';

/** Streams within streams that are looked into. */
const depthLimit = 4;

/** Streams that one flow carries in all which are looked into. */
const carriedLimit = 2 ** 20;

/** Records of a carried stream count from here, times its number in the flow, so that their ids never meet the carrier's, or each other's. */
const ordinalsApart = 2 ** 32;

/** A stream that a conversation carries: a conversation of its own, of the same flow. */
export class CarriedStream implements StreamAnalyzer {
  readonly #carrier: Conversation;
  readonly #inner: Conversation;

  constructor(host: CarriedHost, carrier: Conversation, protocol?: string, facts?: object) {
    this.#carrier = carrier;
    this.#inner = new Conversation(host, carrier.flow, true, carrier.sourcePort, carrier.destinationPort);
    if (protocol !== undefined) this.#inner.become(protocol, facts);
    this.#tellFindings();
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#inner.data(side, bytes, start, end);
    this.#tellFindings();
  }

  gap(side: Side, length: number): void {
    this.#inner.gap(side, length);
  }

  close(side: Side, reason: CloseReason): void {
    this.#inner.close(side, reason);
  }

  finish(reason: CloseReason): void {
    this.#inner.finish(reason);
    this.#tellFindings();
  }

  #tellFindings(): void {
    for (const name of this.#inner.protocols) this.#carrier.addProtocol(name);
    for (const reason of this.#inner.abandoned) this.#carrier.noteAbandoned(reason);
  }
}

/** A stream carried by `carrier`, which is `root` or carried by it in turn; undefined if it lies too deep, or if there were too many. */
export function carryStream(
  host: ConversationHost,
  root: Conversation,
  carrier: Conversation,
  depth: number,
  protocol?: string,
  facts?: object,
): StreamAnalyzer | undefined {
  if (depth > depthLimit) return undefined;
  const number = root.countCarried();
  return number > carriedLimit
    ? undefined
    : new CarriedStream(new CarriedHost(host, root, carrier, depth, number), carrier, protocol, facts);
}

/** The host around a carried conversation: its flow is the carrier's, which it neither turns round nor keeps twice. */
class CarriedHost implements ConversationHost {
  readonly now: Instant;
  readonly options: AnalysisOptions;
  readonly capture: object;
  readonly streamDetector: Detector;
  readonly datagramDetector: Detector;
  readonly #host: ConversationHost;
  readonly #root: Conversation;
  readonly #carrier: Conversation;
  readonly #depth: number;
  readonly #number: number;

  constructor(host: ConversationHost, root: Conversation, carrier: Conversation, depth: number, number: number) {
    this.now = host.now;
    this.options = host.options;
    this.capture = host.capture;
    this.streamDetector = host.streamDetector;
    this.datagramDetector = host.datagramDetector;
    this.#host = host;
    this.#root = root;
    this.#carrier = carrier;
    this.#depth = depth;
    this.#number = number;
  }

  newStream(conversation: Conversation, side: Side): StreamReassembler {
    return this.#host.newStream(conversation, side);
  }

  textsOf(flow: number): FlowTexts {
    return this.#host.textsOf(flow);
  }

  newRecord(_conversation: Conversation, dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    // What is carried within has its own number already.
    const apart = ordinal < ordinalsApart ? this.#number * ordinalsApart + ordinal : ordinal;
    return this.#carrier.inItsDirection(this.#host.newRecord(this.#carrier, dataset, apart, start, end));
  }

  emit(record: TrafficRecord): void {
    this.#host.emit(record);
  }

  isOpened(flow: number): boolean {
    return this.#host.isOpened(flow);
  }

  mayTurnRound(): boolean {
    return false;
  }

  turnRound(): void {
    // Who opened the connection is known of the carrier.
  }

  protocolNamed(name: string): Protocol | undefined {
    return this.#host.protocolNamed(name);
  }

  /** Payload is kept once, as it was on the wire; bodies within it are bodies. */
  keep(kind: ContentKind): ContentWriter | undefined {
    return kind === 'source.payload' || kind === 'destination.payload' ? undefined : this.#host.keep(kind);
  }

  countAbandoned(protocol: string, reason: string): void {
    this.#host.countAbandoned(protocol, reason);
  }

  countUndetected(bytes: number): void {
    this.#host.countUndetected(bytes);
  }

  carry(conversation: Conversation, protocol?: string, facts?: object): StreamAnalyzer | undefined {
    return carryStream(this, this.#root, conversation, this.#depth + 1, protocol, facts);
  }
}
