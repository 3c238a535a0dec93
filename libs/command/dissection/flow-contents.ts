import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import { KeyFlag } from '@orbweaver/packet/flow/flow-key.ts';
import { FlowFlag, Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import type { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import { holePatience, type EndReason } from '@orbweaver/packet/flow/flow-timers.ts';
import { streamBytes } from '@orbweaver/packet/flow/tcp-tracker.ts';
import { IpProtocol, Network, type Packet } from '@orbweaver/packet/layers/packet.ts';
import { ReassemblyBudget, StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { Side, type AnalysisOptions, type StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import { carryStream } from './carried-stream.ts';
import type { ConversationHost } from './conversation-host.ts';
import { Conversation } from './conversation.ts';
import { DissectionCounters } from './counters.ts';
import { Detector } from './detection.ts';
import { AlikeFindings, isEmpty, nothingFound, nothingKept, type FlowFindings } from './findings.ts';
import { OpenConversations } from './open-conversations.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import { RecordBuilder, type FlowTexts, type ToldPieces } from './record-builder.ts';
import { TcpContent, type TcpContentHost } from './tcp-content.ts';
import type { Tunnels } from './tunnels.ts';

/** Seconds for which packets that wait for others put off the record of a flow that is busy. */
const lateLimit = 3;

/** As `lateLimit`, where bytes wait for those before them: a hole that is given up while no further packet comes has no other record to be told by. */
const holedLateLimit = holePatience + 2;

/** Octets of ICMP's header, which the decoder takes off; no other protocol that it decodes is read right behind IP. */
const icmpHeaderLength = 8;

/**
 * What the flows of a dissection carry: their conversations, from the first payload until that was read to its end, and the records of both. Knows nothing of frames
 * and layers: a packet comes with the flow that it was found to belong to.
 */
export class FlowContents implements ConversationHost, TcpContentHost {
  /** That of the packet at hand. */
  readonly now = new Instant();
  readonly options: AnalysisOptions;
  readonly capture = {};
  readonly counters = new DissectionCounters();
  readonly table: FlowTable;
  readonly budget: ReassemblyBudget;
  readonly streamDetector: Detector;
  readonly datagramDetector: Detector;
  readonly #tunnels: Tunnels;
  readonly #settings: DissectionOptions;
  readonly #sink: RecordSink;
  readonly #protocols: ReadonlyMap<string, Protocol>;
  /** By IP protocol: what is read right behind IP, if its records are wanted. */
  readonly #packetProtocols: (Protocol | undefined)[];
  readonly #builder: RecordBuilder;
  readonly #conversations: OpenConversations;
  /** Nobody wants its content, or its flow has ended and waits only for late packets, or the one side that is heard has ended. */
  readonly #isOver = (conversation: Conversation): boolean =>
    conversation.isIdle || this.table.naturalReason(conversation.flow) !== undefined || this.#tcp.isAllHeard(conversation);
  readonly #isAtRest = (conversation: Conversation): boolean => conversation.mayRest && this.#tcp.isInOrder(conversation);
  readonly #lastHeard = (flow: number): number => this.table.slab.words[flow * wordsPerFlow + Word.lastTick]!;
  readonly #alike = new AlikeFindings();
  /** Of datagrams and streams at rest, apart from those and from each other: they differ in their ordinals, and would leave no room. */
  readonly #alikeAtRest = new AlikeFindings();
  readonly #alikeStreams = new AlikeFindings();
  /** By flow: what its content, read to its end, has shown. */
  readonly #findings: (FlowFindings | undefined)[] = [];
  readonly #tcp: TcpContent;
  /** By flow that is recorded in pieces. */
  readonly #told = new Map<number, ToldPieces>();

  constructor(table: FlowTable, tunnels: Tunnels, sink: RecordSink, options: DissectionOptions, protocols: readonly Protocol[]) {
    this.table = table;
    this.#tunnels = tunnels;
    this.#sink = sink;
    this.#settings = options;
    this.options = { hashes: options.hashes ?? true };
    this.budget = new ReassemblyBudget(options.reassemblyLimit, this);
    this.#conversations = new OpenConversations(options.conversationLimit);
    this.#tcp = new TcpContent(this);
    this.#builder = new RecordBuilder(table, options);
    this.streamDetector = new Detector(protocols, 'stream');
    this.datagramDetector = new Detector(protocols, 'datagram');
    this.#packetProtocols = packetProtocols(protocols, options.records);
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
  }

  /** The id of a flow's record. */
  idOf(flow: number): string {
    return this.#conversations.of(flow)?.texts.id ?? this.textsOf(flow).id;
  }

  // Payload.

  /** A TCP packet, counted already. `isOuter`: what it carries is taken as a packet of its own. */
  takeSegment(flow: number, side: Side, packet: Packet, isOuter: boolean): void {
    this.#tcp.take(flow, side, packet, isOuter, this.#conversations.of(flow));
  }

  /** As `takeSegment`, of any other protocol, and no outer one. */
  takeOther(flow: number, side: Side, packet: Packet): void {
    if (packet.protocol === IpProtocol.udp) this.#takeDatagram(flow, side, packet);
    else if (this.#packetProtocols[packet.protocol] !== undefined) this.#takePacket(flow, side, packet);
  }

  /** What is read right behind IP: the header that the decoder has read is part of it. */
  #takePacket(flow: number, side: Side, packet: Packet): void {
    if (!packet.hasTransport || packet.network === Network.arp || this.table.slab.hasFlag(flow, FlowFlag.contentDone)) return;
    const conversation = this.#conversations.of(flow) ?? this.#conversePackets(flow, packet.protocol);
    const start = packet.payloadStart - icmpHeaderLength;
    conversation.datagram(side, packet.bytes, start, packet.payloadEnd, packet.payloadLength + icmpHeaderLength);
    if (conversation.isAtRest) this.#rest(flow, conversation, this.#alikeAtRest);
  }

  #conversePackets(flow: number, ipProtocol: number): Conversation {
    const conversation = this.#resume(flow, false) ?? this.converse(flow, false);
    conversation.openPackets(this.#packetProtocols[ipProtocol]!, ipProtocol);
    return conversation;
  }

  #takeDatagram(flow: number, side: Side, packet: Packet): void {
    if (packet.payloadEnd <= packet.payloadStart || this.table.slab.hasFlag(flow, FlowFlag.contentDone)) return;
    const conversation = this.#conversations.of(flow) ?? this.#resume(flow, false) ?? this.converse(flow, false);
    conversation.datagram(side, packet.bytes, packet.payloadStart, packet.payloadEnd, packet.payloadLength);
    if (conversation.isForgettable) this.retire(flow, conversation);
    else if (conversation.isAtRest) this.#rest(flow, conversation, this.#alikeAtRest);
  }

  /**
   * What was found stays, and what comes next is another conversation's. Datagrams' do so at once: most flows of DNS are one question and its answer, and long over before
   * their time is. Streams' only where there is no more room, since to begin anew takes time.
   */
  #rest(flow: number, conversation: Conversation, alike: AlikeFindings): void {
    this.#conversations.remove(conversation);
    this.#findings[flow] = alike.of(conversation.rest());
  }

  #resume(flow: number, isStream: boolean): Conversation | undefined {
    const findings = this.#findings[flow];
    if (findings?.resting === undefined) return undefined;
    this.#findings[flow] = undefined;
    const conversation = this.converse(flow, isStream);
    conversation.resume(findings, findings.resting);
    return conversation;
  }

  resume(flow: number): Conversation {
    return this.#resume(flow, true)!;
  }

  // Conversations.

  converse(flow: number, isStream: boolean): Conversation {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const ports = (words[at + Word.protocol]! & KeyFlag.withoutPorts) === 0 ? words[at + Word.ports]! : 0;
    const sourceIsHigh = (words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0;
    const low = ports >>> 16;
    const high = ports & 0xffff;
    const conversation = new Conversation(this, flow, isStream, sourceIsHigh ? high : low, sourceIsHigh ? low : high);
    if (this.#conversations.isFull) this.#letGo();
    this.#conversations.add(conversation);
    return conversation;
  }

  /** One conversation makes room for another. */
  #letGo(): void {
    const conversation = this.#conversations.firstToGo(this.#isOver, this.#isAtRest, this.#lastHeard);
    const isOver = this.#isOver(conversation);
    if (isOver || !this.#isAtRest(conversation)) this.#endReading(conversation, isOver);
    else {
      this.#tcp.rest(conversation.flow);
      this.#rest(conversation.flow, conversation, this.#alikeStreams);
    }
  }

  /** Ends the reading of a conversation before its time. Its flow is followed on, and says so if there may be more to read. */
  #endReading(conversation: Conversation, isOver: boolean): void {
    const { flow } = conversation;
    const { seconds, nanos } = this.now;
    if (!isOver) {
      this.counters.conversationsLetGo++;
      conversation.noteLetGo();
    }
    this.#tcp.waited(flow, conversation);
    if (!this.table.slab.hasFlag(flow, FlowFlag.contentDone)) {
      this.#atLastPacket(flow);
      conversation.finish(this.table.naturalReason(flow) ?? 'evicted');
      this.retire(flow, conversation);
    }
    const findings = this.#findings[flow];
    if (findings !== undefined) this.#findings[flow] = this.#alike.of(findings);
    this.now.set(seconds, nanos);
  }

  #atLastPacket(flow: number): void {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    this.now.set(words[at + Word.lastSeconds]!, words[at + Word.lastNanos]!);
  }

  /** The content was read to its end: what it found is all that stays. */
  retire(flow: number, conversation: Conversation): void {
    this.#noteDone(flow);
    this.#conversations.remove(conversation);
    const findings = conversation.takeFindings();
    if (!isEmpty(findings)) this.#findings[flow] = findings.texts === undefined ? this.#alike.of(findings) : findings;
  }

  #noteDone(flow: number): void {
    const at = flow * wordsPerFlow + Word.flags;
    this.table.slab.words[at] = this.table.slab.words[at]! | FlowFlag.contentDone;
  }

  /** A flow ends: its content first, then its own record. */
  ended(flow: number, reason: EndReason): void {
    const conversation = this.#conversations.of(flow);
    if (conversation !== undefined) {
      this.#tcp.end(flow, conversation);
      if (!this.table.slab.hasFlag(flow, FlowFlag.contentDone)) {
        this.#atLastPacket(flow);
        conversation.finish(reason);
        this.retire(flow, conversation);
      }
    }
    const findings = this.#findings[flow];
    if (!this.table.isTold(flow)) this.#record(flow, reason, findings);
    if (findings !== undefined) this.#findings[flow] = undefined;
    this.forget(flow);
  }

  /** A flow is over, or was none and its packets are another one's. */
  forget(flow: number): void {
    this.#told.delete(flow);
    this.#tunnels.forget(flow);
    this.#settings.ended?.(flow);
  }

  /** What packets of a quiet flow waited for is not in the capture. */
  waited(flow: number): void {
    const conversation = this.#conversations.of(flow);
    if (conversation !== undefined) this.#tcp.waited(flow, conversation);
  }

  /** A flow is recorded up to here, and its content read on; false while packets wait for others, whose holes its record has to tell. */
  told(flow: number, late: number): boolean {
    const conversation = this.#conversations.of(flow);
    if (conversation?.held !== undefined && late < lateLimit) return false;
    if (conversation !== undefined && this.table.slab.hasFlag(flow, FlowFlag.holed)) {
      if (late < holedLateLimit) return false;
      this.#tcp.end(flow, conversation);
    }
    const findings = conversation?.takeFindingsSoFar() ?? this.#findings[flow];
    this.#record(flow, 'active-timeout', findings);
    const kept = this.#findings[flow];
    if (kept !== undefined && kept.payload !== nothingKept) this.#findings[flow] = { ...kept, payload: nothingKept };
    const root = this.#told.get(flow)?.root ?? findings?.texts?.id ?? this.textsOf(flow).id;
    const { slab } = this.table;
    this.#told.set(flow, { root, streamBytes: [streamBytes(slab, flow, 0), streamBytes(slab, flow, 1)] });
    return true;
  }

  /** Another piece of a flow has begun. */
  begun(flow: number): void {
    this.#conversations.of(flow)?.beginPiece();
    const findings = this.#findings[flow];
    if (findings?.texts !== undefined) this.#findings[flow] = { ...findings, texts: undefined };
  }

  #record(flow: number, reason: EndReason, findings: FlowFindings = nothingFound): void {
    if (this.#settings.records?.has('flow') === false) {
      this.counters.addRecord('flow');
      return;
    }
    this.emit(this.#builder.flow(flow, reason, this.#withTunnels(flow, findings), this.#tunnels.pathOf(flow), this.#told.get(flow)));
  }

  /** What a flow carried as a tunnel counts as its protocol. */
  #withTunnels(flow: number, findings: FlowFindings): FlowFindings {
    const carried = this.#tunnels.carriedBy(flow);
    if (carried.length === 0) return findings;
    return { ...findings, protocol: carried[0], protocols: [...carried, ...findings.protocols.filter((name) => !carried.includes(name))] };
  }

  // PacketTime.

  get clock(): number {
    return this.table.clock;
  }

  // ConversationHost.

  newStream(conversation: Conversation, side: Side): StreamReassembler {
    const first = this.table.slab.words[conversation.flow * wordsPerFlow + Word.start + side]! + 1;
    return new StreamReassembler(side, first, conversation, this.budget);
  }

  textsOf(flow: number): FlowTexts {
    return this.#builder.textsOf(flow);
  }

  newRecord(conversation: Conversation, dataset: string, ordinal: number, start: Instant, end: Instant): TrafficRecord {
    const { flow } = conversation;
    return this.#builder.transaction(flow, conversation.texts, dataset, ordinal, start, end, this.#tunnels.pathOf(flow));
  }

  emit(record: TrafficRecord): void {
    const dataset = record['event.dataset'];
    this.counters.addRecord(dataset);
    if (this.#settings.records === undefined || this.#settings.records.has(dataset)) this.#sink.emit(record);
  }

  isOpened(flow: number): boolean {
    return (this.table.slab.words[flow * wordsPerFlow + Word.flags]! & FlowFlag.opened) !== 0;
  }

  mayTurnRound(flow: number): boolean {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const destination = at + ((words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0 ? Word.lowAddress : Word.highAddress);
    const isIpv6 = ((words[at + Word.protocol]! >>> 8) & 0xff) === Network.ipv6;
    // 224.0.0.0/4 and the broadcast address; ff00::/8.
    return isIpv6 ? words[destination]! >>> 24 !== 0xff : words[destination + 3]! >>> 28 !== 0xe && words[destination + 3]! !== 0xffffffff;
  }

  turnRound(flow: number): void {
    this.table.turnRound(flow);
    this.#told.get(flow)?.streamBytes.reverse();
  }

  protocolNamed(name: string): Protocol | undefined {
    return this.#protocols.get(name);
  }

  keep(kind: ContentKind): ContentWriter | undefined {
    return this.#settings.content?.open(kind);
  }

  countAbandoned(protocol: string, reason: string): void {
    this.counters.addAbandoned(protocol, reason);
  }

  countUndetected(bytes: number): void {
    this.counters.undetectedBytes += bytes;
  }

  carry(conversation: Conversation, protocol?: string, facts?: object): StreamAnalyzer | undefined {
    return carryStream(this, conversation, conversation, 1, protocol, facts);
  }
}

/** Those of `protocols` that are read right behind IP and whose records are wanted, by IP protocol number. */
function packetProtocols(protocols: readonly Protocol[], records: ReadonlySet<string> | undefined): (Protocol | undefined)[] {
  const byNumber = new Array<Protocol | undefined>(256).fill(undefined);
  for (const protocol of protocols) {
    if (records !== undefined && !records.has(protocol.name)) continue;
    for (const number of protocol.packet?.ipProtocols ?? []) byNumber[number] = protocol;
  }
  return byNumber;
}
