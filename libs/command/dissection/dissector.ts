import { randomBytes } from 'node:crypto';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Instant } from '@orbweaver/kernel/instant.ts';
import { KeyFlag } from '@orbweaver/packet/flow/flow-key.ts';
import { Count, FlowFlag, Word, countsPerFlow, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import { FlowTable, type EndReason } from '@orbweaver/packet/flow/flow-table.ts';
import { Letter, addLetterScaled } from '@orbweaver/packet/flow/history.ts';
import { isClean } from '@orbweaver/packet/flow/tcp-tracker.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, Network, TcpFlag, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { Arrival, ReassemblyBudget, StreamReassembler } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { protocols as allProtocols } from '@orbweaver/protocols/registry/registry.ts';
import { Side, type AnalysisOptions, type StreamAnalyzer } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import type { Protocol } from '@orbweaver/protocols/sdk/module.ts';
import { carryStream } from './carried-stream.ts';
import { Conversation, type ConversationHost } from './conversation.ts';
import { DissectionCounters } from './counters.ts';
import { Detector } from './detection.ts';
import type { DissectionOptions, RecordSink } from './options.ts';
import { RecordBuilder, type FlowFindings, type FlowTexts } from './record-builder.ts';
import { buildSummary, type DissectionSummary } from './summary.ts';
import { Tunnels, type TunnelPath } from './tunnels.ts';

/** Octets of ICMP's header, which the decoder takes off; no other protocol that it decodes is read right behind IP. */
const icmpHeaderLength = 8;

const nothingFound: FlowFindings = { texts: undefined, protocol: undefined, protocols: [], abandoned: [], payload: [undefined, undefined] };

/**
 * Packets to records: decodes, defragments, follows flows, reassembles, recognises and parses. One for each capture (or partition); feed it every
 * `frame` in order, then `finish` until it says that it is done.
 *
 * Everything is synchronous and runs on the time of the packets; records come out as soon as they are complete, a flow's own one last.
 */
export class Dissector implements ConversationHost {
  readonly now = new Instant();
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
  /** By flow; undefined for those without content. */
  readonly #conversations: (Conversation | undefined)[] = [];
  /** By flow: what its content, read to its end, has shown. */
  readonly #findings: (FlowFindings | undefined)[] = [];
  readonly #paths: (TunnelPath | undefined)[] = [];
  readonly #idOf = (flow: number): string => this.#conversations[flow]?.texts.id ?? this.textsOf(flow).id;
  #isFlushed = false;

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
    this.#builder = new RecordBuilder(this.table, options);
    this.streamDetector = new Detector(protocols, 'stream');
    this.datagramDetector = new Detector(protocols, 'datagram');
    this.#packetProtocols = packetProtocols(protocols, options.records);
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
  }

  frame(frame: Frame): void {
    this.#builder.fractionDigits = frame.fractionDigits;
    const { decoder } = this;
    const count = decoder.decode(frame);
    if (count > 0) {
      this.table.advance(frame.seconds);
      this.now.set(frame.seconds, frame.nanos);
      if (count === 1) this.#take(decoder.packets[0]!, frame.originalLength, 0, 0, -1, false);
      else this.#takeNested(count);
    }
    for (let late = decoder.nextReleased(); late !== undefined; late = decoder.nextReleased()) this.#takeReleased(late);
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

  #takeNested(count: number): void {
    const { packets } = this.decoder;
    let kinds = 0;
    let identity = 0;
    let outer = -1;
    for (let i = 0; i < count; i++) {
      const packet = packets[i]!;
      if (i > 0) {
        identity = this.#tunnels.identityWith(kinds, identity, packet);
        kinds = this.#tunnels.kindsWith(kinds, packet);
        this.counters.unwrapped++;
        this.#tunnels.note(outer, packet.tunnel!, this.#paths[outer], this.#idOf);
      }
      outer = this.#take(packet, packets[0]!.originalLength, kinds, identity, outer, i + 1 < count);
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
    if (flow >= 0 && isTcp && (packet.tcpFlags & TcpFlag.syn) !== 0 && table.tracker.isReuse(flow, table.sideOf(flow), packet)) {
      table.endEarly(flow);
      this.now.set(packet.seconds, packet.nanos);
      flow = -1;
    }
    if (flow < 0) {
      flow = table.open(packet);
      this.now.set(packet.seconds, packet.nanos);
      if (outer >= 0) this.#paths[flow] = this.#tunnels.pathIn(outer, packet.tunnel!);
    }
    const side = table.sideOf(flow);
    this.counters.inFlows++;
    table.count(flow, side, packet, wireLength);
    if (isTcp) this.#takeTcp(flow, side, packet, isOuter);
    else if (packet.protocol === IpProtocol.udp) {
      if (!isOuter) this.#takeDatagram(flow, side, packet);
    } else if (this.#packetProtocols[packet.protocol] !== undefined && !isOuter) this.#takePacket(flow, side, packet);
    return flow;
  }

  /** What is read right behind IP: the header that the decoder has read is part of it. */
  #takePacket(flow: number, side: Side, packet: Packet): void {
    if (!packet.hasTransport || packet.network === Network.arp || this.#isContentDone(flow)) return;
    let conversation = this.#conversations[flow];
    if (conversation === undefined) {
      conversation = this.#converse(flow, false);
      conversation.openPackets(this.#packetProtocols[packet.protocol]!, packet.protocol);
    }
    const start = packet.payloadStart - icmpHeaderLength;
    conversation.datagram(side, packet.bytes, start, packet.payloadEnd, packet.payloadLength + icmpHeaderLength);
  }

  #takeDatagram(flow: number, side: Side, packet: Packet): void {
    if (packet.payloadEnd <= packet.payloadStart || this.#isContentDone(flow)) return;
    const conversation = this.#conversations[flow] ?? this.#converse(flow, false);
    conversation.datagram(side, packet.bytes, packet.payloadStart, packet.payloadEnd, packet.payloadLength);
    if (conversation.isForgettable) this.#retire(flow, conversation);
  }

  #takeTcp(flow: number, side: Side, packet: Packet, isOuter: boolean): void {
    const flags = packet.tcpFlags;
    let conversation = this.#conversations[flow];
    const isDone = this.#isContentDone(flow);
    if ((flags & (TcpFlag.ack | TcpFlag.rst)) === TcpFlag.ack && !isDone) {
      conversation = this.#acknowledge(flow, side === Side.source ? Side.destination : Side.source, packet.tcpAcknowledgment, conversation);
    }
    const { payloadStart } = packet;
    // What lies behind the payload's own length is padding.
    const payloadEnd = Math.min(packet.payloadEnd, payloadStart + packet.payloadLength);
    if (payloadEnd > payloadStart && (flags & TcpFlag.rst) === 0 && !isOuter) {
      if (isDone) this.#countRepeat(flow, side, packet);
      else {
        conversation ??= this.#converseLate(flow);
        this.#segment(flow, side, packet, payloadEnd, conversation);
      }
    }
    if (conversation !== undefined) this.#closeSides(flow, packet, conversation);
  }

  #segment(flow: number, side: Side, packet: Packet, payloadEnd: number, conversation: Conversation): void {
    const sequence = (packet.tcpFlags & TcpFlag.syn) !== 0 ? (packet.tcpSequence + 1) >>> 0 : packet.tcpSequence;
    const stream = conversation.stream(side);
    const conflicts = stream.conflicts;
    const arrival = stream.segment(sequence, packet.bytes, packet.payloadStart, payloadEnd);
    if (arrival === Arrival.inOrder) return;
    // The content may just have turned the flow round.
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow + this.table.sideOf(flow);
    if (arrival === Arrival.repeated) this.#countRepeat(flow, this.table.sideOf(flow), packet);
    else if (arrival === Arrival.late) words[at + Word.outOfOrder] = words[at + Word.outOfOrder]! + 1;
    if (stream.conflicts !== conflicts) words[flow * wordsPerFlow + Word.conflicts] = words[flow * wordsPerFlow + Word.conflicts]! + 1;
  }

  /** A keep-alive repeats the last byte by intention (RFC 9293, section 3.8.4). */
  #countRepeat(flow: number, side: Side, packet: Packet): void {
    if (!this.table.tracker.isBehind) return;
    const { words } = this.table.slab;
    const row = flow * wordsPerFlow + side;
    if (packet.payloadLength === 1 && (packet.tcpSequence + 1) >>> 0 === words[row + Word.lastSequence]!) return;
    words[row + Word.retransmissions] = words[row + Word.retransmissions]! + 1;
  }

  /** `side` has been told by its peer that everything before `sequence` arrived. */
  #acknowledge(flow: number, side: Side, sequence: number, conversation: Conversation | undefined): Conversation | undefined {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const flags = words[at + Word.flags]!;
    let until = sequence;
    if ((flags & (FlowFlag.fin << side)) !== 0) {
      const fin = words[at + Word.finSequence + side]!;
      if (((until - fin) | 0) > 0) until = fin;
    }
    let active = conversation;
    if (active === undefined) {
      // Nothing was captured of what is acknowledged: worth a conversation only if there surely was something.
      const first = (words[at + Word.start + side]! + 1) | 0;
      if (((until - first) | 0) <= 0 || !isClean(this.table.slab, flow)) return undefined;
      active = this.#converse(flow, true);
    }
    const stream = active.stream(side);
    if (((until - stream.next) | 0) <= 0 || (flags & (FlowFlag.started << side)) === 0) return active;
    this.#giveUpHoles(flow, stream, until);
    return active;
  }

  /** Counts the holes that end here, if both sides had opened in order: else the numbers prove nothing. */
  #giveUpHoles(flow: number, stream: StreamReassembler, until: number): void {
    const { holes, missed } = stream;
    stream.acknowledged(until);
    if (stream.holes === holes || !isClean(this.table.slab, flow)) return;
    const { words, numbers } = this.table.slab;
    const at = flow * wordsPerFlow + Word.gaps + stream.side;
    for (let i = holes; i < stream.holes; i++) {
      words[at] = words[at]! + 1;
      addLetterScaled(this.table.slab, flow, stream.side, words[at]!, Letter.gap);
    }
    const count = flow * countsPerFlow + Count.missedBytes;
    numbers[count] = numbers[count]! + (stream.missed - missed);
    this.counters.missedBytes += stream.missed - missed;
  }

  #closeSides(flow: number, packet: Packet, conversation: Conversation): void {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const flags = words[at + Word.flags]!;
    if ((packet.tcpFlags & TcpFlag.rst) !== 0) conversation.close(this.table.sideOf(flow), 'rst');
    else if ((flags & (FlowFlag.fin | (FlowFlag.fin << 1))) === 0) return;
    for (const side of [Side.source, Side.destination] as const) {
      if ((flags & (FlowFlag.fin << side)) === 0 || conversation.isSideClosed(side)) continue;
      if (conversation.stream(side).next === words[at + Word.finSequence + side]!) conversation.close(side, 'fin');
    }
    if (!conversation.isClosed || (packet.tcpFlags & TcpFlag.rst) !== 0) return;
    conversation.finish('fin');
    this.#retire(flow, conversation);
  }

  // Conversations.

  #isContentDone(flow: number): boolean {
    return (this.table.slab.words[flow * wordsPerFlow + Word.flags]! & FlowFlag.contentDone) !== 0;
  }

  #converse(flow: number, isStream: boolean): Conversation {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const ports = (words[at + Word.protocol]! & KeyFlag.withoutPorts) === 0 ? words[at + Word.ports]! : 0;
    const sourceIsHigh = (words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0;
    const low = ports >>> 16;
    const high = ports & 0xffff;
    const conversation = new Conversation(this, flow, isStream, sourceIsHigh ? high : low, sourceIsHigh ? low : high);
    this.#conversations[flow] = conversation;
    return conversation;
  }

  /** A TCP conversation that its first payload opens: what was acknowledged before will not come any more. */
  #converseLate(flow: number): Conversation {
    const conversation = this.#converse(flow, true);
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    for (const side of [Side.source, Side.destination] as const) {
      if ((words[at + Word.flags]! & (FlowFlag.started << side)) === 0) continue;
      this.#acknowledge(flow, side, words[at + Word.acknowledged + side]!, conversation);
    }
    return conversation;
  }

  /** The content was read to its end: what it found is all that stays. */
  #retire(flow: number, conversation: Conversation): void {
    this.#noteDone(flow);
    this.#conversations[flow] = undefined;
    const findings = conversation.takeFindings();
    if (!isEmpty(findings)) this.#findings[flow] = findings;
  }

  #noteDone(flow: number): void {
    const at = flow * wordsPerFlow + Word.flags;
    this.table.slab.words[at] = this.table.slab.words[at]! | FlowFlag.contentDone;
  }

  /** A flow ends: its content first, then its own record. */
  #ended(flow: number, reason: EndReason): void {
    const { words } = this.table.slab;
    const at = flow * wordsPerFlow;
    const conversation = this.#conversations[flow];
    if (conversation !== undefined) {
      this.now.set(words[at + Word.lastSeconds]!, words[at + Word.lastNanos]!);
      conversation.finish(reason);
      this.#retire(flow, conversation);
    }
    const findings = this.#findings[flow];
    if (this.#settings.records?.has('flow') === false) this.counters.addRecord('flow');
    else this.emit(this.#builder.flow(flow, reason, this.#withTunnels(flow, findings ?? nothingFound), this.#paths[flow]));
    this.#findings[flow] = undefined;
    this.#paths[flow] = undefined;
    this.#tunnels.forget(flow);
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
    return this.#builder.transaction(flow, conversation.texts, dataset, ordinal, start, end, this.#paths[flow]);
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

function isEmpty(findings: FlowFindings): boolean {
  return (
    findings.texts === undefined &&
    findings.protocol === undefined &&
    findings.abandoned.length === 0 &&
    findings.payload[0] === undefined &&
    findings.payload[1] === undefined
  );
}
