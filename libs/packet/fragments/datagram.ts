import { Network, type Packet } from '../layers/packet.ts';

/** One datagram in the making. The table that owns it keeps its limits. */
export class Datagram {
  /** Source and destination, four words each. */
  readonly addresses = new Uint32Array(8);
  readonly network: number;
  readonly id: number;
  /** IPv4: part of the key. IPv6: that of the first fragment, or of the first that came (RFC 8200: the others' next header says nothing). */
  protocol: number;
  readonly tunnel: string | undefined;
  readonly tunnelId: number;
  readonly tunnelKey: number;
  /** When its first-seen fragment came. */
  readonly seconds: number;

  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  icmpType = 0;
  icmpCode = 0;
  icmpId = 0;
  icmpSequence = 0;
  held: HeldFragment[] = [];

  /** The data, first come; grown by `reserve`. */
  bytes: Uint8Array = EMPTY;
  /** A bit for each eight bytes that have come. */
  #seen: Uint8Array = EMPTY;
  #seenUnits = 0;
  /** End of the data, known from the last fragment; -1 before. */
  length = -1;
  /** End of the furthest fragment. */
  #furthest = 0;
  /** Where the first byte is that the capture cut off. */
  #cutAt = Infinity;
  /** It was put together at least once: what comes now is a repetition, or another datagram under the same identification. */
  wasComplete = false;

  /** In the queue. */
  hash = 0;
  older: Datagram | undefined;
  newer: Datagram | undefined;
  nextOfHash: Datagram | undefined;

  constructor(packet: Packet) {
    this.addresses.set(packet.source, 0);
    this.addresses.set(packet.destination, 4);
    this.network = packet.network;
    this.id = packet.fragmentId;
    this.protocol = packet.protocol;
    this.tunnel = packet.tunnel;
    this.tunnelId = packet.tunnelId;
    this.tunnelKey = packet.tunnelKey;
    this.seconds = packet.seconds;
  }

  get isComplete(): boolean {
    return this.length >= 0 && this.#seenUnits === (this.length + 7) >>> 3;
  }

  /** How much of it, from the beginning on, was captured. */
  get end(): number {
    return Math.min(this.length, this.#cutAt);
  }

  matches(packet: Packet): boolean {
    const addresses = this.addresses;
    const source = packet.source;
    const destination = packet.destination;
    return (
      this.id === packet.fragmentId &&
      addresses[3] === source[3] &&
      addresses[7] === destination[3] &&
      this.network === packet.network &&
      (this.network === Network.ipv6 || this.protocol === packet.protocol) &&
      this.tunnel === packet.tunnel &&
      this.tunnelKey === packet.tunnelKey &&
      addresses[0] === source[0] &&
      addresses[1] === source[1] &&
      addresses[2] === source[2] &&
      addresses[4] === destination[0] &&
      addresses[5] === destination[1] &&
      addresses[6] === destination[2]
    );
  }

  /** False if the fragment's end contradicts what is known: another last fragment, or data behind the last one. */
  accepts(offset: number, length: number, more: boolean): boolean {
    const end = offset + length;
    if (more) return this.length < 0 || end <= this.length;
    return this.#furthest <= end && (this.length < 0 || this.length === end);
  }

  /** Bytes of memory that must be there before data up to `end` is stored. */
  reserve(end: number): void {
    if (end <= this.bytes.length) return;
    let capacity = Math.max(this.bytes.length, smallestBuffer);
    while (capacity < end) capacity *= 2;
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes);
    const seen = new Uint8Array(capacity >>> 6);
    seen.set(this.#seen);
    this.bytes = bytes;
    this.#seen = seen;
  }

  /** Copies what has not come yet, by units of eight bytes; returns true if a unit had come with other content. */
  store(offset: number, bytes: Uint8Array, start: number, end: number, length: number, more: boolean): boolean {
    const to = offset + length;
    const captured = end - start;
    if (!more) this.length = to;
    if (to > this.#furthest) this.#furthest = to;
    if (captured < length && offset + captured < this.#cutAt) this.#cutAt = offset + captured;
    let differs = false;
    for (let at = offset; at < to; at += 8) {
      const unit = at >>> 3;
      const from = start + (at - offset);
      const size = Math.min(8, to - at, Math.max(0, end - from));
      if ((this.#seen[unit >>> 3]! & (1 << (unit & 7))) === 0) {
        this.#seen[unit >>> 3]! |= 1 << (unit & 7);
        this.#seenUnits++;
        for (let i = 0; i < size; i++) this.bytes[at + i] = bytes[from + i]!;
      } else if (!differs && at + size <= this.#cutAt) {
        for (let i = 0; i < size; i++) if (this.bytes[at + i] !== bytes[from + i]) differs = true;
      }
    }
    return differs;
  }

  /** Gives the data up and starts again: the ports stay, for what is repeated. */
  empty(): void {
    this.bytes = EMPTY;
    this.#seen = EMPTY;
    this.#seenUnits = 0;
    this.length = -1;
    this.#furthest = 0;
    this.#cutAt = Infinity;
    this.wasComplete = true;
  }

  /** Takes the ports from the first fragment. */
  learn(packet: Packet): void {
    this.hasPorts = true;
    this.sourcePort = packet.sourcePort;
    this.destinationPort = packet.destinationPort;
    this.icmpType = packet.icmpType;
    this.icmpCode = packet.icmpCode;
    this.icmpId = packet.icmpId;
    this.icmpSequence = packet.icmpSequence;
  }

  /** Gives the ports to a later fragment. */
  stamp(packet: Packet): void {
    packet.protocol = this.protocol;
    packet.hasPorts = this.hasPorts;
    packet.sourcePort = this.sourcePort;
    packet.destinationPort = this.destinationPort;
    packet.icmpType = this.icmpType;
    packet.icmpCode = this.icmpCode;
    packet.icmpId = this.icmpId;
    packet.icmpSequence = this.icmpSequence;
  }

  hold(packet: Packet): void {
    this.held.push(new HeldFragment(this, packet));
  }
}

/** What is remembered of a fragment that waits for its first one: all that a flow counts. */
export class HeldFragment {
  readonly #datagram: Datagram;
  readonly #seconds: number;
  readonly #nanos: number;
  readonly #originalLength: number;
  readonly #ipBytes: number;
  readonly #timeToLive: number;
  readonly #offset: number;
  readonly #more: boolean;
  /** Destination and source MAC, six bytes each; empty if the link has none. */
  readonly #macs: Uint8Array;
  readonly #vlans: Uint16Array;

  constructor(datagram: Datagram, packet: Packet) {
    this.#datagram = datagram;
    this.#seconds = packet.seconds;
    this.#nanos = packet.nanos;
    this.#originalLength = packet.originalLength;
    this.#ipBytes = packet.ipBytes;
    this.#timeToLive = packet.timeToLive;
    this.#offset = packet.fragmentOffset;
    this.#more = packet.moreFragments;
    this.#macs = copyMacs(packet);
    this.#vlans = packet.vlans.slice(0, packet.vlanCount);
  }

  /** Makes `packet` this fragment, with the ports of its datagram if they are known. */
  fill(packet: Packet): void {
    const datagram = this.#datagram;
    packet.bytes = EMPTY;
    packet.frameBytes = this.#macs;
    packet.frameStart = packet.frameEnd = 0;
    packet.originalLength = this.#originalLength;
    packet.seconds = this.#seconds;
    packet.nanos = this.#nanos;
    packet.destinationMac = this.#macs.length === 12 ? 0 : -1;
    packet.sourceMac = this.#macs.length === 12 ? 6 : -1;
    packet.vlanCount = this.#vlans.length;
    packet.vlans.set(this.#vlans);
    packet.network = datagram.network;
    packet.source.set(datagram.addresses.subarray(0, 4));
    packet.destination.set(datagram.addresses.subarray(4, 8));
    packet.timeToLive = this.#timeToLive;
    packet.ipBytes = this.#ipBytes;
    packet.arpOperation = 0;
    packet.isFragment = true;
    packet.isReassembled = false;
    packet.fragmentId = datagram.id;
    packet.fragmentOffset = this.#offset;
    packet.moreFragments = this.#more;
    packet.hasTransport = false;
    packet.payloadStart = packet.payloadEnd = packet.payloadLength = 0;
    packet.tcpFlags = packet.tcpSequence = packet.tcpAcknowledgment = packet.tcpWindow = 0;
    packet.tcpOptionsStart = packet.tcpOptionsEnd = 0;
    packet.tunnel = datagram.tunnel;
    packet.tunnelId = datagram.tunnelId;
    packet.tunnelKey = datagram.tunnelKey;
    datagram.stamp(packet);
  }
}

function copyMacs(packet: Packet): Uint8Array {
  if (packet.sourceMac < 0 || packet.destinationMac < 0) return EMPTY;
  const macs = new Uint8Array(12);
  macs.set(packet.frameBytes.subarray(packet.destinationMac, packet.destinationMac + 6), 0);
  macs.set(packet.frameBytes.subarray(packet.sourceMac, packet.sourceMac + 6), 6);
  return macs;
}

/** Bytes of the first buffer of a datagram: two Ethernet fragments. */
const smallestBuffer = 4096;
const EMPTY = new Uint8Array(0);
