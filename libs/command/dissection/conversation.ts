import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { StreamConsumer, StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import {
  Side,
  type AnalysisOptions,
  type CloseReason,
  type DatagramAnalyzer,
  type EarlyBytes,
  type FlowContext,
  type StreamAnalyzer,
} from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import type { ConversationHost } from './conversation-host.ts';
import { clientSide } from './detection.ts';
import { nothingKept, type FlowFindings, type Resting } from './findings.ts';
import type { HeldPackets } from './held-packets.ts';
import { KeptPayload } from './kept-payload.ts';
import { Recognised, Recognition } from './recognition.ts';
import type { FlowTexts } from './record-builder.ts';
import { reversed } from './reversed.ts';

const Stage = { detecting: 0, analysing: 1, ignoring: 2, finished: 3 } as const;
type Stage = (typeof Stage)[keyof typeof Stage];

/** Reasons and protocols that one flow's record names. */
const findingsLimit = 16;

/** In `flow.abandoned`: part of the content was passed over since too much waited for holes to fill. */
const reassemblyLimit = 'reassembly-limit';
/** The content was read no further: more conversations went on than memory allows, and this one was the quietest. */
const conversationLimit = 'conversation-limit';

/** A stream that it carries was not looked into: it lay too deep, or there were too many. */
const carriedLimit = 'carried-limit';
/** In `flow.abandoned`: more requests waited for their answers, or more connections shared the flow, than are followed. */
const exchangeLimit = 'exchange-limit';

const none: readonly never[] = [];

/** Lists of one protocol, shared by all conversations that speak nothing else. */
const lists = new Map<string, readonly string[]>();

function onlyOf(name: string): readonly string[] {
  let list = lists.get(name);
  if (list === undefined) lists.set(name, (list = [name]));
  return list;
}

interface HandOver {
  readonly protocol: string | undefined;
  readonly consumed: number;
  readonly early: EarlyBytes | undefined;
  readonly facts: object | undefined;
}

/**
 * The content of one flow: recognises what is spoken, runs its analyzer, and is the flow as that analyzer sees it. Exists from the first payload until
 * both sides have ended.
 *
 * An analyzer's source is the side that asks. Where that is not the side that opened the flow, the conversation is reversed: the flow's record keeps
 * its direction, and the records of what was spoken have the other.
 */
export class Conversation implements FlowContext, StreamConsumer {
  readonly flow: number;
  readonly now: Instant;
  readonly options: AnalysisOptions;
  readonly capture: object;
  sourcePort: number;
  destinationPort: number;
  /** Where `OpenConversations` has it. */
  place = 0;
  /** Packets that wait for what they acknowledge. */
  held: HeldPackets | undefined = undefined;
  // Tens of thousands of conversations are open at a time, so each has little: no lists with room to grow, no pairs.
  protocols: readonly string[] = none;
  abandoned: readonly string[] = none;
  readonly #host: ConversationHost;
  readonly #isStream: boolean;
  #main: string | undefined;
  #texts: FlowTexts | undefined;
  #stage: Stage = Stage.detecting;
  #sourceStream: StreamReassembler | undefined;
  #destinationStream: StreamReassembler | undefined;
  #sourceClosed = false;
  #destinationClosed = false;
  #isReversed = false;
  /** The analyzer found the roles of its sides exchanged. */
  #hasOtherRoles = false;
  /** Until a protocol is recognised that is read. */
  #recognition: Recognition | undefined;
  #module: Protocol | undefined;
  #analyzer: StreamAnalyzer | undefined;
  #datagrams: DatagramAnalyzer | undefined;
  #handOver: HandOver | undefined;
  /** Where the ordinals of the present protocol's records begin, and those of the next one's would. */
  #ordinalBase = 0;
  #nextOrdinal = 0;
  #carried = 0;
  #payload: KeptPayload | undefined;

  constructor(host: ConversationHost, flow: number, isStream: boolean, sourcePort: number, destinationPort: number) {
    this.#host = host;
    this.flow = flow;
    this.#isStream = isStream;
    this.now = host.now;
    this.options = host.options;
    this.capture = host.capture;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.#payload = KeptPayload.open(host);
  }

  // What the dissection asks and tells.

  get texts(): FlowTexts {
    return (this.#texts ??= this.#host.textsOf(this.flow));
  }

  /** Its main protocol. */
  get protocol(): string | undefined {
    if (this.#main !== undefined || this.protocols.length < 2) return this.#main ?? this.protocols[0];
    return this.#host.protocolNamed(this.protocols[0]!)?.isPreamble === true ? this.protocols[1] : this.protocols[0];
  }

  /** What the flow's record says of the content. Ends the keeping of payload. */
  takeFindings(): FlowFindings {
    const payload = this.#payload?.finish() ?? nothingKept;
    this.#payload = undefined;
    const { protocol, protocols, abandoned } = this;
    return { texts: this.#texts, protocol, protocols, abandoned, payload };
  }

  /** As `takeFindings`, of one at rest: another one may go on from them. */
  rest(): FlowFindings {
    const memory = this.#analyzer?.rest?.();
    const resting = {
      protocol: this.#module!.name,
      // An analyzer of datagrams begins to count anew.
      ordinalBase: this.#isStream ? this.#ordinalBase : this.#nextOrdinal,
      nextOrdinal: this.#nextOrdinal,
      memory,
      isReversed: this.#isReversed,
    };
    return { ...this.takeFindings(), resting };
  }

  /** As `takeFindings`, of a flow that goes on: payload is kept anew where it was. */
  takeFindingsSoFar(): FlowFindings {
    const keeps = this.#payload !== undefined;
    const findings = this.takeFindings();
    if (keeps) this.#payload = KeptPayload.open(this.#host);
    return findings;
  }

  /** What comes from now on belongs to another record of its flow. */
  beginPiece(): void {
    this.#texts = undefined;
  }

  /** Nobody wants more of the content. */
  get isIdle(): boolean {
    return this.#stage === Stage.ignoring && this.#payload === undefined;
  }

  /** Nobody has to be told of the end either. */
  get isForgettable(): boolean {
    return this.isIdle && this.#datagrams === undefined && this.#analyzer === undefined;
  }

  /** Of datagrams: all that was spoken is told, and another conversation may go on from the findings. */
  get isAtRest(): boolean {
    return this.#stage === Stage.analysing && this.#datagrams?.isAtRest === true && this.#payload === undefined;
  }

  /** As `isAtRest`, of a stream, as far as its analyzer knows: more may have been sent than has come to it. */
  get mayRest(): boolean {
    if (this.#stage !== Stage.analysing || this.#payload !== undefined || this.#carried > 0 || this.#hasOtherRoles) return false;
    return !this.#sourceClosed && !this.#destinationClosed && this.#analyzer?.rest?.() !== undefined;
  }

  /** Goes on where another conversation of its flow came to rest. */
  resume({ protocol, protocols, abandoned }: FlowFindings, resting: Resting): void {
    this.#main = protocol;
    this.protocols = protocols;
    this.abandoned = abandoned;
    this.#ordinalBase = resting.ordinalBase;
    this.#nextOrdinal = resting.nextOrdinal;
    if (resting.isReversed) this.#turnRound();
    const module = this.#host.protocolNamed(resting.protocol)!;
    if (resting.memory === undefined) this.#openDatagrams(module);
    else {
      this.#module = module;
      this.#stage = Stage.analysing;
      this.#analyzer = module.stream!.resume!(this, resting.memory);
    }
  }

  get isClosed(): boolean {
    return this.#sourceClosed && this.#destinationClosed;
  }

  get hasBothStreams(): boolean {
    return this.#sourceStream !== undefined && this.#destinationStream !== undefined;
  }

  stream(side: Side): StreamReassembler {
    const stream = side === Side.source ? this.#sourceStream : this.#destinationStream;
    return stream ?? this.#openStream(side);
  }

  #openStream(side: Side): StreamReassembler {
    const stream = this.#host.newStream(this, side);
    stream.wanted = !this.isIdle;
    if (side === Side.source) this.#sourceStream = stream;
    else this.#destinationStream = stream;
    return stream;
  }

  /** This side has ended, and all its bytes were delivered. */
  close(side: Side, reason: CloseReason): void {
    if (this.isSideClosed(side)) return;
    if (side === Side.source) this.#sourceClosed = true;
    else this.#destinationClosed = true;
    if (this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(side), reason);
  }

  isSideClosed(side: Side): boolean {
    return side === Side.source ? this.#sourceClosed : this.#destinationClosed;
  }

  /** Ends the conversation; what waited behind holes is delivered. Called once. */
  finish(reason: CloseReason): void {
    this.#sourceStream?.flush();
    this.#destinationStream?.flush();
    this.#endAnalyzer(reason);
    this.#stage = Stage.finished;
    this.#sourceStream?.discard();
    this.#destinationStream?.discard();
  }

  // StreamConsumer: the reassembled streams.

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#payload?.append(side, bytes, start, end);
    this.#pass(this.#speaker(side), bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.#passGap(this.#speaker(side), length);
  }

  /** What is told as a gap next may be in the capture, behind more than may wait. */
  forced(): void {
    this.noteAbandoned(reassemblyLimit);
  }

  /** It is ended before its time to make room for others. */
  noteLetGo(): void {
    this.noteAbandoned(conversationLimit);
  }

  /** Part of it was given up, or of a stream that it carries. */
  noteAbandoned(reason: string): void {
    if (this.abandoned.length < findingsLimit && !this.abandoned.includes(reason)) this.abandoned = this.abandoned.concat(reason);
  }

  /** The side of a conversation that a side of the flow is. */
  #speaker(side: Side): Side {
    return this.#isReversed ? (side === Side.source ? Side.destination : Side.source) : side;
  }

  #passGap(side: Side, length: number): void {
    if (this.#stage === Stage.analysing) this.#analyzer?.gap(side, length);
    else if (this.#stage === Stage.detecting && this.#recognise().gap(side, length) === Recognised.never) this.#ignore();
  }

  /** The flow is read right behind IP: there is nothing to detect, and it goes by the name of its transport. */
  openPackets(module: Protocol, ipProtocol: number): void {
    this.#module = module;
    this.#stage = Stage.analysing;
    this.#datagrams = module.packet?.open(this, ipProtocol);
  }

  /** One datagram, `length` long on the wire. */
  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    this.#payload?.append(side, bytes, start, end);
    if (this.#stage === Stage.analysing) this.#deliverDatagram(side, bytes, start, end, length);
    else if (this.#stage === Stage.detecting) this.#detectDatagram(side, bytes, start, end, length);
  }

  /** It speaks this protocol from its first byte on; nothing is detected. */
  become(protocol: string, facts?: object): void {
    this.#becomeNext(protocol, facts);
  }

  /** The number, from 1, of one more stream that it carries, those within others included. */
  countCarried(): number {
    return ++this.#carried;
  }

  // FlowContext: what the analyzer asks and tells.

  newRecord(dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    const apart = this.#ordinalBase + ordinal;
    if (apart >= this.#nextOrdinal) this.#nextOrdinal = apart + 1;
    return this.inItsDirection(this.#host.newRecord(this, dataset, apart, start, end));
  }

  /** The record of something spoken here, `record` having the direction of the flow. */
  inItsDirection(record: TrafficRecord): TrafficRecord {
    return this.#isReversed !== this.#hasOtherRoles ? reversed(record) : record;
  }

  emit(record: TrafficRecord): void {
    const protocol = this.protocol;
    if (protocol !== undefined && record['network.protocol'] === undefined) record['network.protocol'] = protocol;
    this.#host.emit(record);
  }

  reverse(): void {
    this.#hasOtherRoles = true;
  }

  addProtocol(name: string): void {
    if (this.protocols.length === 0) this.protocols = onlyOf(name);
    else if (this.protocols.length < findingsLimit && !this.protocols.includes(name)) this.protocols = this.protocols.concat(name);
  }

  setMainProtocol(name: string): void {
    this.#main = name;
    this.addProtocol(name);
  }

  handOver(protocol: string | undefined, consumed: number, early?: EarlyBytes, facts?: object): void {
    if (this.#stage !== Stage.analysing || this.#handOver !== undefined) return;
    this.#handOver = { protocol, consumed, early, facts };
    this.#endAnalyzer('fin');
    // The next protocol counts its records from 0, and may be the same once more (within a tunnel); no id comes twice.
    this.#ordinalBase = this.#nextOrdinal;
  }

  carry(protocol?: string, facts?: object): StreamAnalyzer | undefined {
    const carried = this.#host.carry(this, protocol, facts);
    if (carried === undefined) this.#giveUp(carriedLimit);
    return carried;
  }

  done(): void {
    if (this.#stage === Stage.analysing) this.#ignore();
  }

  abandon(reason: string): void {
    if (this.#stage !== Stage.analysing) return;
    this.#giveUp(reason);
    this.#ignore();
  }

  noteExchangeLimit(): void {
    this.#giveUp(exchangeLimit);
  }

  #giveUp(reason: string): void {
    this.#host.countAbandoned(this.#module?.name ?? 'unknown', reason);
    this.noteAbandoned(reason);
  }

  keep(kind: ContentKind): ContentWriter | undefined {
    return this.#host.keep(kind);
  }

  // Delivery.

  #deliver(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#analyzer?.data(side, bytes, start, end);
    const handOver = this.#handOver;
    if (handOver === undefined) return;
    this.#handOver = undefined;
    this.#analyzer = undefined;
    this.#module = undefined;
    this.#becomeNext(handOver.protocol, handOver.facts);
    if (handOver.early !== undefined) this.#pass(handOver.early.side, handOver.early.bytes, 0, handOver.early.bytes.length);
    const from = Math.min(Math.max(handOver.consumed, start), end);
    if (from < end) this.#pass(side, bytes, from, end);
  }

  /** After a hand-over the datagram at hand is the first of what is spoken next. */
  #deliverDatagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    this.#datagrams?.datagram(side, bytes, start, end, length);
    if (this.#handOver === undefined) return;
    this.#handOver = undefined;
    this.#module = undefined;
    this.#becomeNext(undefined);
    this.#detectDatagram(side, bytes, start, end, length);
  }

  /** As `data`, for bytes that were counted before. */
  #pass(side: Side, bytes: Uint8Array, start: number, end: number): void {
    if (this.#stage === Stage.analysing) this.#deliver(side, bytes, start, end);
    else if (this.#stage === Stage.detecting) this.#detectStream(side, bytes, start, end);
  }

  #becomeNext(protocol: string | undefined, facts?: object): void {
    this.#hasOtherRoles = false;
    if (protocol === undefined) {
      this.#stage = Stage.detecting;
      this.#recognition = undefined;
      return;
    }
    const module = this.#host.protocolNamed(protocol);
    if (module?.stream === undefined) this.#ignore();
    else {
      this.#openProtocol(module, facts);
    }
  }

  /** A protocol whose messages are not read is named, and that is all. */
  #openProtocol(module: Protocol, facts?: object): void {
    this.#module = module;
    this.#stage = Stage.analysing;
    this.addProtocol(module.name);
    this.#analyzer = module.stream?.open?.(this, facts);
    if (this.#analyzer !== undefined) {
      this.#recognition = undefined;
      return;
    }
    this.#stage = Stage.detecting;
    this.#recognise().lookBehind();
  }

  #endAnalyzer(reason: CloseReason): void {
    const analyzer = this.#analyzer;
    const datagrams = this.#datagrams;
    this.#analyzer = undefined;
    this.#datagrams = undefined;
    analyzer?.finish(reason);
    datagrams?.finish(reason);
  }

  /** Nobody wants the content any more; the analyzer, if there was one, is still told of the end. */
  #ignore(): void {
    this.#stage = Stage.ignoring;
    this.#recognition = undefined;
    if (!this.isIdle) return;
    if (this.#sourceStream !== undefined) this.#sourceStream.wanted = false;
    if (this.#destinationStream !== undefined) this.#destinationStream.wanted = false;
  }

  // Detection: by content, before ports.

  #recognise(): Recognition {
    return (this.#recognition ??= new Recognition(this.#host, this, this.#isStream));
  }

  #detectStream(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const recognition = this.#recognise();
    const recognised = recognition.stream(side, bytes, start, end);
    if (recognised === Recognised.found) this.#startStream(recognition, side, bytes, recognition.isHeld ? end : start, end);
    else if (recognised === Recognised.never) this.#ignore();
  }

  #startStream(recognition: Recognition, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const flowSide = this.#orient(recognition, side);
    const { found, held } = recognition.take();
    this.#openProtocol(found);
    if (held !== undefined) {
      held.replay(
        this.now,
        (s, b, from, to) => this.#pass(s, b, from, to),
        (s, length) => this.#passGap(s, length),
      );
    }
    if (start < end) this.#pass(flowSide, bytes, start, end);
    if (this.#sourceClosed && this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(Side.source), 'fin');
    if (this.#destinationClosed && this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(Side.destination), 'fin');
  }

  #detectDatagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    const recognition = this.#recognise();
    const recognised = recognition.datagram(side, bytes, start, end, length);
    if (recognised === Recognised.never) this.#ignore();
    if (recognised !== Recognised.found) return;
    const flowSide = this.#orient(recognition, side);
    const { found, held } = recognition.take();
    this.#recognition = undefined;
    this.addProtocol(found.name);
    if (found.datagram?.open === undefined) {
      this.#ignore();
      return;
    }
    this.#openDatagrams(found);
    held?.replay(
      this.now,
      (s, b, from, to, wire) => this.#datagrams?.datagram(s, b, from, to, wire),
      () => undefined,
    );
    this.#datagrams?.datagram(flowSide, bytes, start, end, length);
  }

  #openDatagrams(module: Protocol): void {
    this.#module = module;
    this.#stage = Stage.analysing;
    this.#datagrams = module.datagram?.open?.(this);
  }

  /** Turns the flow round if the content says so, or the conversation, if the flow's opening was seen. Returns the side of the sender from now on. */
  #orient(recognition: Recognition, side: Side): Side {
    if (clientSide(recognition.state.verdict, side) !== Side.destination) return side;
    if (this.#isStream && this.#host.isOpened(this.flow)) {
      this.#turnRound();
      recognition.dropGreeting(side);
    } else if (this.#host.mayTurnRound(this.flow)) {
      this.#turnFlowRound();
      this.#swapPorts();
    } else return side;
    recognition.turnRound();
    return side === Side.source ? Side.destination : Side.source;
  }

  #turnRound(): void {
    this.#isReversed = !this.#isReversed;
    this.#swapPorts();
  }

  #swapPorts(): void {
    const port = this.sourcePort;
    this.sourcePort = this.destinationPort;
    this.destinationPort = port;
  }

  #turnFlowRound(): void {
    this.#host.turnRound(this.flow);
    [this.#sourceStream, this.#destinationStream] = [this.#destinationStream, this.#sourceStream];
    if (this.#sourceStream !== undefined) this.#sourceStream.side = Side.source;
    if (this.#destinationStream !== undefined) this.#destinationStream.side = Side.destination;
    [this.#sourceClosed, this.#destinationClosed] = [this.#destinationClosed, this.#sourceClosed];
    this.#payload?.turnRound();
    this.#texts = undefined;
  }
}
