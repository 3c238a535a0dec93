import { IpProtocol, Network, type Packet } from '../layers/packet.ts';
import { Datagram, type HeldFragment } from './datagram.ts';
import { DatagramQueue } from './datagram-queue.ts';

/**
 * IPv4 and IPv6 reassembly (RFC 791 section 3.2, RFC 8200 section 4.5), and the attribution of fragments to conversations.
 *
 * Whoever counts packets sees little of it. The `Decoder` asks the table by itself; what comes out of `decode` is
 * - a fragment whose conversation is known: a packet with the ports of the first fragment, `isFragment`, no payload. Count it like any other;
 * - the fragment that completes its datagram: the same with `isReassembled`, transport fields and the whole payload (and tunnels inside it);
 * - nothing, for a fragment that came before its first one. It is *held*: a few numbers, not its bytes. As soon as the first fragment arrives, or at
 *   latest when the datagram times out, is evicted or flushed, it comes back through `Decoder.nextReleased()`, with ports or, if the first never
 *   came, without (`hasPorts` false): a packet of the port-less flow of its addresses and protocol. Each held fragment comes back exactly once.
 *
 * Overlaps: the data that came first wins, and differing content is counted. Shapes that no honest stack sends are refused: data past 65,535 bytes
 * (ping of death), an end that contradicts what was seen (teardrop), an empty fragment, a middle one that is no multiple of eight bytes.
 */
export class FragmentTable {
  readonly counters: FragmentCounters = { completed: 0, expired: 0, evicted: 0, conflicts: 0, orphans: 0 };
  readonly #limits: FragmentLimits;
  readonly #datagrams: DatagramQueue;
  readonly #released: HeldFragment[] = [];
  #nextReleased = 0;
  #held = 0;
  #complete: Datagram | undefined;

  constructor(limits: Partial<FragmentLimits> = {}) {
    this.#limits = { ...defaultFragmentLimits, ...limits };
    this.#datagrams = new DatagramQueue();
  }

  /** Datagrams that are remembered. */
  get size(): number {
    return this.#datagrams.size;
  }

  /** Bytes that are kept for reassembly. */
  get bytes(): number {
    return this.#datagrams.bytes;
  }

  /**
   * Takes a fragment: `packet` with its addresses, `protocol`, `fragment*` fields and, on a first fragment, its ports; `[start, end)` of `bytes` is what
   * was captured of its data, `length` how long it was on the wire.
   */
  add(packet: Packet, bytes: Uint8Array, start: number, end: number, length: number): FragmentOutcome {
    const offset = packet.fragmentOffset;
    const headerLength = packet.network === Network.ipv4 ? packet.ipBytes - length : 0;
    if (length <= 0 || (packet.moreFragments && (length & 7) !== 0)) return FragmentOutcome.bad;
    if (headerLength + offset + length > datagramLimit) return FragmentOutcome.bad;

    const datagram = this.#find(packet);
    if (!datagram.pieces.accepts(offset, length, packet.moreFragments)) return FragmentOutcome.conflictingEnd;
    if (this.#datagrams.store(datagram, bytes, start, end, packet, length)) this.counters.conflicts++;

    if (offset === 0) {
      datagram.protocol = packet.protocol;
      if (packet.hasPorts) this.#learn(datagram, packet);
    }
    if (datagram.pieces.isComplete) {
      datagram.complete();
      this.#complete = datagram;
      this.counters.completed++;
      return FragmentOutcome.complete;
    }
    this.#shrink(datagram);
    if (datagram.pieces.isFull) this.#giveUp(datagram);
    if (datagram.hasPorts) {
      datagram.stamp(packet);
      return FragmentOutcome.counted;
    }
    if (isPortless(packet.protocol)) return FragmentOutcome.counted;
    datagram.hold(packet);
    this.#held++;
    this.#boundHeld();
    return FragmentOutcome.held;
  }

  /** The datagram that the last `add` completed: `[0, end)` of its `bytes` was captured of `length`. */
  get completed(): Datagram | undefined {
    return this.#complete;
  }

  /** Ends what `complete` began: `packet` has been decoded from the whole datagram, and those that waited for its ports are released. */
  settle(datagram: Datagram, packet: Packet): void {
    datagram.protocol = packet.protocol;
    if (packet.hasPorts) this.#learn(datagram, packet);
    else this.#release(datagram);
    this.#datagrams.empty(datagram);
  }

  /** Forgets what has waited longer than the time-out at this time of the packets. */
  expire(seconds: number): void {
    for (let oldest = this.#datagrams.oldest; oldest !== undefined; oldest = this.#datagrams.oldest) {
      if (seconds - oldest.seconds <= this.#limits.timeoutSeconds) return;
      if (!oldest.wasComplete) this.counters.expired++;
      this.#drop(oldest);
    }
  }

  /** The capture is at its end: everything held is released. */
  flush(): void {
    for (let oldest = this.#datagrams.oldest; oldest !== undefined; oldest = this.#datagrams.oldest) {
      if (!oldest.wasComplete) this.counters.expired++;
      this.#drop(oldest);
    }
  }

  /** Fills `packet` with the next released fragment; false if there is none. */
  takeReleased(packet: Packet): boolean {
    const next = this.#released[this.#nextReleased];
    if (next === undefined) return false;
    next.fill(packet);
    if (++this.#nextReleased === this.#released.length) {
      this.#released.length = 0;
      this.#nextReleased = 0;
    }
    return true;
  }

  #find(packet: Packet): Datagram {
    const known = this.#datagrams.find(packet);
    if (known !== undefined) return known;
    while (this.#datagrams.size >= this.#limits.datagrams) this.#evict();
    const fresh = new Datagram(packet);
    this.#datagrams.insert(fresh, packet);
    return fresh;
  }

  #learn(datagram: Datagram, packet: Packet): void {
    datagram.learn(packet);
    this.#release(datagram);
  }

  #release(datagram: Datagram): void {
    for (const held of datagram.held) this.#released.push(held);
    this.#held -= datagram.held.length;
    if (!datagram.hasPorts) this.counters.orphans += datagram.held.length;
    datagram.held = [];
  }

  #drop(datagram: Datagram): void {
    this.#release(datagram);
    this.#datagrams.remove(datagram);
  }

  #evict(): void {
    const oldest = this.#datagrams.oldest;
    if (oldest === undefined) return;
    if (!oldest.wasComplete) this.counters.evicted++;
    this.#drop(oldest);
  }

  /** Keeps the ports, for what still comes, but no data. */
  #giveUp(datagram: Datagram): void {
    this.counters.evicted++;
    this.#datagrams.empty(datagram);
  }

  /** Memory above the bound goes, oldest datagram first, but never the one at hand. */
  #shrink(current: Datagram): void {
    while (this.#datagrams.bytes > this.#limits.bytes && this.#datagrams.oldest !== current) this.#evict();
  }

  #boundHeld(): void {
    while (this.#held > this.#limits.held) this.#evict();
  }
}

/** What became of a fragment. */
export const FragmentOutcome = {
  /** Its conversation is known: count it. */
  counted: 0,
  /** It waits for its first fragment and comes back through `takeReleased`. */
  held: 1,
  /** It completed its datagram: decode `completed`, then `settle`. */
  complete: 2,
  /** Empty, longer than a datagram can be, or a middle part that is no multiple of eight bytes. */
  bad: 3,
  /** Its end contradicts the other fragments'. */
  conflictingEnd: 4,
} as const;

export type FragmentOutcome = (typeof FragmentOutcome)[keyof typeof FragmentOutcome];

export interface FragmentLimits {
  /** Datagrams that are remembered; past it the oldest goes. */
  readonly datagrams: number;
  /** Bytes kept for reassembly, over all datagrams; past it the oldest goes. */
  readonly bytes: number;
  /** Fragments that wait for their first one, over all datagrams; past it the oldest datagram goes. */
  readonly held: number;
  /** Packet time after which a datagram is given up, from its first-seen fragment on (Linux: 30 s, RFC 8200: 60 s). */
  readonly timeoutSeconds: number;
}

export const defaultFragmentLimits: FragmentLimits = { datagrams: 16_384, bytes: 32 * 1024 * 1024, held: 65_536, timeoutSeconds: 60 };

export interface FragmentCounters {
  /** Datagrams that were put together. */
  completed: number;
  /** Given up by time or at the end of the capture. */
  expired: number;
  /** Given up because a limit was reached. */
  evicted: number;
  /** Fragments that overlapped another with different content. */
  conflicts: number;
  /** Fragments released without knowing their ports. */
  orphans: number;
}

/** Greatest length of an IPv4 packet and of an IPv6 payload, in bytes. */
const datagramLimit = 65_535;

/** Protocols whose conversations are told by addresses and protocol alone: their fragments need not wait. */
function isPortless(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.tcp:
    case IpProtocol.udp:
    case IpProtocol.udpLite:
    case IpProtocol.sctp:
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
    case IpProtocol.hopByHop:
    case IpProtocol.routing:
    case IpProtocol.destinationOptions:
    case IpProtocol.ah:
      return false;
    default:
      return true;
  }
}
