import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Instant } from '@orbweaver/kernel/instant.ts';
import { StreamReassembler, type StreamConsumer } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
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
import { Verdict, detectionLimit, type Protocol } from '@orbweaver/protocols/sdk/module.ts';
import { Roles, clientSide, type Candidate, type DetectionState, type Detector } from './detection.ts';
import type { FlowFindings } from './findings.ts';
import { HeldBack } from './held-back.ts';
import type { HeldPackets } from './held-packets.ts';
import type { FlowTexts } from './record-builder.ts';

/** What a conversation needs of the dissection around it. */
export interface ConversationHost {
  readonly now: Instant;
  readonly options: AnalysisOptions;
  readonly capture: object;
  readonly streamDetector: Detector;
  readonly datagramDetector: Detector;
  newStream(conversation: Conversation, side: Side): StreamReassembler;
  textsOf(flow: number): FlowTexts;
  newRecord(conversation: Conversation, dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord;
  emit(record: TrafficRecord): void;
  /** True if the opening of the flow was seen, so that nothing turns it round. */
  isOpened(flow: number): boolean;
  /** False where the destination is no single host, which cannot have opened anything. */
  mayTurnRound(flow: number): boolean;
  turnRound(flow: number): void;
  protocolNamed(name: string): Protocol | undefined;
  keep(kind: ContentKind): ContentWriter | undefined;
  countAbandoned(protocol: string, reason: string): void;
  countUndetected(bytes: number): void;
  carry(conversation: Conversation): StreamAnalyzer | undefined;
}

const Stage = { detecting: 0, analysing: 1, ignoring: 2, finished: 3 } as const;
type Stage = (typeof Stage)[keyof typeof Stage];

/**
 * Parts of an unknown stream that are looked at after its beginning: a flow whose opening was not captured begins in the middle of a message, and
 * others turn to TLS or to what a proxy carries after words of their own.
 */
const laterAttempts = 24;

/** Datagrams that are held back while no protocol is recognised. */
const datagramLimit = 8;

/** Reasons and protocols that one flow's record names. */
const findingsLimit = 16;

/** In `flow.abandoned`: part of the content was passed over since too much waited for holes to fill. */
const reassemblyLimit = 'reassembly-limit';
/** The content was read no further: more conversations went on than memory allows, and this one was the quietest. */
const conversationLimit = 'conversation-limit';

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
  readonly protocols: string[] = [];
  readonly abandoned: string[] = [];
  readonly #host: ConversationHost;
  readonly #isStream: boolean;
  #main: string | undefined;
  #texts: FlowTexts | undefined;
  #stage: Stage = Stage.detecting;
  #streams: [StreamReassembler | undefined, StreamReassembler | undefined] = [undefined, undefined];
  /** By side of the flow. */
  #closed: [boolean, boolean] = [false, false];
  #isReversed = false;
  #detection: DetectionState | undefined;
  #heldBack: HeldBack | undefined;
  #attempts = 0;
  /** What may begin behind the beginning; undefined until that is over. */
  #later: readonly Candidate[] | undefined;
  #module: Protocol | undefined;
  #analyzer: StreamAnalyzer | undefined;
  #datagrams: DatagramAnalyzer | undefined;
  #handOver: HandOver | undefined;
  /** Where the ordinals of the present protocol's records begin, and those of the next one's would. */
  #ordinalBase = 0;
  #nextOrdinal = 0;
  #payload: [ContentWriter | undefined, ContentWriter | undefined];

  constructor(host: ConversationHost, flow: number, isStream: boolean, sourcePort: number, destinationPort: number) {
    this.#host = host;
    this.flow = flow;
    this.#isStream = isStream;
    this.now = host.now;
    this.options = host.options;
    this.capture = host.capture;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    this.#payload = [host.keep('source.payload'), host.keep('destination.payload')];
  }

  // What the dissection asks and tells.

  get texts(): FlowTexts {
    return (this.#texts ??= this.#host.textsOf(this.flow));
  }

  get protocol(): string | undefined {
    return this.#main ?? this.protocols[0];
  }

  /** What the flow's record will say of the content. Ends the keeping of payload; asked once. */
  takeFindings(): FlowFindings {
    const payload = [this.#payload[0]?.finish(), this.#payload[1]?.finish()] as const;
    this.#payload = [undefined, undefined];
    return { texts: this.#texts, protocol: this.protocol, protocols: this.protocols, abandoned: this.abandoned, payload };
  }

  /** Nobody wants more of the content. */
  get isIdle(): boolean {
    return this.#stage === Stage.ignoring && this.#payload[0] === undefined && this.#payload[1] === undefined;
  }

  /** Nobody has to be told of the end either. */
  get isForgettable(): boolean {
    return (
      this.isIdle &&
      this.#datagrams === undefined &&
      this.#analyzer === undefined &&
      this.protocols.length === 0 &&
      this.abandoned.length === 0
    );
  }

  get isClosed(): boolean {
    return this.#closed[0] && this.#closed[1];
  }

  stream(side: Side): StreamReassembler {
    let stream = this.#streams[side];
    if (stream === undefined) {
      stream = this.#host.newStream(this, side);
      stream.wanted = !this.isIdle;
      this.#streams[side] = stream;
    }
    return stream;
  }

  /** This side has ended, and all its bytes were delivered. */
  close(side: Side, reason: CloseReason): void {
    if (this.#closed[side]) return;
    this.#closed[side] = true;
    if (this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(side), reason);
  }

  isSideClosed(side: Side): boolean {
    return this.#closed[side];
  }

  /** Ends the conversation; what waited behind holes is delivered. Called once. */
  finish(reason: CloseReason): void {
    for (const stream of this.#streams) stream?.flush();
    this.#endAnalyzer(reason);
    this.#stage = Stage.finished;
    for (const stream of this.#streams) stream?.discard();
  }

  // StreamConsumer: the reassembled streams.

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#payload[side]?.append(bytes, start, end);
    this.#pass(this.#speaker(side), bytes, start, end);
  }

  gap(side: Side, length: number): void {
    this.#passGap(this.#speaker(side), length);
  }

  /** What is told as a gap next may be in the capture, behind more than may wait. */
  forced(): void {
    this.#note(reassemblyLimit);
  }

  /** It is ended before its time to make room for others. */
  noteLetGo(): void {
    this.#note(conversationLimit);
  }

  #note(reason: string): void {
    if (this.abandoned.length < findingsLimit && !this.abandoned.includes(reason)) this.abandoned.push(reason);
  }

  /** The side of a conversation that a side of the flow is. */
  #speaker(side: Side): Side {
    return this.#isReversed ? (side === Side.source ? Side.destination : Side.source) : side;
  }

  #passGap(side: Side, length: number): void {
    if (this.#stage === Stage.analysing) this.#analyzer?.gap(side, length);
    else if (this.#stage === Stage.detecting) {
      const held = this.#held();
      held.addGap(side, length, this.now);
      this.#state().possible[side] = this.#later ?? this.#host.streamDetector.all;
      if (held.isFull) this.#ignore();
    }
  }

  /** The flow is read right behind IP: there is nothing to detect, and it goes by the name of its transport. */
  openPackets(module: Protocol, ipProtocol: number): void {
    this.#module = module;
    this.#stage = Stage.analysing;
    this.#datagrams = module.packet?.open(this, ipProtocol);
  }

  /** One datagram, `length` long on the wire. */
  datagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    this.#payload[side]?.append(bytes, start, end);
    if (this.#stage === Stage.analysing) this.#deliverDatagram(side, bytes, start, end, length);
    else if (this.#stage === Stage.detecting) this.#detectDatagram(side, bytes, start, end, length);
  }

  // FlowContext: what the analyzer asks and tells.

  newRecord(dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    const apart = this.#ordinalBase + ordinal;
    if (apart >= this.#nextOrdinal) this.#nextOrdinal = apart + 1;
    return this.inItsDirection(this.#host.newRecord(this, dataset, apart, start, end));
  }

  /** The record of something spoken here, `record` having the direction of the flow. */
  inItsDirection(record: TrafficRecord): TrafficRecord {
    return this.#isReversed ? reversed(record) : record;
  }

  emit(record: TrafficRecord): void {
    const protocol = this.protocol;
    if (protocol !== undefined && record['network.protocol'] === undefined) record['network.protocol'] = protocol;
    this.#host.emit(record);
  }

  addProtocol(name: string): void {
    if (this.protocols.length < findingsLimit && !this.protocols.includes(name)) this.protocols.push(name);
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

  carry(): StreamAnalyzer | undefined {
    return this.#host.carry(this);
  }

  done(): void {
    if (this.#stage === Stage.analysing) this.#ignore();
  }

  abandon(reason: string): void {
    if (this.#stage !== Stage.analysing) return;
    this.#host.countAbandoned(this.#module?.name ?? 'unknown', reason);
    this.#note(reason);
    this.#ignore();
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
    if (protocol === undefined) {
      this.#stage = Stage.detecting;
      this.#detection = undefined;
      this.#heldBack = undefined;
      this.#attempts = 0;
      this.#later = undefined;
      return;
    }
    const module = this.#host.protocolNamed(protocol);
    if (module?.stream === undefined) this.#ignore();
    else {
      this.#openStream(module, facts);
    }
  }

  /** A protocol whose messages are not read is named, and that is all. */
  #openStream(module: Protocol, facts?: object): void {
    this.#module = module;
    this.#stage = Stage.analysing;
    this.addProtocol(module.name);
    this.#analyzer = module.stream?.open?.(this, facts);
    if (this.#analyzer === undefined) this.#lookBehind();
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
    this.#heldBack = undefined;
    this.#detection = undefined;
    if (this.isIdle) for (const stream of this.#streams) if (stream !== undefined) stream.wanted = false;
  }

  // Detection: by content, before ports.

  #state(): DetectionState {
    const all = this.#isStream ? (this.#later ?? this.#host.streamDetector.all) : this.#host.datagramDetector.all;
    return (this.#detection ??= {
      possible: [all, all],
      ports: [this.sourcePort, this.destinationPort],
      hasSpoken: [false, false],
      found: undefined,
      verdict: Verdict.no,
    });
  }

  #held(): HeldBack {
    return (this.#heldBack ??= new HeldBack());
  }

  #detectStream(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const state = this.#state();
    const detector = this.#host.streamDetector;
    const before = this.#heldBack?.head(side);
    let isFound: boolean;
    if (before === undefined || before.length === 0) {
      isFound = detector.ask(state, side, bytes, start, Math.min(end, start + detectionLimit), this.#roles());
      if (!isFound) this.#held().addData(side, bytes, start, end, this.now);
    } else {
      // The head must be contiguous, so this part is kept with it; it is delivered with the rest.
      this.#held().addData(side, bytes, start, end, this.now);
      const head = this.#heldBack!.head(side);
      isFound = detector.ask(state, side, head, 0, head.length, this.#roles());
      start = end;
    }
    if (isFound) this.#startStream(state, side, bytes, start, end);
    else this.#considerStream(state, side);
  }

  #roles(): Roles {
    if (!this.#host.isOpened(this.flow)) return Roles.any;
    return this.#attempts === 0 ? Roles.preferOpener : Roles.openerOnly;
  }

  #startStream(state: DetectionState, side: Side, bytes: Uint8Array, start: number, end: number): void {
    const flowSide = this.#orient(state, side);
    const held = this.#heldBack;
    this.#detection = undefined;
    this.#heldBack = undefined;
    this.#openStream(state.found!);
    if (held !== undefined) {
      held.replay(
        this.now,
        (s, b, from, to) => this.#pass(s, b, from, to),
        (s, length) => this.#passGap(s, length),
      );
    }
    if (start < end) this.#pass(flowSide, bytes, start, end);
    if (this.#closed[0] && this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(Side.source), 'fin');
    if (this.#closed[1] && this.#stage === Stage.analysing) this.#analyzer?.close(this.#speaker(Side.destination), 'fin');
  }

  /** The protocol is named and not read. It may still turn to one that is: TLS after STARTTLS. */
  #lookBehind(): void {
    this.#stage = Stage.detecting;
    this.#heldBack = undefined;
    this.#detection = undefined;
    this.#attempts = Math.max(this.#attempts, 1);
    this.#later = this.#host.streamDetector.recorded;
  }

  /** No protocol is sure yet: is one still possible? */
  #considerStream(state: DetectionState, side: Side): void {
    const held = this.#held();
    const isFull = held.isFull || held.head(side).length >= detectionLimit;
    if (state.possible[side].length > 0 && !isFull) return;
    const isBeginning = this.#attempts === 0 && this.#host.isOpened(this.flow);
    if (isBeginning && !isFull && state.possible[1 - side]!.length > 0) return;
    if (this.#attempts === laterAttempts) {
      this.#ignore();
      return;
    }
    // What is no protocol's beginning is let go; the next part may be one.
    this.#attempts++;
    this.#later ??= this.#host.isOpened(this.flow) ? this.#host.streamDetector.recorded : this.#host.streamDetector.all;
    if (isBeginning) {
      this.#host.countUndetected(held.bytes);
      this.#heldBack = undefined;
      state.possible.fill(this.#later);
    } else {
      this.#host.countUndetected(held.drop(side));
      state.possible[side] = this.#later;
    }
  }

  #detectDatagram(side: Side, bytes: Uint8Array, start: number, end: number, length: number): void {
    const state = this.#state();
    if (this.#host.datagramDetector.ask(state, side, bytes, start, end, Roles.any)) {
      const flowSide = this.#orient(state, side);
      const module = state.found!;
      this.addProtocol(module.name);
      if (module.datagram?.open === undefined) {
        this.#ignore();
        return;
      }
      const held = this.#heldBack;
      this.#detection = undefined;
      this.#heldBack = undefined;
      this.#module = module;
      this.#stage = Stage.analysing;
      this.#datagrams = module.datagram.open(this);
      held?.replay(
        this.now,
        (s, b, from, to, wire) => this.#datagrams?.datagram(s, b, from, to, wire),
        () => undefined,
      );
      this.#datagrams.datagram(flowSide, bytes, start, end, length);
      return;
    }
    if (state.possible[0].length === 0 && state.possible[1].length === 0) {
      this.#ignore();
      return;
    }
    const held = this.#held();
    held.addData(side, bytes, start, end, this.now, length);
    if (held.isFull || held.parts > datagramLimit) this.#ignore();
  }

  /** Turns the flow round if the content says so, or the conversation, if the flow's opening was seen. Returns the side of the sender from now on. */
  #orient(state: DetectionState, side: Side): Side {
    if (clientSide(state.verdict, side) !== Side.destination) return side;
    if (this.#isStream && this.#host.isOpened(this.flow)) this.#reverse(state, side);
    else if (this.#host.mayTurnRound(this.flow)) this.#turnFlowRound();
    else return side;
    this.#heldBack?.turnRound();
    const port = this.sourcePort;
    this.sourcePort = this.destinationPort;
    this.destinationPort = port;
    return side === Side.source ? Side.destination : Side.source;
  }

  /** An opener that serves may say who it is first: what is no word of the protocol comes before it. */
  #reverse(state: DetectionState, side: Side): void {
    const held = this.#heldBack;
    const opener = Side.source;
    const head = held?.head(opener);
    this.#isReversed = !this.#isReversed;
    if (side === opener || held === undefined || head === undefined || head.length === 0) return;
    const ports = { senderPort: state.ports[opener], receiverPort: state.ports[side] };
    if (state.found!.stream!.detect(head, 0, head.length, ports) === Verdict.no) this.#host.countUndetected(held.drop(opener));
  }

  #turnFlowRound(): void {
    this.#host.turnRound(this.flow);
    this.#streams.reverse();
    for (const stream of this.#streams) if (stream !== undefined) stream.side = 1 - stream.side;
    this.#closed.reverse();
    this.#payload.reverse();
    this.#texts = undefined;
  }
}

/** Exchanges what a record says of its two sides. */
function reversed(record: TrafficRecord): TrafficRecord {
  const turned = Object.entries(record).map(([name, value]) => [opposite[name] ?? name, value] as const);
  return Object.fromEntries(turned) as TrafficRecord;
}

const opposite: Readonly<Record<string, string>> = {
  'source.ip': 'destination.ip',
  'destination.ip': 'source.ip',
  'source.port': 'destination.port',
  'destination.port': 'source.port',
  'source.mac': 'destination.mac',
  'destination.mac': 'source.mac',
};
