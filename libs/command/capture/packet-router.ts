import { FragmentTable, type FragmentOutcome } from '@orbweaver/packet/fragments/fragment-table.ts';
import { FlowKey } from '@orbweaver/packet/flow/flow-key.ts';
import { flowId } from '@orbweaver/packet/flow/flow-identity.ts';
import { FlowTable } from '@orbweaver/packet/flow/flow-table.ts';
import type { FlowTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, Network, tunnelLimit, type Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { isLinked, linkedHash } from '../dissection/linked.ts';
import type { Observer } from '../dissection/options.ts';
import { observerIdentity } from '../dissection/record-builder.ts';
import { Tunnels, type TunnelPath } from '../dissection/tunnels.ts';

export interface PacketRouterOptions {
  readonly partitions: number;
  /** Live capture; part of a flow's identity. */
  readonly observer?: Observer | undefined;
  readonly timeouts?: FlowTimeouts;
  /** The outermost VLAN id tells conversations apart. */
  readonly flowKeyVlan?: boolean;
  /** Refuses packets with wrong checksums. */
  readonly verifyChecksums?: boolean;
  /** Flows that may carry others which are followed at a time. */
  readonly flowLimit?: number;
}

/** Where packets go, each to the partition of its conversation. What is handed over is valid until the call returns. */
export interface PartitionSink {
  /** Said before the packets of each frame: its time, and where the router's `clock` stands. */
  advance(clock: number, seconds: number, nanos: number): void;
  /** A frame that is one packet of one conversation. */
  frame(partition: number, frame: Frame, packet: Packet): void;
  /**
   * A packet of a frame with a tunnel, or that belongs to a fragmented datagram. `kinds` and `identity` tell the tunnels around it as `Tunnels` does, `path` what its
   * flow says of them if this packet opens it, `carries` the name of the tunnel that it is. `frame` is undefined for a fragment that was held back until now.
   */
  packet(
    partition: number,
    packet: Packet,
    wireLength: number,
    frame: Frame | undefined,
    kinds: number,
    identity: number,
    path: TunnelPath | undefined,
    carries: string | undefined,
  ): void;
}

/**
 * Tells for each packet the partition of its innermost conversation: decodes it, puts fragments together, looks into tunnels. Each packet is told once, with what cannot be
 * known where it arrives: the flow around it, the ports of its first fragment. So a partition can be read by itself.
 */
export class PacketRouter {
  readonly decoder: Decoder;
  readonly #sink: PartitionSink;
  readonly #partitions: number;
  readonly #flowKeyVlan: boolean;
  readonly #fragments = new WatchedFragments();
  readonly #key = new FlowKey();
  /** Flows that may have others inside, followed as the dissection will, so that their ids are known. */
  readonly #carriers: FlowTable;
  readonly #tunnels = new Tunnels();
  readonly #observer: Uint8Array;
  readonly #levels = Array.from({ length: tunnelLimit + 1 }, () => ({ flow: -1, kinds: 0, identity: 0 }));
  readonly #idOf = (flow: number): string => flowId(this.#carriers, flow, this.#observer);

  constructor(sink: PartitionSink, options: PacketRouterOptions) {
    this.#sink = sink;
    this.#partitions = options.partitions;
    this.#flowKeyVlan = options.flowKeyVlan ?? false;
    this.#observer = observerIdentity(options.observer);
    this.decoder = new Decoder({ verifyChecksums: options.verifyChecksums ?? false, fragments: this.#fragments });
    this.#carriers = new FlowTable((flow) => this.#tunnels.forget(flow), {
      ...(options.flowLimit === undefined ? {} : { limit: options.flowLimit }),
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    });
  }

  /** Whole seconds that the packets' clock has moved on since the first one; never goes back. */
  get clock(): number {
    return this.#carriers.clock;
  }

  /** Returns the packets that the frame is, apart from fragments that it sets free. */
  frame(frame: Frame): number {
    const { decoder } = this;
    this.#fragments.isTouched = false;
    const count = decoder.decode(frame);
    if (count > 0) {
      this.#carriers.advance(frame.seconds);
      this.#sink.advance(this.#carriers.clock, frame.seconds, frame.nanos);
      if (count === 1 && !this.#fragments.isTouched) this.#routeFrame(frame);
      else this.#routePackets(frame, count);
    }
    for (let late = decoder.nextReleased(); late !== undefined; late = decoder.nextReleased()) this.#routeReleased(late);
    return count;
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
    this.#sink.frame(this.#partitionOf(packet), frame, packet);
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
          this.#tunnels.note(around.flow, packet.tunnel!, this.#idOf);
          path = this.#tunnels.pathIn(around.flow, packet.tunnel!);
        }
      }
      level.flow = this.#follow(packet, level.kinds, level.identity, path);
      const carries = i + 1 < count && packets[i + 1]!.parent === i ? packets[i + 1]!.tunnel : undefined;
      const partition = this.#partitionOf(packet);
      this.#sink.packet(partition, packet, packets[0]!.originalLength, frame, level.kinds, level.identity, path, carries);
    }
  }

  /** A fragment that was held back, as the dissection of a file takes it: without the flow around it. */
  #routeReleased(packet: Packet): void {
    const kinds = packet.tunnel === undefined ? 0 : this.#tunnels.kindsWith(0, packet);
    const identity = kinds === 0 ? 0 : this.#tunnels.identityWith(0, 0, packet);
    this.#follow(packet, kinds, identity, undefined);
    const partition = this.#partitionOf(packet);
    this.#sink.packet(partition, packet, packet.originalLength, undefined, kinds, identity, undefined, undefined);
  }

  /** By the conversation's own ends alone: who sees it outside of a tunnel has to meet who sees it inside. */
  #partitionOf(packet: Packet): number {
    if (isLinked(packet)) return linkedHash % this.#partitions;
    this.#key.fill(packet, 0, 0, 0);
    return this.#key.hash % this.#partitions;
  }

  /** Follows a flow that may carry others; -1 for one that cannot. */
  #follow(packet: Packet, kinds: number, identity: number, path: TunnelPath | undefined): number {
    if (!mayCarry(packet)) return -1;
    const carriers = this.#carriers;
    let flow = carriers.find(packet, kinds, identity, this.#vlanOf(packet));
    if (flow < 0) {
      flow = carriers.open(packet);
      if (path !== undefined) this.#tunnels.enter(flow, path);
    }
    carriers.count(flow, carriers.sideOf(flow), packet, 0);
    return flow;
  }

  #vlanOf(packet: Packet): number {
    return this.#flowKeyVlan && packet.vlanCount > 0 ? packet.vlans[0]! + 1 : 0;
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
