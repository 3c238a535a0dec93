import type { Conversation } from '@orbweaver/protocols/sdk/conformance/conversations.ts';
import type { OwnFrame } from '../relations/analysis.ts';

/** One thing that a side says; without bytes, something of that length that the capture lacks. */
export interface Saying {
  readonly side: 0 | 1;
  readonly bytes: Uint8Array;
  readonly missing: number;
}

/** A conversation as its sides see it: what is to be changed where protocols are tried rather than packets. */
export interface Talk {
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'ipv6-icmp';
  readonly ports: readonly [number, number];
  /** Its opening was captured. */
  readonly isOpened: boolean;
  readonly sayings: readonly Saying[];
  readonly end: 'fin' | 'rst' | 'none';
}

/** Bytes of payload that a talk may have together. */
export const talkLimit = 200_000;

export function talkOf({ transport, source, destination, steps }: Conversation): Talk {
  const sayings: Saying[] = [];
  let total = 0;
  for (const step of steps) {
    if (step.kind !== 'data') continue;
    total += step.bytes.length;
    if (total > talkLimit / 2) break;
    sayings.push({ side: step.side, bytes: step.bytes, missing: 0 });
  }
  return { transport, ports: [source.port, destination.port], isOpened: true, sayings, end: 'fin' };
}

/** Payload of one segment at most: a captured GSO segment. */
const segmentLimit = 60_000;

/** 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600;

/** The frames of several talks, one after the other: each between hosts of its own. */
export function framesOfTalks(talks: readonly Talk[]): OwnFrame[] {
  const writer = new TalkWriter();
  talks.forEach((talk, i) => writer.write(talk, i));
  return writer.frames;
}

class TalkWriter {
  readonly frames: OwnFrame[] = [];
  #talk: Talk | undefined;
  #host = 0;
  readonly #next: [number, number] = [0, 0];

  write(talk: Talk, index: number): void {
    this.#talk = talk;
    this.#host = 1 + 2 * (index % 100);
    this.#next[0] = 1000;
    this.#next[1] = 0xffff_ff00;
    if (talk.transport !== 'tcp') {
      for (const { side, bytes } of talk.sayings) this.#datagram(side, bytes.subarray(0, segmentLimit));
      return;
    }
    if (talk.isOpened) {
      this.#segment(0, 2);
      this.#segment(1, 0x12);
      this.#segment(0, 0x10);
    }
    for (const { side, bytes, missing } of talk.sayings) {
      this.#next[side] = (this.#next[side] + missing) >>> 0;
      for (let at = 0; at < bytes.length; at += segmentLimit) this.#segment(side, 0x18, bytes.subarray(at, at + segmentLimit));
    }
    if (talk.end === 'rst') this.#segment(0, 0x14);
    else if (talk.end === 'fin') {
      this.#segment(0, 0x11);
      this.#segment(1, 0x11);
      this.#segment(0, 0x10);
    }
  }

  #segment(side: 0 | 1, flags: number, payload: Uint8Array = new Uint8Array(0)): void {
    const { ports } = this.#talk!;
    const segment = Buffer.alloc(20 + payload.length);
    segment.writeUInt16BE(ports[side], 0);
    segment.writeUInt16BE(ports[1 - side]!, 2);
    segment.writeUInt32BE(this.#next[side], 4);
    if ((flags & 0x10) !== 0) segment.writeUInt32BE(this.#next[1 - side]!, 8);
    segment[12] = 0x50;
    segment[13] = flags;
    segment.writeUInt16BE(0xffff, 14);
    segment.set(payload, 20);
    this.#next[side] = (this.#next[side] + payload.length + (flags & 3 ? 1 : 0)) >>> 0;
    this.#put(side, 6, segment);
  }

  #datagram(side: 0 | 1, payload: Uint8Array): void {
    const { ports, transport } = this.#talk!;
    if (transport !== 'udp') {
      this.#put(side, transport === 'icmp' ? 1 : 58, payload);
      return;
    }
    const datagram = Buffer.alloc(8 + payload.length);
    datagram.writeUInt16BE(ports[side], 0);
    datagram.writeUInt16BE(ports[1 - side]!, 2);
    datagram.writeUInt16BE(datagram.length, 4);
    datagram.set(payload, 8);
    this.#put(side, 17, datagram);
  }

  #put(side: 0 | 1, protocol: number, payload: Uint8Array): void {
    const isIpv6 = protocol === 58;
    const from = this.#host + side;
    const to = this.#host + 1 - side;
    const packet = isIpv6 ? ipv6Packet(from, to, protocol, payload) : ipv4Packet(from, to, protocol, payload);
    const ethernet = Uint8Array.of(2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, ...(isIpv6 ? [0x86, 0xdd] : [8, 0]));
    const bytes = Buffer.concat([ethernet, packet]);
    const millis = this.frames.length;
    const seconds = epoch + Math.floor(millis / 1000);
    this.frames.push({ linkType: 1, seconds, nanos: (millis % 1000) * 1e6, fractionDigits: 9, originalLength: bytes.length, bytes });
  }
}

/** Between documentation addresses (RFC 5737). */
export function ipv4Packet(from: number, to: number, protocol: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(20 + payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(Math.min(0xffff, packet.length), 2);
  packet.set([64, protocol], 8);
  packet.set([192, 0, 2, from, 192, 0, 2, to], 12);
  packet.set(payload, 20);
  return packet;
}

/** The same in IPv6 (RFC 3849). */
export function ipv6Packet(from: number, to: number, protocol: number, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(40 + payload.length);
  packet[0] = 0x60;
  packet.writeUInt16BE(Math.min(0xffff, payload.length), 4);
  packet.set([protocol, 64, 0x20, 1, 0x0d, 0xb8], 6);
  packet[23] = from;
  packet.set([0x20, 1, 0x0d, 0xb8], 24);
  packet[39] = to;
  packet.set(payload, 40);
  return packet;
}
