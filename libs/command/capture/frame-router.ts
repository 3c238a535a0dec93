import type { Link, Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { PacketFields } from '@orbweaver/contracts/frames/packet-fields.ts';
import { FragmentTable, type FragmentOutcome } from '@orbweaver/packet/fragments/fragment-table.ts';
import { FlowKey } from '@orbweaver/packet/flow/flow-key.ts';
import { flowId } from '@orbweaver/packet/flow/flow-identity.ts';
import { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, Network, tunnelLimit, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { observerIdentity } from '../dissection/record-builder.ts';
import { Tunnels, type TunnelPath } from '../dissection/tunnels.ts';
import { isLinked, linkedHash } from './linked.ts';
import { fillFields } from './packet-fields-of.ts';
import type { PartitionBatches } from './partition-batches.ts';

export interface RouterOptions {
  /** Refuses packets with wrong checksums. */
  readonly verifyChecksums?: boolean;
}

/**
 * Gives each packet to the partition of its conversation: decodes it, puts fragments together, looks into tunnels. A frame that is one packet of one conversation travels
 * as it is. One with a tunnel, or that belongs to a fragmented datagram, travels as the packets that it is, each decoded and with what the dissection cannot know where
 * it arrives: the flow around it, the ports of its first fragment. So every packet is counted once, in one place, and a partition can be read by itself.
 */
export class FrameRouter {
  readonly decoder: Decoder;
  /** Packets that were given out. */
  packets = 0;
  readonly #session: Session;
  readonly #partitions: number;
  readonly #batches: PartitionBatches;
  readonly #fragments = new WatchedFragments();
  readonly #key = new FlowKey();
  /** Flows that may have others inside, followed as the dissection will, so that their ids are known. */
  readonly #carriers: FlowTable;
  readonly #paths: (TunnelPath | undefined)[] = [];
  readonly #tunnels = new Tunnels();
  readonly #observer: Uint8Array;
  readonly #links = new Map<number, Link>();
  readonly #fields = new PacketFields();
  readonly #carried = { bytes: new Uint8Array(0), start: 0, end: 0 };
  readonly #levels = Array.from({ length: tunnelLimit + 1 }, () => ({ flow: -1, kinds: 0, identity: 0 }));
  readonly #idOf = (flow: number): string => flowId(this.#carriers.slab, flow, this.#observer);
  #seconds = 0;
  #nanos = 0;
  #link: Link = { type: 0, digits: 6 };

  constructor(session: Session, partitions: number, batches: PartitionBatches, options: RouterOptions = {}) {
    this.#session = session;
    this.#partitions = partitions;
    this.#batches = batches;
    this.#observer = observerIdentity(session.observer);
    this.decoder = new Decoder({ verifyChecksums: options.verifyChecksums ?? false, fragments: this.#fragments });
    this.#carriers = new FlowTable(
      (flow) => {
        this.#tunnels.forget(flow);
        this.#paths[flow] = undefined;
      },
      { timeouts: session.timeouts },
    );
  }

  /** Seconds that the session's clock has moved on; see `FrameEntry.clock`. */
  get clock(): number {
    return this.#carriers.clock;
  }

  /** Time of the last packet. */
  get time(): { seconds: number; nanos: number } {
    return { seconds: this.#seconds, nanos: this.#nanos };
  }

  frame(frame: Frame): void {
    const { decoder } = this;
    this.#fragments.isTouched = false;
    this.#link = this.#linkOf(frame);
    const count = decoder.decode(frame);
    if (count > 0) {
      this.#carriers.advance(frame.seconds);
      this.#seconds = frame.seconds;
      this.#nanos = frame.nanos;
      if (count === 1 && !this.#fragments.isTouched) this.#routeFrame(frame);
      else this.#routePackets(frame, count);
    }
    for (let late = decoder.nextReleased(); late !== undefined; late = decoder.nextReleased()) this.#routeReleased(late);
  }

  /** A mark of time: nothing was captured up to now. `seconds` since 1970. */
  advance(seconds: number): void {
    this.#carriers.advance(seconds);
  }

  /** The capture is at its end: fragments that still wait are given out. */
  finish(): void {
    this.decoder.flush();
    for (let late = this.decoder.nextReleased(); late !== undefined; late = this.decoder.nextReleased()) this.#routeReleased(late);
  }

  #routeFrame(frame: Frame): void {
    const packet = this.decoder.packets[0]!;
    this.#follow(packet, 0, 0, undefined);
    this.packets++;
    const partition = this.#partitionOf(packet, 0, 0);
    this.#batches.addFrame(partition, this.#link, this.clock, frame, frame.originalLength, frame.bytes, frame.start, frame.end);
  }

  #routePackets(frame: Frame, count: number): void {
    const { packets } = this.decoder;
    for (let i = 0; i < count; i++) {
      const packet = packets[i]!;
      const level = this.#levels[i]!;
      level.kinds = level.identity = 0;
      let path: TunnelPath | undefined;
      if (i > 0) {
        const around = this.#levels[packet.parent]!;
        level.identity = this.#tunnels.identityWith(around.kinds, around.identity, packet);
        level.kinds = this.#tunnels.kindsWith(around.kinds, packet);
        if (around.flow >= 0) {
          this.#tunnels.note(around.flow, packet.tunnel!, this.#paths[around.flow], this.#idOf);
          path = this.#tunnels.pathIn(around.flow, packet.tunnel!);
        }
      }
      level.flow = this.#follow(packet, level.kinds, level.identity, path);
      const carries = i + 1 < count && packets[i + 1]!.parent === i ? packets[i + 1]!.tunnel : undefined;
      fillFields(this.#fields, this.#carried, packet, frame, level.kinds, level.identity, path, carries);
      this.#addPacket(packet, packets[0]!.originalLength, level.kinds, level.identity);
    }
  }

  /** A fragment that was held back, as the dissection of a file takes it: without the flow around it. */
  #routeReleased(packet: Packet): void {
    const kinds = packet.tunnel === undefined ? 0 : this.#tunnels.kindsWith(0, packet);
    const identity = kinds === 0 ? 0 : this.#tunnels.identityWith(0, 0, packet);
    this.#follow(packet, kinds, identity, undefined);
    fillFields(this.#fields, this.#carried, packet, noFrame, kinds, identity, undefined, undefined);
    this.#carried.start = this.#carried.end = 0;
    this.#addPacket(packet, packet.originalLength, kinds, identity);
  }

  #addPacket(packet: Packet, wireLength: number, kinds: number, identity: number): void {
    this.packets++;
    const { bytes, start, end } = this.#carried;
    const partition = this.#partitionOf(packet, kinds, identity);
    this.#batches.addPacket(partition, this.#link, this.clock, packet, wireLength, this.#fields, bytes, start, end);
  }

  #partitionOf(packet: Packet, kinds: number, identity: number): number {
    if (isLinked(packet)) return linkedHash % this.#partitions;
    const vlan = this.#session.flowKeyVlan && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
    this.#key.fill(packet, kinds, identity, vlan);
    return this.#key.hash % this.#partitions;
  }

  /** Follows a flow that may carry others; -1 for one that cannot. */
  #follow(packet: Packet, kinds: number, identity: number, path: TunnelPath | undefined): number {
    if (!mayCarry(packet)) return -1;
    const carriers = this.#carriers;
    const vlan = this.#session.flowKeyVlan && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
    let flow = carriers.find(packet, kinds, identity, vlan);
    if (flow < 0) {
      flow = carriers.open(packet);
      this.#paths[flow] = path;
    }
    carriers.count(flow, carriers.sideOf(flow), packet, 0);
    return flow;
  }

  #linkOf({ linkType, fractionDigits }: Frame): Link {
    const key = linkType * 16 + fractionDigits;
    let link = this.#links.get(key);
    if (link === undefined) this.#links.set(key, (link = { type: linkType, digits: fractionDigits }));
    return link;
  }
}

/** Tunnels lie in UDP or right behind IP. */
function mayCarry({ protocol, network }: Packet): boolean {
  switch (protocol) {
    case IpProtocol.tcp:
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
    case IpProtocol.sctp:
    case IpProtocol.udpLite:
      return false;
    default:
      return network !== Network.arp;
  }
}

/** Tells whether a frame had to do with fragments: then it does not travel as it is. */
class WatchedFragments extends FragmentTable {
  isTouched = false;

  override add(...fragment: Parameters<FragmentTable['add']>): FragmentOutcome {
    this.isTouched = true;
    return super.add(...fragment);
  }
}

const noFrame = { bytes: new Uint8Array(0), start: 0, end: 0 };
