import type { Script, Side } from './script.ts';
import type { StagedPacket } from './stage.ts';

/** One frame for a capture file. */
export interface WireFrame {
  /** 0 if the client sent it. */
  readonly side: Side;
  /** The IP packet in it. */
  readonly ipBytes: number;
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanos: number;
}

/** Where a conversation takes place. */
export interface Place {
  readonly clientHost: number;
  readonly clientPort: number;
  readonly serverHost: number;
  readonly serverPort: number;
  /** Microseconds since 2026-01-01. */
  readonly start: number;
}

export const usualPlace: Place = { clientHost: 1, clientPort: 40_000, serverHost: 2, serverPort: 9_999, start: 0 };

/** 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600;

const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

/** Bytes of IP payload in each fragment but the last. */
const fragmentLength = 64;

/** Packets as Ethernet frames, with every checksum right. */
export function framesOf(script: Script, packets: readonly StagedPacket[], place: Place = usualPlace): WireFrame[] {
  return packets.flatMap((packet, i) => {
    const from = packet.side === 0 ? place.clientHost : place.serverHost;
    const to = packet.side === 0 ? place.serverHost : place.clientHost;
    const segment = tcpSegment(script, packet, place);
    const micros = place.start + packet.time;
    const seconds = epoch + Math.floor(micros / 1e6);
    const nanos = (micros % 1e6) * 1000;
    const ip = script.network === 4 ? ipv4 : ipv6;
    return ip(segment, from, to, packet.isFragmented, i + 1).map((bytes) => ({
      side: packet.side,
      ipBytes: bytes.length,
      bytes: ethernet(script, bytes, from, to),
      seconds,
      nanos,
    }));
  });
}

function tcpSegment(script: Script, packet: StagedPacket, place: Place): Buffer {
  const isClient = packet.side === 0;
  const segment = Buffer.alloc(20 + packet.payload.length);
  segment.writeUInt16BE(isClient ? place.clientPort : place.serverPort, 0);
  segment.writeUInt16BE(isClient ? place.serverPort : place.clientPort, 2);
  segment.writeUInt32BE((script.isn[packet.side] + packet.place) % 2 ** 32, 4);
  if (packet.acknowledged !== undefined) segment.writeUInt32BE((script.isn[1 - packet.side]! + packet.acknowledged) % 2 ** 32, 8);
  segment[12] = 0x50;
  segment[13] = [...packet.flags].reduce((sum, flag) => sum | flagBits[flag]!, 0);
  segment.writeUInt16BE(packet.window, 14);
  segment.set(packet.payload, 20);
  const [source, destination] = isClient ? [place.clientHost, place.serverHost] : [place.serverHost, place.clientHost];
  const pseudo = Buffer.concat([
    address(script, source),
    address(script, destination),
    Uint8Array.of(0, 6, segment.length >> 8, segment.length),
  ]);
  segment.writeUInt16BE(checksum(Buffer.concat([pseudo, segment])), 16);
  return segment;
}

/** Documentation addresses: 192.0.2.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849). */
function address(script: Pick<Script, 'network'>, host: number): Uint8Array {
  if (script.network === 4) return Uint8Array.of(192, 0, 2, host);
  return Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, ...new Uint8Array(11), host);
}

function ipv4(payload: Buffer, from: number, to: number, isFragmented: boolean, id: number): Buffer[] {
  return pieces(payload, isFragmented).map(({ start, end }) => {
    const packet = Buffer.alloc(20 + end - start);
    packet[0] = 0x45;
    packet.writeUInt16BE(packet.length, 2);
    packet.writeUInt16BE(id & 0xffff, 4);
    packet.writeUInt16BE((end < payload.length ? 0x2000 : 0) | (start >> 3), 6);
    packet.set([64, 6], 8);
    packet.set(address({ network: 4 }, from), 12);
    packet.set(address({ network: 4 }, to), 16);
    packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10);
    packet.set(payload.subarray(start, end), 20);
    return packet;
  });
}

function ipv6(payload: Buffer, from: number, to: number, isFragmented: boolean, id: number): Buffer[] {
  return pieces(payload, isFragmented).map(({ start, end }) => {
    const extension = isFragmented ? 8 : 0;
    const packet = Buffer.alloc(40 + extension + end - start);
    packet[0] = 0x60;
    packet.writeUInt16BE(packet.length - 40, 4);
    packet.set([isFragmented ? 44 : 6, 64], 6);
    packet.set(address({ network: 6 }, from), 8);
    packet.set(address({ network: 6 }, to), 24);
    if (isFragmented) {
      packet[40] = 6;
      packet.writeUInt16BE(start | (end < payload.length ? 1 : 0), 42);
      packet.writeUInt32BE(id, 44);
    }
    packet.set(payload.subarray(start, end), 40 + extension);
    return packet;
  });
}

/** Where an IP payload is parted; every second datagram has its fragments the other way round. */
function pieces(payload: Buffer, isFragmented: boolean): { start: number; end: number }[] {
  if (!isFragmented) return [{ start: 0, end: payload.length }];
  const parts: { start: number; end: number }[] = [];
  for (let start = 0; start < payload.length; start += fragmentLength)
    parts.push({ start, end: Math.min(payload.length, start + fragmentLength) });
  return payload.length % 2 === 0 ? parts : parts.reverse();
}

function ethernet(script: Script, packet: Buffer, from: number, to: number): Uint8Array {
  const tags = script.vlans.flatMap((id) => [0x81, 0, id >> 8, id & 0xff]);
  const type = script.network === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  return Buffer.concat([Uint8Array.of(2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, ...tags, ...type), packet]);
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
