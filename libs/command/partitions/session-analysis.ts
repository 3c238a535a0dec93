import type { Session } from '@orbweaver/contracts/frames/batch-header.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FrameEntry } from '@orbweaver/contracts/frames/batch-reader.ts';
import { EntryKind } from '@orbweaver/contracts/frames/format.ts';
import { PacketFlag } from '@orbweaver/contracts/frames/packet-fields.ts';
import { FlowKey } from '@orbweaver/packet/flow/flow-key.ts';
import { Word, wordsPerFlow } from '@orbweaver/packet/flow/flow-slab.ts';
import { IpProtocol, Packet } from '@orbweaver/packet/layers/packet.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { Dissector } from '../dissection/dissector.ts';
import { isLinked } from '../dissection/linked.ts';
import type { DissectionOptions } from '../dissection/options.ts';
import type { TunnelPath } from '../dissection/tunnels.ts';
import type { BegunFlows } from './begun-flows.ts';
import { EndedFlows, Tombstones, linkedKey, type Tombstone } from './ended-flows.ts';
import { OpenFlows } from './open-flows.ts';
import { offsetOf, positionOf } from './position.ts';
import type { Sightings } from './sightings.ts';
import { Witness } from './witness.ts';

/** Octets of ICMP's header, which lies in front of its payload. */
const icmpHeaderLength = 8;

/** Where the records of a partition go: see `RecordSink`. `of` is what they came of. */
export interface PartitionSink {
  emit(record: TrafficRecord, of: SessionAnalysis): void;
}

/** Makes what keeps the content of a session; `time` tells that of the entry at hand, in seconds since 1970. */
export type ContentOf = (session: Session, time: () => number) => ContentSink;

/** What becomes of a session's packets in one partition, and from where they would have to be read again. */
export class SessionAnalysis {
  readonly session: Session;
  readonly dissector: Dissector;
  /** Of a session with an observer: tells its flows apart from those that another one told of first. */
  readonly witness: Witness | undefined;
  /** Sequence number of the last batch. */
  sequence = -1;
  /** Log time of the last batch, milliseconds since 1970. */
  heardAt = 0;
  /** Entries that decode to nothing here, though they did for the whisperer. */
  undecoded = 0;
  /** Packets that were passed over since their conversation was told before. */
  passedOver = 0;
  readonly #sink: { isOpen: boolean };
  readonly #flows = new OpenFlows();
  readonly #ended: EndedFlows;
  readonly #begun: BegunFlows;
  readonly #tombstones: Tombstones;
  readonly #key = new FlowKey();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  /** Of the conversations that are read together. */
  readonly #linked = new Set<number>();
  #linkedFirst = -1;
  #linkedLast = -1;
  /** Of the last entry, whether its packet was passed over or not: a replay has the same. */
  #seconds = 0;

  constructor(
    session: Session,
    sink: PartitionSink,
    options: DissectionOptions,
    { ended, begun }: { readonly ended: EndedFlows; readonly begun: BegunFlows },
    tombstones: readonly Tombstone[],
    sightings: Sightings,
    contentOf?: ContentOf,
  ) {
    this.session = session;
    const witness = session.observer && new Witness(session, session.observer, sightings);
    this.witness = witness;
    this.#ended = ended;
    this.#begun = begun;
    this.#tombstones = new Tombstones(tombstones);
    const gate = { isOpen: true, emit: (record: TrafficRecord) => (gate.isOpen ? sink.emit(record, this) : undefined) };
    this.#sink = gate;
    this.dissector = new Dissector(gate, {
      ...options,
      timeouts: session.timeouts,
      flowKeyVlan: session.flowKeyVlan,
      ...(session.filePath === undefined ? {} : { filePath: session.filePath }),
      ...(session.observer === undefined ? {} : { observer: session.observer }),
      ...(contentOf === undefined ? {} : { content: contentOf(session, () => this.#seconds) }),
      ended: (flow) => this.#noteEnd(flow),
      ...(witness && {
        opened: (flow: number) => witness.opened(this.dissector.table.slab.words, flow),
        twinOf: (flow: number) => witness.twinOf(flow),
      }),
    });
    begun.isLive = !session.isReplayable;
    begun.tell(this.dissector.table.starts.counts);
  }

  get openFlows(): number {
    return this.#flows.open;
  }

  /** How far the session is here: see `ToldNames` in the contracts. */
  get tick(): number {
    return this.session.startedSeconds + this.dissector.table.clock;
  }

  /** Position of the oldest packet that an open flow needs; `Infinity` if none is open. */
  get oldest(): number {
    const flow = this.#flows.oldest;
    const linked = this.#linked.size > 0 ? this.#linkedFirst : Infinity;
    return Math.min(linked, flow < 0 ? Infinity : this.#flows.firstOf(flow));
  }

  entry(entry: FrameEntry, offset: number, index: number): void {
    const { dissector } = this;
    const position = positionOf(offset, index);
    if (this.witness !== undefined) this.witness.position = position;
    dissector.advance(entry.clock);
    this.#seconds = entry.seconds;
    dissector.fractionDigits = entry.link.digits;
    if (entry.kind === EntryKind.frame) this.#frameEntry(entry, position);
    else this.#packetEntry(entry, position);
  }

  /** Nothing came up to this clock. */
  advance(clock: number): void {
    this.dissector.advance(clock);
    this.#flows.tidy();
  }

  /** Ends the flows whose first packet is farther back than this offset; returns how many. */
  cutBefore(offset: number): number {
    let cut = 0;
    for (let flow = this.#flows.oldest; flow >= 0 && offsetOf(this.#flows.firstOf(flow)) < offset; flow = this.#flows.oldest) {
      this.dissector.table.end(flow, 'active-timeout');
      cut++;
    }
    if (this.#linked.size > 0 && offsetOf(this.#linkedFirst) < offset)
      for (const flow of [...this.#linked]) {
        this.dissector.table.end(flow, 'active-timeout');
        cut++;
      }
    return cut;
  }

  /** The session has ended: so do its flows. */
  finish(): void {
    this.dissector.finish();
  }

  /** The session is void: another one tells the same packets again. Nothing more is said of it. */
  discard(): void {
    this.#sink.isOpen = false;
    this.dissector.finish();
  }

  /** What a reader that begins at `position` has to pass over, beside what has ended since. */
  olderTombstones(position: number): Tombstone[] {
    return this.#tombstones.from(position);
  }

  #frameEntry(entry: FrameEntry, position: number): void {
    const frame = this.#frame;
    frame.bytes = entry.bytes;
    frame.start = entry.start;
    frame.end = entry.end;
    frame.originalLength = entry.originalLength;
    frame.seconds = entry.seconds;
    frame.nanos = entry.nanos;
    frame.linkType = entry.link.type;
    frame.fractionDigits = entry.link.digits;
    const { decoder } = this.dissector;
    if (decoder.decode(frame) === 0) {
      this.undecoded++;
      return;
    }
    this.#take(decoder.packets[0]!, entry.originalLength, position, 0, 0, undefined, undefined);
  }

  #packetEntry(entry: FrameEntry, position: number): void {
    const fields = entry.packet;
    const packet = this.#packet;
    packet.bytes = entry.bytes;
    packet.frameBytes = fields.macBytes;
    packet.originalLength = entry.originalLength;
    packet.seconds = entry.seconds;
    packet.nanos = entry.nanos;
    packet.sourceMac = fields.sourceMac;
    packet.destinationMac = fields.destinationMac;
    packet.vlanCount = fields.vlanCount;
    packet.vlans.set(fields.vlans);
    packet.network = fields.network;
    packet.protocol = fields.protocol;
    packet.source.set(fields.source);
    packet.destination.set(fields.destination);
    packet.hasPorts = (fields.flags & PacketFlag.hasPorts) !== 0;
    packet.isFragment = (fields.flags & PacketFlag.isFragment) !== 0;
    // What is read right behind IP has its header in front of the payload: no offset may lead in front of this entry.
    const start = Math.min(fields.payloadStart, entry.end - entry.start);
    const isIcmp = fields.protocol === IpProtocol.icmp || fields.protocol === IpProtocol.icmpv6;
    packet.hasTransport = (fields.flags & PacketFlag.hasTransport) !== 0 && (start >= icmpHeaderLength || !isIcmp);
    packet.sourcePort = fields.sourcePort;
    packet.destinationPort = fields.destinationPort;
    packet.icmpType = fields.icmpType;
    packet.icmpCode = fields.icmpCode;
    packet.ipBytes = fields.ipBytes;
    packet.payloadLength = fields.payloadLength;
    packet.payloadStart = entry.start + start;
    packet.payloadEnd = entry.start + fields.payloadEnd;
    packet.tcpFlags = fields.tcpFlags;
    packet.tcpSequence = fields.tcpSequence;
    packet.tcpAcknowledgment = fields.tcpAcknowledgment;
    packet.tcpWindow = fields.tcpWindow;
    const path: TunnelPath | undefined =
      (fields.flags & PacketFlag.hasPath) === 0 ? undefined : { names: fields.path, parentId: fields.parentId };
    const carries = (fields.flags & PacketFlag.isOuter) === 0 ? undefined : fields.carries;
    this.#take(packet, entry.originalLength, position, fields.tunnelKinds, fields.tunnelIdentity, path, carries);
  }

  #take(
    packet: Packet,
    wireLength: number,
    position: number,
    kinds: number,
    identity: number,
    path: TunnelPath | undefined,
    carries: string | undefined,
  ): void {
    const isOfLinked = isLinked(packet);
    if (this.#tombstones.mayCover(position) && this.#isTold(packet, kinds, identity, isOfLinked, position)) {
      this.passedOver++;
      return;
    }
    const { dissector } = this;
    const { starts } = dissector.table;
    const begunBefore = starts.opened;
    const flow = dissector.packet(packet, wireLength, kinds, identity, path, carries);
    if (starts.opened !== begunBefore) this.#begun.add(position, starts.last);
    const isNew = this.#flows.note(flow, dissector.table.slab.words[flow * wordsPerFlow + Word.generation]!, position);
    if (!isOfLinked) return;
    if (isNew && this.#linked.size === 0) this.#linkedFirst = position;
    this.#linked.add(flow);
    this.#linkedLast = position;
  }

  #isTold(packet: Packet, kinds: number, identity: number, isOfLinked: boolean, position: number): boolean {
    if (isOfLinked) return this.#tombstones.covers(linkedKey, position);
    const vlan = this.session.flowKeyVlan && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
    this.#key.fill(packet, kinds, identity, vlan);
    return this.#tombstones.covers(this.#key.words, position);
  }

  #noteEnd(flow: number): void {
    this.witness?.ended(this.dissector.table.slab.words, flow);
    const span = this.#flows.end(flow);
    if (span === undefined) return;
    if (!this.#linked.delete(flow)) this.#ended.add(this.dissector.table.slab.words, flow * wordsPerFlow, span.first, span.last);
    else if (this.#linked.size === 0) this.#ended.add(linkedKey, 0, this.#linkedFirst, this.#linkedLast);
  }
}
