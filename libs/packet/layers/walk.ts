import { Packet, tunnelLimit } from './packet.ts';

/**
 * A layer reads its header at `walk.offset`, leaves what it learnt in `walk.packet`, moves on and says what follows: a key of the registry, or one of
 * `Next`, or `refuse(...)`. It looks at no byte at or behind `walk.end` and allocates nothing.
 */
export type Layer = (walk: Walk) => number;

/** Where the decoding of one frame stands. One exists for each decoder. */
export class Walk {
  bytes: Uint8Array = EMPTY;
  /** The next header begins here. */
  offset = 0;
  /** End of what was captured. */
  end = 0;
  /** Where the innermost length field says that the data ends: at or behind `end`. */
  wireEnd = 0;
  /** The one being filled: `packets[depth]`. */
  packet: Packet;
  depth = 0;
  /** One for each depth of tunnel, outermost first. */
  readonly packets: Packet[];
  readonly verifyChecksums: boolean;
  /** A routing header with segments left that is not read: the pseudo header's destination is not the one in the IPv6 header. */
  isSourceRouted = false;
  /** Where the next frame of an aggregate begins, inside a tunnel, and its end; -1 for none. Its packet has the parent that the first one has. */
  siblingAt = -1;
  #siblingEnd = 0;
  #siblingWireEnd = 0;
  #siblingOf = 0;
  /** Frames of an aggregate that no tunnel carries: a frame is one packet of one flow, the first one's. */
  aggregatedFrames = 0;
  /** Tunnels that were left closed because they were nested too deep. */
  tunnelsTooDeep = 0;
  readonly #layerOf: Uint8Array;

  /** `layerOf` holds for each key what is registered under it, 0 for nothing. */
  constructor(layerOf: Uint8Array, verifyChecksums: boolean) {
    this.#layerOf = layerOf;
    this.verifyChecksums = verifyChecksums;
    this.packets = Array.from({ length: tunnelLimit + 1 }, () => new Packet());
    this.packet = this.packets[0]!;
  }

  /** True if a layer is registered under this key. */
  knows(key: number): boolean {
    return this.#layerOf[key] !== 0;
  }

  /** Bytes left that were captured. */
  get captured(): number {
    return this.end - this.offset;
  }

  /** Bytes left on the wire. */
  get onWire(): number {
    return this.wireEnd - this.offset;
  }

  /** The data ends `length` bytes from here on. The caller has checked that this is no further than `wireEnd`. */
  narrow(length: number): void {
    this.wireEnd = this.offset + length;
    if (this.wireEnd < this.end) this.end = this.wireEnd;
  }

  /** Moves on by `length`, or to the end of the captured bytes if there are fewer. */
  advance(length: number): void {
    this.offset += length;
    if (this.offset > this.end) this.offset = this.end;
  }

  /** What is left is the packet's payload, unless a later layer says otherwise. */
  takePayload(): void {
    const packet = this.packet;
    if (packet.bytes !== this.bytes) packet.bytes = this.bytes;
    packet.payloadStart = this.offset;
    packet.payloadEnd = this.end;
    packet.payloadLength = this.wireEnd - this.offset;
  }

  /** What the outermost packet of a frame is decoded into. */
  setOutermost(packet: Packet): void {
    if (this.packets[0] !== packet) this.packets[0] = packet;
  }

  /** Begins the outermost packet of a frame. */
  begin(bytes: Uint8Array, start: number, end: number, originalLength: number, seconds: number, nanos: number): void {
    if (this.bytes !== bytes) this.bytes = bytes;
    this.offset = start;
    this.end = end;
    this.wireEnd = start + originalLength;
    this.depth = 0;
    this.siblingAt = -1;
    this.isSourceRouted = false;
    this.#open(this.packets[0]!, seconds, nanos);
  }

  /** The next frame of the aggregate at hand begins at `at`. */
  announceSibling(at: number, end: number, wireEnd: number): void {
    if (this.depth === 0) {
      this.aggregatedFrames++;
      return;
    }
    this.siblingAt = at;
    this.#siblingEnd = end;
    this.#siblingWireEnd = wireEnd;
    this.#siblingOf = this.depth;
  }

  /** Begins the packet of the next frame of an aggregate, `depth` being the number of good packets so far; false if there is no room for it. */
  openSibling(depth: number): boolean {
    const first = this.packets[this.#siblingOf]!;
    const { parent, seconds, nanos, tunnel, tunnelId, tunnelKey } = first;
    const outer = this.packets[parent]!;
    this.offset = this.siblingAt;
    this.end = this.#siblingEnd;
    this.wireEnd = this.#siblingWireEnd;
    this.bytes = outer.bytes;
    this.siblingAt = -1;
    if (depth > tunnelLimit) {
      this.tunnelsTooDeep++;
      return false;
    }
    this.depth = depth;
    const packet = this.packets[depth]!;
    this.#open(packet, seconds, nanos);
    packet.parent = parent;
    packet.tunnel = tunnel;
    packet.tunnelId = tunnelId;
    packet.tunnelKey = tunnelKey;
    return true;
  }

  /**
   * Begins the packet that a tunnel carries from here on; false if that would be too deep: what follows then stays payload.
   * `key` is the part of `id` that both directions share.
   */
  openTunnel(name: string, id: number, key: number): boolean {
    const outer = this.packet;
    if (this.depth === tunnelLimit) {
      this.tunnelsTooDeep++;
      return false;
    }
    this.isSourceRouted = false;
    this.depth++;
    const packet = this.packets[this.depth]!;
    this.#open(packet, outer.seconds, outer.nanos);
    packet.parent = this.depth - 1;
    packet.tunnel = name;
    packet.tunnelId = id;
    packet.tunnelKey = key;
    return true;
  }

  /** Buffers are mostly the same for many frames; a reference that is stored costs the collector's barrier, which a comparison saves. */
  #open(packet: Packet, seconds: number, nanos: number): void {
    const { bytes } = this;
    if (this.packet !== packet) this.packet = packet;
    if (packet.bytes !== bytes) packet.bytes = bytes;
    if (packet.frameBytes !== bytes) packet.frameBytes = bytes;
    packet.frameStart = this.offset;
    packet.frameEnd = this.end;
    packet.originalLength = this.wireEnd - this.offset;
    packet.seconds = seconds;
    packet.nanos = nanos;
    packet.sourceMac = -1;
    packet.destinationMac = -1;
    packet.vlanCount = 0;
    packet.network = 0;
    packet.protocol = 0;
    packet.timeToLive = 0;
    packet.arpOperation = 0;
    packet.hasPorts = false;
    packet.sourcePort = 0;
    packet.destinationPort = 0;
    packet.icmpType = 0;
    packet.icmpCode = 0;
    packet.icmpId = 0;
    packet.icmpSequence = 0;
    packet.isFragment = false;
    packet.isReassembled = false;
    packet.fragmentId = 0;
    packet.fragmentOffset = 0;
    packet.moreFragments = false;
    packet.hasTransport = false;
    packet.tcpFlags = 0;
    packet.tcpSequence = 0;
    packet.tcpAcknowledgment = 0;
    packet.tcpWindow = 0;
    packet.tcpOptionsStart = 0;
    packet.tcpOptionsEnd = 0;
    packet.parent = -1;
    packet.tunnel = undefined;
    packet.tunnelId = 0;
    packet.tunnelKey = 0;
  }
}

const EMPTY = new Uint8Array(0);
