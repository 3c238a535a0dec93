import { twinField } from '@orbweaver/contracts/records/base-fields.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { flat } from '@orbweaver/kernel/bytes/text.ts';
import { formatInstant, type Instant } from '@orbweaver/kernel/instant.ts';
import { addressText } from '@orbweaver/packet/flow/address-text.ts';
import { communityId, flowId } from '@orbweaver/packet/flow/flow-identity.ts';
import { KeyFlag } from '@orbweaver/packet/flow/flow-key.ts';
import { Count, FlowFlag, Word, countsPerFlow, wordsPerFlow, digitsShift } from '@orbweaver/packet/flow/flow-slab.ts';
import { flowState } from '@orbweaver/packet/flow/flow-state.ts';
import type { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import type { EndReason } from '@orbweaver/packet/flow/flow-timers.ts';
import { historyText } from '@orbweaver/packet/flow/history.ts';
import { streamBytes } from '@orbweaver/packet/flow/tcp-tracker.ts';
import { transportName } from '@orbweaver/packet/flow/transport-name.ts';
import { IpProtocol, Network } from '@orbweaver/packet/layers/packet.ts';
import type { FlowFindings } from './findings.ts';
import type { DissectionOptions, Observer } from './options.ts';
import type { TunnelPath } from './tunnels.ts';

/** What the texts of a flow's ends are; made once for a flow that has several records. */
export interface FlowTexts {
  readonly id: string;
  readonly communityId: string | undefined;
  readonly source: string;
  readonly destination: string;
}

/** What was told of a flow in earlier records. */
export interface ToldPieces {
  /** The id of the first one. */
  readonly root: string;
  /** TCP: by side, how far the stream was told. */
  readonly streamBytes: [number, number];
}

/** Tells observers apart. */
export function observerText({ name, hostname, interface: on }: Observer): string {
  return JSON.stringify([name, hostname, on]);
}

/** What an observer adds to the ids of the flows that it saw; nothing for files. */
export function observerIdentity(observer: Observer | undefined): Uint8Array {
  return observer === undefined ? new Uint8Array(0) : Buffer.from(observerText(observer));
}

/** Turns rows of the flow table into records. */
export class RecordBuilder {
  readonly #table: FlowTable;
  readonly #observerBytes: Uint8Array;
  readonly #filePath: string | undefined;
  readonly #observer: DissectionOptions['observer'];
  readonly #twinOf: DissectionOptions['twinOf'];

  constructor(table: FlowTable, options: DissectionOptions) {
    this.#table = table;
    this.#filePath = options.filePath;
    this.#observer = options.observer;
    this.#twinOf = options.twinOf;
    this.#observerBytes = observerIdentity(options.observer);
  }

  textsOf(flow: number): FlowTexts {
    const { slab } = this.#table;
    const at = flow * wordsPerFlow;
    const network = (slab.words[at + Word.protocol]! >>> 8) & 0xff;
    const sourceIsHigh = (slab.words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0;
    return {
      id: flat(flowId(this.#table, flow, this.#observerBytes)),
      communityId: communityId(slab, flow),
      source: addressText(network, slab.words, at + (sourceIsHigh ? Word.highAddress : Word.lowAddress)),
      destination: addressText(network, slab.words, at + (sourceIsHigh ? Word.lowAddress : Word.highAddress)),
    };
  }

  /** A record with every field of its flow. */
  begin(
    flow: number,
    texts: FlowTexts,
    dataset: string,
    id: string,
    startSeconds: number,
    startNanos: number,
    endSeconds: number,
    endNanos: number,
    tunnel: TunnelPath | undefined,
  ): TrafficRecord {
    const { slab } = this.#table;
    const { words } = slab;
    const at = flow * wordsPerFlow;
    const kind = words[at + Word.protocol]!;
    const network = (kind >>> 8) & 0xff;
    const digits = words[at + Word.flags]! >>> digitsShift;
    const start = formatInstant(startSeconds, startNanos, digits);
    const duration = (endSeconds - startSeconds) * 1e9 + (endNanos - startNanos);
    const record: TrafficRecord = {
      '@timestamp': start,
      'event.id': id,
      'event.dataset': dataset,
      'event.start': start,
      'event.end': duration === 0 ? start : formatInstant(endSeconds, endNanos, digits),
      'event.duration': duration,
      'flow.id': texts.id,
      'source.ip': texts.source,
      'destination.ip': texts.destination,
      'network.type': network === Network.ipv4 ? 'ipv4' : network === Network.ipv6 ? 'ipv6' : 'arp',
    };
    if (network !== Network.arp) record['network.transport'] = transportName(kind & 0xff);
    if ((kind & KeyFlag.withoutPorts) === 0 && isPorted(kind & 0xff)) {
      const ports = words[at + Word.ports]!;
      const sourceIsHigh = (words[at + Word.flags]! & FlowFlag.sourceIsHigh) !== 0;
      record['source.port'] = sourceIsHigh ? ports & 0xffff : ports >>> 16;
      record['destination.port'] = sourceIsHigh ? ports >>> 16 : ports & 0xffff;
    }
    if (texts.communityId !== undefined) record['network.community_id'] = texts.communityId;
    this.#addLink(record, flow);
    if (tunnel !== undefined) {
      record['flow.tunnel'] = tunnel.names;
      record['flow.parent_id'] = tunnel.parentId;
    }
    const missed = slab.numbers[flow * countsPerFlow + Count.missedBytes]!;
    if (missed > 0) record['flow.missed_bytes'] = missed;
    if (this.#filePath !== undefined) record['log.file.path'] = this.#filePath;
    if (this.#observer !== undefined) {
      record['observer.name'] = this.#observer.name;
      record['observer.hostname'] = this.#observer.hostname;
      record['observer.ingress.interface.name'] = this.#observer.interface;
      const twinOf = this.#twinOf?.(flow);
      if (twinOf !== undefined) record[twinField] = twinOf;
    }
    return record;
  }

  transaction(
    flow: number,
    texts: FlowTexts,
    dataset: string,
    ordinal: number,
    start: Instant,
    end: Instant,
    tunnel: TunnelPath | undefined,
  ): TrafficRecord {
    // Packets that came out of order, or a clock that was put back: the record spans both times.
    const isBack = end.isBefore(start);
    const from = isBack ? end : start;
    const to = isBack ? start : end;
    const id = [texts.id, dataset, ordinal].join('-');
    return this.begin(flow, texts, dataset, id, from.seconds, from.nanos, to.seconds, to.nanos, tunnel);
  }

  /** The flow's own record; `told` if that is of a further piece. */
  flow(flow: number, reason: EndReason, findings: FlowFindings, tunnel: TunnelPath | undefined, told?: ToldPieces): TrafficRecord {
    const { slab } = this.#table;
    const { words, numbers } = slab;
    const at = flow * wordsPerFlow;
    const n = flow * countsPerFlow;
    const texts = findings.texts ?? this.textsOf(flow);
    const record = this.begin(
      flow,
      texts,
      'flow',
      texts.id,
      words[at + Word.firstSeconds]!,
      words[at + Word.firstNanos]!,
      words[at + Word.lastSeconds]!,
      words[at + Word.lastNanos]!,
      tunnel,
    );
    if (findings.protocol !== undefined) record['network.protocol'] = findings.protocol;
    if (findings.protocols.length > 0) record['network.protocols'] = findings.protocols;
    record['source.packets'] = words[at + Word.packets]!;
    record['destination.packets'] = words[at + Word.packets + 1]!;
    record['network.packets'] = words[at + Word.packets]! + words[at + Word.packets + 1]!;
    record['source.bytes'] = numbers[n + Count.wireBytes]!;
    record['destination.bytes'] = numbers[n + Count.wireBytes + 1]!;
    record['network.bytes'] = numbers[n + Count.wireBytes]! + numbers[n + Count.wireBytes + 1]!;
    record['flow.source.ip_bytes'] = numbers[n + Count.ipBytes]!;
    record['flow.destination.ip_bytes'] = numbers[n + Count.ipBytes + 1]!;
    record['flow.source.payload_bytes'] = numbers[n + Count.payloadBytes]!;
    record['flow.destination.payload_bytes'] = numbers[n + Count.payloadBytes + 1]!;
    const state = flowState(slab, flow);
    if (state !== undefined) record['flow.state'] = state;
    const history = historyText(slab, flow);
    if (history !== '') record['flow.history'] = history;
    record['flow.end_reason'] = reason;
    if (told !== undefined) record['flow.root_id'] = told.root;
    const protocol = words[at + Word.protocol]! & 0xff;
    if (protocol === IpProtocol.tcp) this.#addTcp(record, flow, told?.streamBytes ?? nothingTold);
    else if (protocol === IpProtocol.icmp || protocol === IpProtocol.icmpv6) {
      record['flow.icmp.type'] = words[at + Word.first]! >>> 8;
      record['flow.icmp.code'] = words[at + Word.first]! & 0xff;
    }
    if (findings.abandoned.length > 0) record['flow.abandoned'] = findings.abandoned;
    const [source, destination] = findings.payload;
    if (source !== undefined) {
      record['source.payload.content_id'] = source.id;
      record['source.payload.kept_bytes'] = source.bytes;
    }
    if (destination !== undefined) {
      record['destination.payload.content_id'] = destination.id;
      record['destination.payload.kept_bytes'] = destination.bytes;
    }
    return record;
  }

  #addTcp(record: TrafficRecord, flow: number, told: readonly [number, number]): void {
    const { slab } = this.#table;
    const { words, numbers } = slab;
    const at = flow * wordsPerFlow;
    record['flow.source.stream_bytes'] = Math.max(0, streamBytes(slab, flow, 0) - told[0]);
    record['flow.destination.stream_bytes'] = Math.max(0, streamBytes(slab, flow, 1) - told[1]);
    record['flow.missed_bytes'] = numbers[flow * countsPerFlow + Count.missedBytes]!;
    const handshake = numbers[flow * countsPerFlow + Count.handshake]!;
    if (handshake >= 0) record['flow.tcp.handshake_rtt'] = handshake;
    const source = words[at + Word.retransmissions]!;
    const destination = words[at + Word.retransmissions + 1]!;
    record['flow.tcp.retransmissions'] = source + destination;
    if (source > 0) record['flow.source.retransmissions'] = source;
    if (destination > 0) record['flow.destination.retransmissions'] = destination;
    record['flow.tcp.out_of_order'] = words[at + Word.outOfOrder]! + words[at + Word.outOfOrder + 1]!;
    record['flow.tcp.zero_windows'] = words[at + Word.zeroWindows]! + words[at + Word.zeroWindows + 1]!;
    const conflicts = words[at + Word.conflicts]!;
    if (conflicts > 0) record['flow.tcp.conflicting_overlaps'] = conflicts;
  }

  #addLink(record: TrafficRecord, flow: number): void {
    const { links } = this.#table;
    const source = links.macsOf(flow, 0);
    if (source.length > 0) record['source.mac'] = source;
    const destination = links.macsOf(flow, 1);
    if (destination.length > 0) record['destination.mac'] = destination;
    const vlans = links.vlansOf(flow);
    if (vlans.length > 0) record['network.vlan.id'] = vlans;
  }
}

const nothingTold = [0, 0] as const;

function isPorted(protocol: number): boolean {
  return protocol === IpProtocol.tcp || protocol === IpProtocol.udp || protocol === IpProtocol.sctp || protocol === IpProtocol.udpLite;
}
