import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import type { Frame } from '../pcap/frame.ts';
import { EtherType, etherHeader, vlanTag } from './ethernet.ts';
import { IpProtocol, Network, Packet, TcpFlag } from './packet.ts';
import { behindLink, etherTypeOf } from './plain-link.ts';

/** Stacked tags that a known header may have. */
const tagLimit = 2;
const ipv4Header = 20;
const ipv6Header = 40;
const portsLength = 4;
const tcpHeader = 20;
/** Bytes of the longest link header: Ethernet with its tags. */
const linkLimit = etherHeader + tagLimit * vlanTag;
/** Words of the longest header, to behind the ports. */
const wordLimit = Math.ceil((linkLimit + ipv6Header + portsLength) / 4);

/** A packet of one direction of a TCP conversation, whose next ones have the same headers but for what moves. */
export class KnownHeader {
  /** Filled anew for each packet with these headers. */
  packet = new Packet();
  /** The flow that the packet belongs to, and how its row is known to be still the same; -1 while nobody said so. Kept by `FlowTable`. */
  flow = -1;
  generation = 0;
  senderIsHigh = false;
  #linkType = -1;
  /** Where the addresses of the link layer lie in a frame; -1 for one that is not there. */
  #destinationMac = -1;
  #sourceMac = -1;
  /** Where the IP header begins in a frame. */
  #ip = 0;
  #isIpv6 = false;
  /** Of a frame, from its first byte to behind the ports: what stays, by words, the rest of which is 0. */
  readonly #words = new Int32Array(wordLimit);
  #masks: Int32Array = new Int32Array(0);

  /** Learns the headers of the frame in which `packet` is, whose IP header begins `ip` bytes in; `packet` is kept. */
  learn(linkType: number, packet: Packet, view: DataView, ip: number): void {
    this.packet = packet;
    this.flow = -1;
    this.#linkType = linkType;
    this.#destinationMac = placeIn(packet, packet.destinationMac);
    this.#sourceMac = placeIn(packet, packet.sourceMac);
    this.#ip = ip;
    this.#isIpv6 = packet.network === Network.ipv6;
    const masks = masksOf(ip, this.#isIpv6);
    this.#masks = masks;
    for (let i = 0; i < masks.length; i++) this.#words[i] = view.getInt32(packet.frameStart + 4 * i) & masks[i]!;
  }

  /** Fills `packet` from a frame that has these headers; returns false, and nothing is to be used, if it has others or any that need a closer look. */
  take(frame: Frame, view: DataView): boolean {
    const { bytes, start } = frame;
    const masks = this.#masks;
    const words = this.#words;
    const ip = start + this.#ip;
    const ipHeader = this.#isIpv6 ? ipv6Header : ipv4Header;
    const tcp = ip + ipHeader;
    if (frame.linkType !== this.#linkType || tcp + tcpHeader > frame.end) return false;
    // The ports tell most others, so the end comes first.
    for (let i = masks.length - 1; i >= 0; i--) if ((view.getInt32(start + 4 * i) & masks[i]!) !== words[i]) return false;

    const ipBytes = this.#isIpv6 ? ipv6Header + readU16(bytes, ip + 4) : readU16(bytes, ip + 2);
    const onWire = frame.originalLength - this.#ip;
    const wireEnd = ip + ipBytes;
    const end = wireEnd < frame.end ? wireEnd : frame.end;
    const headerLength = (bytes[tcp + 12]! >>> 4) << 2;
    const flags = bytes[tcp + 13]!;
    if (ipBytes > onWire || headerLength < tcpHeader || tcp + headerLength > end || (flags & TcpFlag.syn) !== 0) return false;

    const packet = this.packet;
    if (packet.bytes !== bytes) packet.bytes = bytes;
    if (packet.frameBytes !== bytes) packet.frameBytes = bytes;
    packet.frameStart = start;
    packet.frameEnd = frame.end;
    packet.originalLength = frame.originalLength;
    packet.seconds = frame.seconds;
    packet.nanos = frame.nanos;
    packet.destinationMac = this.#destinationMac < 0 ? -1 : start + this.#destinationMac;
    packet.sourceMac = this.#sourceMac < 0 ? -1 : start + this.#sourceMac;
    packet.timeToLive = bytes[ip + (this.#isIpv6 ? 7 : 8)]!;
    packet.ipBytes = ipBytes;
    packet.tcpSequence = readU32(bytes, tcp + 4);
    packet.tcpAcknowledgment = readU32(bytes, tcp + 8);
    packet.tcpFlags = flags;
    packet.tcpWindow = readU16(bytes, tcp + 14);
    packet.tcpOptionsStart = tcp + tcpHeader;
    packet.tcpOptionsEnd = packet.payloadStart = tcp + headerLength;
    packet.payloadEnd = end;
    packet.payloadLength = wireEnd - tcp - headerLength;
    return true;
  }
}

/**
 * Header prediction (V. Jacobson, "4BSD Header Prediction", ACM Computer Communication Review 20, 1990): of most TCP packets nothing in front of the sequence number differs from
 * that of a packet shortly before, so that a comparison does for decoding them layer by layer and for looking up their flow.
 *
 * Two headers are known at a time, one for each direction of a conversation. Only plain ones are: a usual link layer (`behindLink`) with up to two VLAN tags, IP without options or extension headers,
 * not fragmented, with lengths that agree. All else is decoded as ever, with the same result.
 */
export class HeaderPrediction {
  /** In place of a packet that `learn` has kept, one that may be filled. */
  spare = new Packet();
  #recent = new KnownHeader();
  #other = new KnownHeader();
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** The headers that this frame has, their packet filled from it; undefined if they are not known. */
  take(frame: Frame): KnownHeader | undefined {
    const view = this.#viewOf(frame.bytes);
    if (this.#recent.take(frame, view)) return this.#recent;
    const other = this.#other;
    if (!other.take(frame, view)) return undefined;
    this.#other = this.#recent;
    this.#recent = other;
    return other;
  }

  /** Learns the headers of a frame that was decoded layer by layer to the one `packet`, and forgets those that were known longer; undefined, and nothing is learnt, if they are not plain. */
  learn(frame: Frame, packet: Packet): KnownHeader | undefined {
    const ip = plainIpAt(frame, packet);
    if (ip < 0) return undefined;
    const known = this.#other;
    this.spare = known.packet;
    known.learn(frame.linkType, packet, this.#viewOf(frame.bytes), ip);
    this.#other = this.#recent;
    this.#recent = known;
    return known;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.#view;
  }
}

/** Where in the frame of a TCP packet its IP header begins, if all of its headers are plain; -1 if not. */
function plainIpAt(frame: Frame, packet: Packet): number {
  if (packet.protocol !== IpProtocol.tcp || !packet.hasTransport || packet.isFragment || packet.parent !== -1) return -1;
  const at = behindLink(frame);
  const ip = at - frame.start;
  if (at < 0 || ip > linkLimit) return -1;
  const type = etherTypeOf(frame, at);
  const tcp = packet.tcpOptionsStart - tcpHeader;
  if (type === EtherType.ipv4) return packet.network === Network.ipv4 && tcp === at + ipv4Header ? ip : -1;
  return type === EtherType.ipv6 && packet.network === Network.ipv6 && tcp === at + ipv6Header ? ip : -1;
}

/** A place in the frame of `packet`, from its first byte. */
function placeIn(packet: Packet, place: number): number {
  return place < 0 ? -1 : place - packet.frameStart;
}

const masks = new Map<number, Int32Array>();

/** Which bits of a frame stay from one packet of a conversation to the next, by words from its first byte to behind the ports. */
function masksOf(ip: number, isIpv6: boolean): Int32Array {
  const key = 2 * ip + (isIpv6 ? 1 : 0);
  let words = masks.get(key);
  if (words === undefined) masks.set(key, (words = isIpv6 ? ipv6Masks(ip) : ipv4Masks(ip)));
  return words;
}

/** All but type of service, total length, identification, don't fragment, time to live and checksum (RFC 791, section 3.1). */
function ipv4Masks(ip: number): Int32Array {
  return wordsOf(ip + ipv4Header + portsLength, [ip + 1, ip + 2, ip + 3, ip + 4, ip + 5, ip + 8, ip + 10, ip + 11], [[ip + 6, 0x3f]]);
}

/** All but traffic class, flow label, payload length and hop limit (RFC 8200, section 3). */
function ipv6Masks(ip: number): Int32Array {
  return wordsOf(ip + ipv6Header + portsLength, [ip + 1, ip + 2, ip + 3, ip + 4, ip + 5, ip + 7], [[ip, 0xf0]]);
}

function wordsOf(length: number, moving: readonly number[], partly: readonly (readonly [at: number, mask: number])[]): Int32Array {
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4).fill(0xff, 0, length);
  for (const at of moving) bytes[at] = 0;
  for (const [at, mask] of partly) bytes[at] = mask;
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i));
}
