import type { Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { PacketRouter, type PacketRouterOptions } from '../capture/packet-router.ts';
import { conversationKeyOf } from '../dissection/conversation-key.ts';
import type { Dissector } from '../dissection/dissector.ts';
import type { FrameTaker } from '../dissection/frame-grouping.ts';
import type { TunnelPath } from '../dissection/tunnels.ts';

/**
 * Brings the frames of one partition to its dissector. Frames of TCP and UDP are told by their first headers whose they are, and decoded by nobody else. All others, those that may carry tunnels among
 * them, are decoded in every partition, with what they do to timers, tunnels and fragments, and each packet is taken by one.
 */
export class PartitionFrames implements FrameTaker {
  nextNumber = 0;
  /** Flows end by themselves at the moment. */
  isTimer = false;
  readonly router: PacketRouter;
  readonly #partition: number;
  readonly #partitions: number;
  readonly #dissector: Dissector;

  constructor(partition: number, dissector: Dissector, options: PacketRouterOptions) {
    this.#partition = partition;
    this.#partitions = options.partitions;
    this.#dissector = dissector;
    const sink = {
      advance: (clock: number) => this.#advance(clock),
      frame: (of: number, frame: Frame, packet: Packet) => this.#packet(of, packet, frame.originalLength, 0, 0),
      packet: (
        of: number,
        packet: Packet,
        wireLength: number,
        _frame: Frame | undefined,
        kinds: number,
        identity: number,
        path: TunnelPath | undefined,
        carries: string | undefined,
      ) => this.#packet(of, packet, wireLength, kinds, identity, path, carries),
    };
    this.router = new PacketRouter(sink, options);
  }

  expect(key: number): void {
    this.#dissector.expect(key);
  }

  /** Whether the frames of this conversation are taken by another partition. */
  isOthers(key: number): boolean {
    return key % this.#partitions !== this.#partition;
  }

  take(frame: Frame, key: number): number {
    const dissector = this.#dissector;
    dissector.fractionDigits = frame.fractionDigits;
    if (key >= 0) {
      // The timers stand where they are: such a frame is never the first one of its second.
      dissector.table.nextOpening = this.nextNumber;
      const count = dissector.segment(frame);
      if (count > 0) dissector.noteConversation(key);
      this.nextNumber += count;
      return count;
    }
    return this.router.frame(frame);
  }

  #advance(clock: number): void {
    this.isTimer = true;
    this.#dissector.advance(clock);
    this.isTimer = false;
  }

  /** `routed`: the partition by the packet's flow. Packets that may also come in frames which are told by their first headers go by those. */
  #packet(routed: number, packet: Packet, wireLength: number, kinds: number, identity: number, path?: TunnelPath, carries?: string): void {
    const number = this.nextNumber++;
    const key = conversationKeyOf(packet);
    const isOthers = key >= 0 ? this.isOthers(key) : routed !== this.#partition;
    if (isOthers) return;
    this.#dissector.table.nextOpening = number;
    this.#dissector.packet(packet, wireLength, kinds, identity, path, carries);
  }
}
