import type { Link, Session } from '@orbweaver/contracts/frames/batch-header.ts';
import { PacketFields } from '@orbweaver/contracts/frames/packet-fields.ts';
import type { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import type { Packet } from '@orbweaver/packet/layers/packet.ts';
import type { Frame } from '@orbweaver/packet/pcap/frame.ts';
import type { TunnelPath } from '../dissection/tunnels.ts';
import { PacketRouter, type PartitionSink } from './packet-router.ts';
import { fillFields } from './packet-fields-of.ts';
import type { PartitionBatches } from './partition-batches.ts';

export interface RouterOptions {
  /** Refuses packets with wrong checksums. */
  readonly verifyChecksums?: boolean;
}

/**
 * Sends each packet to the partition of its conversation. A frame that is one packet of one conversation travels as it is. One with a tunnel, or that belongs to a
 * fragmented datagram, travels as the packets that it is, each decoded. So every packet is counted once, in one place.
 */
export class FrameRouter {
  readonly #router: PacketRouter;
  readonly #entries: Entries;

  constructor(session: Session, partitions: number, batches: PartitionBatches, options: RouterOptions = {}) {
    const { observer, timeouts, flowKeyVlan } = session;
    this.#entries = new Entries(batches);
    this.#router = new PacketRouter(this.#entries, { ...options, partitions, observer, timeouts, flowKeyVlan });
  }

  get decoder(): Decoder {
    return this.#router.decoder;
  }

  /** Packets that were given out. */
  get packets(): number {
    return this.#entries.packets;
  }

  /** Seconds that the session's clock has moved on; see `FrameEntry.clock`. */
  get clock(): number {
    return this.#router.clock;
  }

  /** Time of the last packet. */
  get time(): { seconds: number; nanos: number } {
    return { seconds: this.#entries.seconds, nanos: this.#entries.nanos };
  }

  frame(frame: Frame): void {
    this.#entries.begin(frame);
    this.#router.frame(frame);
  }

  /** A mark of time: nothing was captured up to now. `seconds` since 1970. */
  advance(seconds: number): void {
    this.#router.advance(seconds);
    this.#entries.clock = this.#router.clock;
  }

  /** The capture is at its end: fragments that still wait are given out. */
  finish(): void {
    this.#router.finish();
  }
}

/** Packets to entries of batches. */
class Entries implements PartitionSink {
  packets = 0;
  clock = 0;
  seconds = 0;
  nanos = 0;
  readonly #batches: PartitionBatches;
  readonly #links = new Map<number, Link>();
  readonly #fields = new PacketFields();
  readonly #carried = { bytes: new Uint8Array(0), start: 0, end: 0 };
  #link: Link = { type: 0, digits: 6 };

  constructor(batches: PartitionBatches) {
    this.#batches = batches;
  }

  begin({ linkType, fractionDigits }: Frame): void {
    const key = linkType * 16 + fractionDigits;
    let link = this.#links.get(key);
    if (link === undefined) this.#links.set(key, (link = { type: linkType, digits: fractionDigits }));
    this.#link = link;
  }

  advance(clock: number, seconds: number, nanos: number): void {
    this.clock = clock;
    this.seconds = seconds;
    this.nanos = nanos;
  }

  frame(partition: number, frame: Frame): void {
    this.packets++;
    this.#batches.addFrame(partition, this.#link, this.clock, frame, frame.originalLength, frame.bytes, frame.start, frame.end);
  }

  packet(
    partition: number,
    packet: Packet,
    wireLength: number,
    frame: Frame | undefined,
    kinds: number,
    identity: number,
    path: TunnelPath | undefined,
    carries: string | undefined,
  ): void {
    this.packets++;
    const carried = this.#carried;
    fillFields(this.#fields, carried, packet, frame ?? noFrame, kinds, identity, path, carries);
    // A fragment is counted; its payload is its datagram's.
    if (frame === undefined) carried.start = carried.end = 0;
    this.#batches.addPacket(partition, this.#link, this.clock, packet, wireLength, this.#fields, carried.bytes, carried.start, carried.end);
  }
}

const noFrame = { bytes: new Uint8Array(0), start: 0, end: 0 };
