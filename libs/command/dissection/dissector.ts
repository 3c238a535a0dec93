import { randomBytes } from 'node:crypto';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import { KeyFlag } from '@orbweaver/packet/flow/flow-key.ts';
import { FlowFlag, Word, wordsPerFlow, digitsShift } from '@orbweaver/packet/flow/flow-slab.ts';
import { FlowTable, type EndReason } from '@orbweaver/packet/flow/flow-table.ts';
import { Claim } from '@orbweaver/packet/flow/rival-openings.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, Network, TcpFlag, tunnelLimit, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { ReassemblyBudget, StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { protocols as allProtocols } from '@orbweaver/protocols/registry/registry.ts';
import { Side, type AnalysisOptions, type StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import { carryStream } from './carried-stream.ts';
import type { ConversationHost } from './conversation-host.ts';
import { Conversation } from './conversation.ts';
import { DissectionCounters } from './counters.ts';
import { Detector } from './detection.ts';
import { FlowHints } from './flow-hints.ts';
import { OpenConversations } from './open-conversations.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import { AlikeFindings, isEmpty, nothingFound, type FlowFindings } from './findings.ts';
import { RecordBuilder, type FlowTexts } from './record-builder.ts';
import { TcpContent, type TcpContentHost } from './tcp-content.ts';
import { buildSummary, type DissectionSummary } from './summary.ts';
import { Tunnels, type TunnelPath } from './tunnels.ts';

/** Octets of ICMP's header, which the decoder takes off; no other protocol that it decodes is read right behind IP. */
const icmpHeaderLength = 8;

/**
 * Packets to records: decodes, defragments, follows flows, reassembles, recognises and parses. One for each capture (or partition); feed it every
 * `frame` in order, then `finish` until it says that it is done.
 *
 * Everything is synchronous and runs on the time of the packets; records come out as soon as they are complete, a flow's own one last.
 */
export class Dissector implements ConversationHost, TcpContentHost {
  readonly now = new Instant();
  /** Digits of a second's fraction that the packets at hand have; a flow keeps those of its first one. */
  fractionDigits = 6;
  readonly options: AnalysisOptions;
  readonly capture = {};
  readonly counters = new DissectionCounters();
  readonly decoder: Decoder;
  readonly table: FlowTable;
  readonly budget: ReassemblyBudget;
  readonly streamDetector: Detector;
  readonly datagramDetector: Detector;
  readonly #settings: DissectionOptions;
  readonly #sink: RecordSink;
  readonly #protocols: ReadonlyMap<string, Protocol>;
  /** By IP protocol: what is read right behind IP, if its records are wanted. */
  readonly #packetProtocols: (Protocol | undefined)[];
  readonly #builder: RecordBuilder;
  readonly #tunnels = new Tunnels();
  readonly #conversations: OpenConversations;
  readonly #lastHeard = (flow: number): number => this.table.slab.words[flow * wordsPerFlow + Word.lastTick]!;
  readonly #alike = new AlikeFindings();
  /** By flow: what its content, read to its end, has shown. */
  readonly #findings: (FlowFindings | undefined)[] = [];
  /** By flow, of those inside tunnels. */
  readonly #paths = new Map<number, TunnelPath>();
  readonly #idOf = (flow: number): string => this.#conversations.of(flow)?.texts.id ?? this.textsOf(flow).id;
  readonly #tcp: TcpContent;
  readonly #hints = new FlowHints();
  /** Of the packets of one frame: their flows and the tunnels around them. */
  readonly #levels = Array.from({ length: tunnelLimit + 1 }, () => ({ flow: -1, kinds: 0, identity: 0 }));
  /** Around the packet at hand, where it was decoded elsewhere. */
  #pathGiven: TunnelPath | undefined;
  #isFlushed = false;
  /** That of the packet before. */
  #lastFlow = -1;

  constructor(sink: RecordSink, options: DissectionOptions = {}, protocols: readonly Protocol[] = allProtocols) {
    this.#sink = sink;
    this.#settings = options;
    this.options = { hashes: options.hashes ?? true };
    this.decoder = new Decoder({ verifyChecksums: options.verifyChecksums ?? false });
    this.table = new FlowTable((flow, reason) => this.#ended(flow, reason), {
      ...(options.flowLimit === undefined ? {} : { limit: options.flowLimit }),
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
      seed: randomBytes(4).readInt32LE(),
    });
    this.budget = new ReassemblyBudget(options.reassemblyLimit);
    this.#conversations = new OpenConversations(options.conversationLimit);
    this.#tcp = new TcpContent(this);
    this.#builder = new RecordBuilder(this.table, options);
    this.streamDetector = new Detector(protocols, 'stream');
    this.datagramDetector = new Detector(protocols, 'datagram');
    this.#packetProtocols = packetProtocols(protocols, options.records);
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
  }

  /** Returns the packets that the frame is, apart from fragments that it sets free; 0 if it belongs to no flow, or not yet. */
  frame(frame: Frame): number {
    this.fractionDigits = frame.fractionDigits;
    const { decoder } = this;
    const count = decoder.decode(frame);
    if (count > 0) {
      this.table.advance(frame.seconds);
      this.now.set(frame.seconds, frame.nanos);
      if (count === 1) this.#takePlain(frame);
      else this.#takeNested(count);
    }
    for (let late = decoder.nextReleased(); late !== undefined; late = decoder.nextReleased()) this.#takeReleased(late);
    return count;
  }

  /** The frame taken last was of the conversation with this number. */
  noteConversation(key: number): void {
    this.#hints.note(key, this.#lastFlow);
  }

  /** A frame of the conversation with this number comes soon. */
  expect(key: number): void {
    this.table.touch(this.#hints.of(key));
  }

  /** As `frame`, for one that holds no more than a TCP packet right behind IP; the caller moves the timers. */
  segment(frame: Frame): number {
    if (this.decoder.decode(frame) === 0) return 0;
    this.now.set(frame.seconds, frame.nanos);
    this.#takePlain(frame);
    return 1;
  }

  /** Moves the flows' timers on to the clock of whoever has decoded the packets. */
  advance(clock: number): void {
    this.table.advanceTo(clock);
  }

  /**
   * Takes a packet that was decoded before, by `decoder` or elsewhere, instead of a frame; the caller moves the timers. `kinds` and `identity` tell the tunnels around
   * it as `Tunnels` does, `path` what its flow says of them if this packet opens it, `carries` the name of the tunnel that it is. Returns its flow.
   */
  packet(packet: Packet, wireLength: number, kinds: number, identity: number, path?: TunnelPath, carries?: string): number {
    this.now.set(packet.seconds, packet.nanos);
    this.#pathGiven = path;
    const flow = this.#take(packet, wireLength, kinds, identity, -1, carries !== undefined);
    this.#pathGiven = undefined;
    if (kinds !== 0) this.counters.unwrapped++;
    if (carries !== undefined) this.#tunnels.note(flow, carries, this.#paths.get(flow), this.#idOf);
    return flow;
  }

  /** The capture has ended: ends up to `count` flows. Returns true once all are done. */
  finish(count = Infinity): boolean {
    if (!this.#isFlushed) {
      this.#isFlushed = true;
      this.decoder.flush();
      for (let late = this.decoder.nextReleased(); late !== undefined; late = this.decoder.nextReleased()) this.#takeReleased(late);
    }
    return this.table.endSome('end-of-capture', count);
  }

  /** Where the packets went, as far as is known now; complete once `finish` is done. */
  summary(): DissectionSummary {
    return buildSummary(this.decoder, this.counters, this.table, this.budget);
  }

  // Packets into flows.

  /** The frame decoded last, which is one packet. */
  #takePlain(frame: Frame): void {
    const { decoder, table } = this;
    const { known } = decoder;
    const packet = decoder.packets[0]!;
    const knownFlow = known === undefined || table.rivals.count > 0 ? -1 : table.recall(known);
    if (knownFlow >= 0) {
      this.#takeKnown(knownFlow, packet, frame.originalLength);
      return;
    }
    const flowBefore = this.#lastFlow;
    const flow = this.#take(packet, frame.originalLength, 0, 0, -1, false);
    if (known !== undefined) table.remember(known, flow);
    else if (flow === flowBefore) {
      // A second one in a row: others may follow.
      decoder.learn(frame);
      if (decoder.known !== undefined) table.remember(decoder.known, flow);
    }
  }

  /** A TCP packet without SYN whose headers another one of `flow` had. */
  #takeKnown(flow: number, packet: Packet, wireLength: number): void {
    this.#lastFlow = flow;
    const side = this.table.sideOf(flow);
    this.counters.inFlows++;
    this.table.countKnown(flow, side, packet, wireLength);
    this.#tcp.take(flow, side, packet, false, this.#conversations.of(flow));
  }

  #takeNested(count: number): void {
    const { packets } = this.decoder;
    for (let i = 0; i < count; i++) {
      const packet = packets[i]!;
      const level = this.#levels[i]!;
      level.kinds = level.identity = 0;
      let outer = -1;
      if (i > 0) {
        // Frames of an aggregate lie side by side in one tunnel.
        const around = this.#levels[packet.parent]!;
        level.identity = this.#tunnels.identityWith(around.kinds, around.identity, packet);
        level.kinds = this.#tunnels.kindsWith(around.kinds, packet);
        outer = around.flow;
        this.counters.unwrapped++;
        this.#tunnels.note(outer, packet.tunnel!, this.#paths.get(outer), this.#idOf);
      }
      const isOuter = i + 1 < count && packets[i + 1]!.parent === i;
      level.flow = this.#take(packet, packets[0]!.originalLength, level.kinds, level.identity, outer, isOuter);
    }
  }

  /** A fragment that was held back: its flow is only known now. */
  #takeReleased(packet: Packet): void {
    const kinds = packet.tunnel === undefined ? 0 : this.#tunnels.kindsWith(0, packet);
    const identity = kinds === 0 ? 0 : this.#tunnels.identityWith(0, 0, packet);
    if (kinds !== 0) this.counters.unwrapped++;
    this.#take(packet, packet.originalLength, kinds, identity, -1, false);
  }

  /** Returns the packet's flow. `isOuter`: what it carries is taken as a packet of its own. */
  #take(packet: Packet, wireLength: number, kinds: number, identity: number, outer: number, isOuter: boolean): number {
    const { table } = this;
    const vlan = this.#settings.flowKeyVlan === true && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
    let flow = table.find(packet, kinds, identity, vlan);
    const isTcp = packet.protocol === IpProtocol.tcp && packet.hasTransport;
    let incumbent = -1;
    if (flow >= 0 && isTcp) {
      if ((packet.tcpFlags & TcpFlag.syn) !== 0 && table.tracker.isReuse(flow, table.sideOf(flow), packet)) {
        incumbent = this.#makeWay(flow, packet);
        flow = -1;
      } else if (table.rivals.count > 0) flow = this.#settle(flow, packet);
    }
    if (flow < 0) {
      flow = table.open(packet);
      if (incumbent >= 0) table.rivals.add(flow, incumbent);
      const flags = flow * wordsPerFlow + Word.flags;
      table.slab.words[flags] = table.slab.words[flags]! | (this.fractionDigits << digitsShift);
      this.now.set(packet.seconds, packet.nanos);
      const path = outer >= 0 ? this.#tunnels.pathIn(outer, packet.tunnel!) : this.#pathGiven;
      if (path !== undefined) this.#paths.set(flow, path);
      this.#settings.opened?.(flow);
    }
    this.#lastFlow = flow;
    const side = table.sideOf(flow);
    this.counters.inFlows++;
    table.count(flow, side, packet, wireLength);
    if (isTcp) this.#tcp.take(flow, side, packet, isOuter, this.#conversations.of(flow));
    else if (packet.protocol === IpProtocol.udp) {
      if (!isOuter) this.#takeDatagram(flow, side, packet);
    } else if (this.#packetProtocols[packet.protocol] !== undefined && !isOuter) this.#takePacket(flow, side, packet);
    return flow;
  }

  /** A SYN that does not repeat that of `flow` is about to open another one. Returns the flow that may outlive it; -1 if there is none. */
  #makeWay(flow: number, packet: Packet): number {
    const { rivals } = this.table;
    // Of several such SYNs the latest one stands against the conversation; the others were attempts.
    const first = rivals.incumbentOf(flow);
    if (first < 0 && rivals.mayStand(flow, packet)) return flow;
    this.#endEarly(flow, packet);
    return first;
  }

  /** A packet of `flow`, which may be a SYN's on the ports of another conversation: returns the flow whose the packet is. */
  #settle(flow: number, packet: Packet): number {
    const { rivals } = this.table;
    const incumbent = rivals.incumbentOf(flow);
    if (incumbent < 0) return flow;
    switch (rivals.weigh(flow, this.table.senderIsHigh, packet)) {
      case Claim.open:
        return flow;
      case Claim.rival:
        rivals.leave(flow);
        this.#endEarly(incumbent, packet);
        return flow;
      case Claim.incumbent:
        rivals.giveBack(flow, incumbent);
        this.#withdraw(flow);
        return incumbent;
    }
  }

  #endEarly(flow: number, packet: Packet): void {
    this.table.endEarly(flow);
    this.now.set(packet.seconds, packet.nanos);
  }

  /** A flow of nothing but a SYN that was none. */
  #withdraw(flow: number): void {
    this.#paths.delete(flow);
    this.#tunnels.forget(flow);
    this.#settings.ended?.(flow);
    this.table.withdraw(flow);
  }

  /** What is read right behind IP: the header that the decoder has read is part of it. */
  #takePacket(flow: number, side: Side, packet: Packet): void {
    if (!packet.hasTransport || packet.network === Network.arp || this.table.slab.hasFlag(flow, FlowFlag.contentDone)) return;
    let conversation = this.#conversations.of(flow);
    if (conversation === undefined) {
      conversation = this.converse(flow, false);
      conversation.openPackets(this.#packetProtocols[packet.protocol]!, packet.protocol);
    }
    const start = packet.payloadStart - icmpHeaderLength;
    conversation.datagram(side, packet.bytes, start, packet.payloadEnd, packet.payloadLength + icmpHeaderLength);
  }

  #takeDatagram(flow: number, side: Side, packet: Packet): void {
    if (packet.payloadEnd <= packet.payloadStart || this.table.slab.hasFlag(flow, FlowFlag.contentDone)) return;
    const conversation = this.#conversations.of(flow) ?? this.converse(flow, false);
    conversation.datagram(side, packet.bytes, packet.payloadStart, packet.payloadEnd, packet.payloadLength);
    if (conversation.isForgettable) this.retire(flow, conversation);
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

  /** Ends the reading of one conversation to make room for another. Its flow is followed on, and says so if there was more to read. */
  #letGo(): void {
    const conversation = this.#conversations.quietest(this.#lastHeard);
    const { flow } = conversation;
    const { seconds, nanos } = this.now;
    if (!conversation.isIdle) {
      this.counters.conversationsLetGo++;
      conversation.noteLetGo();
    }
    this.#tcp.release(flow, conversation, true);
    if (!this.table.slab.hasFlag(flow, FlowFlag.contentDone)) {
      this.#atLastPacket(flow);
      conversation.finish('evicted');
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
    if (!isEmpty(findings)) this.#findings[flow] = findings;
  }

  #noteDone(flow: number): void {
    const at = flow * wordsPerFlow + Word.flags;
    this.table.slab.words[at] = this.table.slab.words[at]! | FlowFlag.contentDone;
  }

  /** A flow ends: its content first, then its own record. */
  #ended(flow: number, reason: EndReason): void {
    const conversation = this.#conversations.of(flow);
    if (conversation !== undefined) {
      this.#tcp.release(flow, conversation, true);
      if (!this.table.slab.hasFlag(flow, FlowFlag.contentDone)) {
        this.#atLastPacket(flow);
        conversation.finish(reason);
        this.retire(flow, conversation);
      }
    }
    const findings = this.#findings[flow];
    if (this.#settings.records?.has('flow') === false) this.counters.addRecord('flow');
    else this.emit(this.#builder.flow(flow, reason, this.#withTunnels(flow, findings ?? nothingFound), this.#paths.get(flow)));
    if (findings !== undefined) this.#findings[flow] = undefined;
    this.#paths.delete(flow);
    this.#tunnels.forget(flow);
    this.#settings.ended?.(flow);
  }

  /** What a flow carried as a tunnel counts as its protocol. */
  #withTunnels(flow: number, findings: FlowFindings): FlowFindings {
    const carried = this.#tunnels.carriedBy(flow);
    if (carried.length === 0) return findings;
    return { ...findings, protocol: carried[0], protocols: [...carried, ...findings.protocols.filter((name) => !carried.includes(name))] };
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
    return this.#builder.transaction(flow, conversation.texts, dataset, ordinal, start, end, this.#paths.get(flow));
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

  carry(conversation: Conversation): StreamAnalyzer | undefined {
    return carryStream(this, conversation);
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
