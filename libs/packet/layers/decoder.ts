import type { Frame } from '../pcap/frame.ts';
import { FragmentOutcome, FragmentTable } from '../fragments/fragment-table.ts';
import type { Datagram } from '../fragments/datagram.ts';
import { DecodeCounters } from './decode-counters.ts';
import { HeaderPrediction, type KnownHeader } from './header-prediction.ts';
import { Next, Space, refuse, refusalOf, spaceMask } from './next.ts';
import { Packet, tunnelLimit } from './packet.ts';
import { peekPorts } from './peek-ports.ts';
import { Refusal } from './refusal.ts';
import { layerOf, layers } from './registry.ts';
import { Walk } from './walk.ts';
import { aggregatedFrame } from './wlan.ts';

/** What a frame was, by its outermost packet. Every frame is exactly one of these. */
export const Verdict = {
  /** It belongs to a flow (IP or ARP): now, or once a held fragment is released. */
  flow: 0,
  notIp: 1,
  refused: 2,
} as const;

export type Verdict = (typeof Verdict)[keyof typeof Verdict];

export interface DecoderOptions {
  /** Refuses packets whose IP, TCP, UDP or ICMP checksum is wrong, where they were wholly captured. Off by default. */
  readonly verifyChecksums?: boolean;
  readonly fragments?: FragmentTable;
}

/** Headers of one frame; one with more is refused. Real traffic has less than ten. */
const layerLimit = 48;

/**
 * Frames to packets, in place and without allocation:
 *
 *     const count = decoder.decode(frame);
 *     for (let i = 0; i < count; i++) take(decoder.packets[i]);       // outermost first; `parent` says inside which
 *     for (let late; (late = decoder.nextReleased()) !== undefined; ) take(late);
 *
 * and at the end of the capture `flush()` and `nextReleased()` once more. `count` is 0 for what is not IP, refused, or held back by the fragment table;
 * `verdict` says which. When a packet inside a tunnel is not IP or refused, the outer ones are delivered and the inner one is counted.
 */
export class Decoder {
  verdict: Verdict = Verdict.notIp;
  /** If refused: an index into `refusals`. */
  refusal = -1;
  /** If not IP: the key that nothing is registered under; see `describeKey`. */
  notIpKey = 0;
  readonly counters = new DecodeCounters();
  readonly fragments: FragmentTable;
  readonly packets: readonly Packet[];
  /** Of the frame decoded last: the headers that were known before, or that have been learnt since; undefined if neither. */
  known: KnownHeader | undefined;
  readonly #walk: Walk;
  readonly #prediction: HeaderPrediction | undefined;
  /** What frames are decoded into whose headers are not known. */
  #outermost: Packet;
  readonly #released = new Packet();
  /** The datagrams that were completed in this frame, by depth. */
  readonly #completed: (Datagram | undefined)[] = new Array<Datagram | undefined>(tunnelLimit + 1).fill(undefined);
  #hasCompleted = false;

  constructor(options: DecoderOptions = {}) {
    this.fragments = options.fragments ?? new FragmentTable();
    this.#walk = new Walk(layerOf, options.verifyChecksums ?? false);
    this.packets = this.#walk.packets;
    this.#outermost = this.packets[0]!;
    // A checksum covers what moves, too.
    if (options.verifyChecksums !== true) this.#prediction = new HeaderPrediction();
  }

  /** Returns how many of `packets` it filled. */
  decode(frame: Frame): number {
    const walk = this.#walk;
    if (this.fragments.size !== 0) this.fragments.expire(frame.seconds);
    this.counters.frames++;
    this.known = this.#prediction?.take(frame);
    if (this.known !== undefined) {
      walk.setOutermost(this.known.packet);
      this.verdict = Verdict.flow;
      this.counters.inFlows++;
      return 1;
    }
    walk.setOutermost(this.#outermost);
    walk.begin(frame.bytes, frame.start, frame.end, frame.originalLength, frame.seconds, frame.nanos);
    let count = this.#follow(frame.linkType > 0xffff ? refuse(Refusal.unknown_link_type) : Space.linkType | frame.linkType);
    if (this.verdict === Verdict.flow) this.counters.inFlows++;
    while (walk.siblingAt >= 0 && walk.openSibling(count)) count = this.#follow(Space.wlan | aggregatedFrame);
    return count;
  }

  /** The frame decoded last was one packet, and others with its headers are to be expected: `known` says what was learnt of them. */
  learn(frame: Frame): void {
    this.known = this.#prediction?.learn(frame, this.#outermost);
    if (this.known !== undefined) this.#outermost = this.#prediction!.spare;
  }

  /** The next fragment that was held back and may be counted now; filled anew by the next call. */
  nextReleased(): Packet | undefined {
    return this.fragments.takeReleased(this.#released) ? this.#released : undefined;
  }

  /** Tunnels that stayed closed because they were nested too deep. */
  get tunnelsTooDeep(): number {
    return this.#walk.tunnelsTooDeep;
  }

  /** Frames of 802.11 aggregates that were passed over: only the first one of an aggregate that no tunnel carries is decoded. */
  get aggregatedFrames(): number {
    return this.#walk.aggregatedFrames;
  }

  /** The capture is at its end: releases every fragment that is still held. */
  flush(): void {
    this.fragments.flush();
  }

  /** Decodes from layer to layer until one has the last word. Returns how many packets are good. */
  #follow(first: number): number {
    const walk = this.#walk;
    let key = first;
    for (let steps = 0; key >= 0 || key === Next.fragment; steps++) {
      if (steps === layerLimit) {
        key = refuse(Refusal.too_many_layers);
      } else if (key === Next.fragment) {
        key = this.#reassemble();
      } else {
        const layer = layerOf[key]!;
        if (layer === 0) break;
        key = layers[layer]!(walk);
      }
    }
    if (this.#hasCompleted) this.#settle();
    return this.#judge(key);
  }

  /** `key` is the last layer's answer, about the innermost packet. */
  #judge(key: number): number {
    const depth = this.#walk.depth;
    this.verdict = Verdict.flow;
    if (key === held) return depth;
    // An IP protocol without a decoder is a flow all the same.
    if (key === Next.done || (key >= 0 && (key & spaceMask) === Space.ipProtocol)) return depth + 1;
    if (depth > 0) {
      if (key >= 0) this.counters.innerNotIp++;
      else this.counters.innerRefused[refusalOf(key)]!++;
    } else if (key >= 0 && (key & spaceMask) !== Space.linkType) {
      this.verdict = Verdict.notIp;
      this.notIpKey = key;
      this.counters.addNotIp(key);
    } else {
      this.verdict = Verdict.refused;
      this.refusal = key >= 0 ? Refusal.unknown_link_type : refusalOf(key);
      this.counters.refused[this.refusal]!++;
    }
    return depth;
  }

  /** Asks the fragment table about the packet at hand, and goes on inside the datagram if that is complete. */
  #reassemble(): number {
    const walk = this.#walk;
    const { packet, bytes, offset, end, onWire } = walk;
    if (packet.isFragment) return refuse(Refusal.bad_fragment);
    packet.isFragment = true;
    packet.payloadStart = packet.payloadEnd = end;
    packet.payloadLength = 0;
    if (packet.fragmentOffset === 0) peekPorts(packet, bytes, offset, end);
    switch (this.fragments.add(packet, bytes, offset, end, onWire)) {
      case FragmentOutcome.counted:
        return Next.done;
      case FragmentOutcome.held:
        return held;
      case FragmentOutcome.bad:
        return refuse(Refusal.bad_fragment);
      case FragmentOutcome.conflictingEnd:
        return refuse(Refusal.conflicting_fragment_end);
      case FragmentOutcome.complete:
        return this.#enter(this.fragments.completed!);
    }
  }

  #enter(datagram: Datagram): number {
    const walk = this.#walk;
    this.#completed[walk.depth] = datagram;
    this.#hasCompleted = true;
    walk.bytes = datagram.bytes;
    walk.offset = 0;
    walk.end = datagram.end;
    walk.wireEnd = datagram.length;
    walk.packet.protocol = datagram.protocol;
    walk.packet.isReassembled = true;
    walk.takePayload();
    return Space.ipProtocol | datagram.protocol;
  }

  #settle(): void {
    for (let depth = 0; depth <= this.#walk.depth; depth++) {
      const datagram = this.#completed[depth];
      if (datagram !== undefined) this.fragments.settle(datagram, this.packets[depth]!);
      this.#completed[depth] = undefined;
    }
    this.#hasCompleted = false;
  }
}

/** Between the decoder's own steps: the packet is held back. */
const held = -3;
