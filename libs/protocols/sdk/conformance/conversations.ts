import { readU16, readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { Side } from '../analyzer.ts';
import { readFrames, type Frame } from './fixture-frames.ts';

/** One call that an analyzer gets, with the time of the packet behind it. */
export type Step = { readonly seconds: number; readonly nanos: number; readonly side: Side } &
  /** `wireLength` is a datagram's length where the capture cut it. */
  (
    | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly wireLength?: number }
    | { readonly kind: 'gap'; readonly length: number }
    | { readonly kind: 'close'; readonly reason: 'fin' | 'rst' }
  );

export type DataStep = Extract<Step, { kind: 'data' }>;

export type Transport = 'tcp' | 'udp' | 'icmp' | 'ipv6-icmp';

/** A TCP or UDP conversation of a fixture, or the ICMP between two hosts. The source is who sent the first SYN, else who sent first. */
export interface Conversation {
  readonly transport: Transport;
  readonly network: 'ipv4' | 'ipv6';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly steps: Step[];
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

/** The conversations of a fixture in the order in which they began. IP fragments are left out. */
export function readConversations(file: Uint8Array): Conversation[] {
  const open = new Map<string, Assembly>();
  const all: Assembly[] = [];
  for (const frame of readFrames(file)) {
    const segment = decode(frame);
    if (segment === undefined) continue;
    const ends = [name(segment.source), name(segment.destination)];
    const key = `${segment.transport} ${ends.sort().join(' ')}`;
    let assembly = open.get(key);
    if (assembly === undefined || (segment.flags & (SYN | ACK)) === SYN) {
      if (assembly?.isOpenedBy(segment)) continue;
      assembly = new Assembly(segment);
      open.set(key, assembly);
      all.push(assembly);
    }
    assembly.add(segment);
  }
  return all.map((assembly) => assembly.conversation());
}

/** The conversation with source and destination exchanged. */
export function turned(conversation: Conversation): Conversation {
  const { source, destination, steps } = conversation;
  return { ...conversation, source: destination, destination: source, steps: steps.map((step) => ({ ...step, side: other(step.side) })) };
}

const other = (side: Side): Side => (side === Side.source ? Side.destination : Side.source);
const name = (end: Endpoint): string => `${end.ip}|${end.port}`;

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

interface Segment {
  readonly transport: Transport;
  readonly network: 'ipv4' | 'ipv6';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly frame: Frame;
}

/** Puts TCP segments in order; a hole that is still there at the end becomes a gap. */
class Assembly {
  readonly #first: Segment;
  readonly #steps: Step[] = [];
  readonly #next: [number | undefined, number | undefined] = [undefined, undefined];
  readonly #held: [Segment[], Segment[]] = [[], []];

  constructor(first: Segment) {
    this.#first = (first.flags & (SYN | ACK)) === (SYN | ACK) ? { ...first, source: first.destination, destination: first.source } : first;
  }

  /** True for the SYN that opened this conversation, sent again. */
  isOpenedBy(segment: Segment): boolean {
    return this.#steps.length === 0 && name(segment.source) === name(this.#first.source);
  }

  add(segment: Segment): void {
    const side = name(segment.source) === name(this.#first.source) ? Side.source : Side.destination;
    if (segment.transport !== 'tcp') return void this.#steps.push({ ...timeOf(segment), side, kind: 'data', bytes: segment.payload });
    const syn = segment.flags & SYN ? 1 : 0;
    this.#next[side] ??= (segment.sequence + syn) >>> 0;
    this.#held[side].push(syn ? { ...segment, sequence: (segment.sequence + 1) >>> 0 } : segment);
    while (this.#deliver(side));
  }

  conversation(): Conversation {
    for (const side of [Side.source, Side.destination]) {
      while (this.#held[side].length > 0) this.#skipHole(side);
    }
    const { transport, network, source, destination } = this.#first;
    return { transport, network, source, destination, steps: this.#steps };
  }

  /** Delivers one held segment that continues the stream, or drops one that brings nothing new. */
  #deliver(side: Side): boolean {
    const held = this.#held[side];
    const at = held.findIndex((segment) => this.#ahead(side, segment) <= 0);
    if (at < 0) return false;
    const segment = held.splice(at, 1)[0]!;
    const seen = -this.#ahead(side, segment);
    const time = timeOf(segment);
    if (segment.payload.length > seen) {
      this.#steps.push({ ...time, side, kind: 'data', bytes: segment.payload.subarray(seen) });
      this.#next[side] = (segment.sequence + segment.payload.length) >>> 0;
    }
    const last = seen <= segment.payload.length;
    if (segment.flags & RST) this.#steps.push({ ...time, side, kind: 'close', reason: 'rst' });
    else if (segment.flags & FIN && last) this.#steps.push({ ...time, side, kind: 'close', reason: 'fin' });
    if (segment.flags & FIN && last) this.#next[side] = (this.#next[side]! + 1) >>> 0;
    return true;
  }

  #skipHole(side: Side): void {
    const nearest = this.#held[side].reduce((a, b) => (this.#ahead(side, b) < this.#ahead(side, a) ? b : a));
    const length = this.#ahead(side, nearest);
    this.#steps.push({ ...timeOf(nearest), side, kind: 'gap', length });
    this.#next[side] = nearest.sequence;
    while (this.#deliver(side));
  }

  #ahead(side: Side, segment: Segment): number {
    return (segment.sequence - this.#next[side]!) | 0;
  }
}

const timeOf = ({ frame }: Segment): { seconds: number; nanos: number } => ({ seconds: frame.seconds, nanos: frame.nanos });

/** Bytes before the IP header: BSD loopback, Ethernet, raw IP, Linux cooked v1 and v2. */
const linkHeaders = new Map([
  [0, 4],
  [1, 14],
  [101, 0],
  [113, 16],
  [276, 20],
]);

function decode(frame: Frame): Segment | undefined {
  const start = linkHeaders.get(frame.linkType);
  if (start === undefined) throw new Error(`a fixture has link type ${frame.linkType}; known are ${[...linkHeaders.keys()].join(', ')}`);
  const ip = frame.bytes.subarray(start);
  if (ip.length < 20) return undefined;
  return ip[0]! >> 4 === 4 ? decodeIpv4(frame, ip) : ip[0]! >> 4 === 6 ? decodeIpv6(frame, ip) : undefined;
}

function decodeIpv4(frame: Frame, ip: Uint8Array): Segment | undefined {
  const isFragment = (readU16(ip, 6) & 0x3fff) !== 0;
  if (isFragment) return undefined;
  const text = (at: number): string => ip.subarray(at, at + 4).join('.');
  return decodeTransport(frame, 'ipv4', ip[9]!, ip.subarray((ip[0]! & 15) * 4, readU16(ip, 2)), text(12), text(16));
}

function decodeIpv6(frame: Frame, ip: Uint8Array): Segment | undefined {
  if (ip.length < 40) return undefined;
  return decodeTransport(frame, 'ipv6', ip[6]!, ip.subarray(40, 40 + readU16(ip, 4)), ipv6Text(ip, 8), ipv6Text(ip, 24));
}

function ipv6Text(ip: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => readU16(ip, at + i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function decodeTransport(
  frame: Frame,
  network: 'ipv4' | 'ipv6',
  protocol: number,
  bytes: Uint8Array,
  from: string,
  to: string,
): Segment | undefined {
  const ends = (): Pick<Segment, 'source' | 'destination'> => ({
    source: { ip: from, port: readU16(bytes, 0) },
    destination: { ip: to, port: readU16(bytes, 2) },
  });
  if (protocol === 17 && bytes.length >= 8) {
    return { transport: 'udp', network, ...ends(), sequence: 0, flags: 0, payload: bytes.subarray(8, readU16(bytes, 4)), frame };
  }
  if (protocol === 6 && bytes.length >= 20) {
    const payload = bytes.subarray((bytes[12]! >> 4) * 4);
    return { transport: 'tcp', network, ...ends(), sequence: readU32(bytes, 4), flags: bytes[13]!, payload, frame };
  }
  if (protocol === 1 || protocol === 58) {
    const transport = protocol === 1 ? 'icmp' : 'ipv6-icmp';
    const hosts = { source: { ip: from, port: 0 }, destination: { ip: to, port: 0 } };
    return { transport, network, ...hosts, sequence: 0, flags: 0, payload: bytes, frame };
  }
  return undefined;
}
