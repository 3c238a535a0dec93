import { Network, type Packet } from '../layers/packet.ts';
import { Pieces } from './pieces.ts';

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

  pieces = new Pieces();
  /** Once it is complete: the whole of it, and where the captured part ends. */
  bytes: Uint8Array = EMPTY;
  end = 0;
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

  get length(): number {
    return this.pieces.length;
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

  /** Puts the pieces together. */
  complete(): void {
    const whole = this.pieces.assemble();
    this.bytes = whole.bytes;
    this.end = whole.end;
    this.wasComplete = true;
  }

  /** Gives the data up and starts again: the ports stay, for what is repeated. */
  empty(): void {
    this.bytes = EMPTY;
    this.end = 0;
    this.pieces = new Pieces();
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

const EMPTY = new Uint8Array(0);
