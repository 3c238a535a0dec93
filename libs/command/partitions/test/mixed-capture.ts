import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { ipFrame, udpFrame } from '../../dissection/test/frames.ts';

/** Captures of our own, whose frames are Ethernet with IPv4. */
const fixtures = [
  'http/fixtures/curl-answers.pcap',
  'http/fixtures/python.pcap',
  'dns/fixtures/odd.pcap',
  'dns/fixtures/tcp.pcap',
  'dhcp/fixtures/clients.pcap',
  'redis/fixtures/pipelining.pcap',
  'icmp/fixtures/ping.pcap',
  'tls/fixtures/datagrams.pcap',
];

interface MadeFrame {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * One capture with everything that makes partitions hard: conversations in VXLAN, whose outer ports differ by direction, and in GRE, several in one outer flow; tunnels in
 * tunnels; datagrams in fragments that come in any order, some never whole; conversations that go over several flows; pauses that end flows.
 */
export async function mixedCapture(seed: number): Promise<Uint8Array> {
  const random = generator(seed);
  const streams: MadeFrame[][] = [];
  for (const [i, name] of fixtures.entries()) {
    const frames = await framesOf(new URL(`../../../protocols/${name}`, import.meta.url).pathname);
    const wrap = wraps[Math.floor(random() * wraps.length)]!;
    const start = 1_700_000_000 + Math.floor(random() * 40);
    const first = frames[0]!;
    const stretch = random() < 0.3 ? 40 : 1;
    streams.push(
      frames.flatMap(({ bytes, seconds, nanos }) => {
        const at = start + (seconds - first.seconds) * stretch;
        return wrap(bytes, i, random).map((bytes) => ({ bytes, seconds: at, nanos }));
      }),
    );
  }
  const all = streams.flat().sort((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
  for (let i = 1; i < all.length; i++) {
    // Fragments and neighbours change places now and then; the times stay where they are.
    if (random() > 0.1) continue;
    const [before, behind] = [all[i - 1]!, all[i]!];
    all[i - 1] = { ...before, bytes: behind.bytes };
    all[i] = { ...behind, bytes: before.bytes };
  }
  return writePcap(oneByOne(all.filter(() => random() > 0.01)), { linkType: 1, nanoseconds: true });
}

/** The clock moves on from frame to frame, as on a wire: the fragments of a datagram leave it one after the other. */
function oneByOne(frames: readonly MadeFrame[]): MadeFrame[] {
  let last = 0n;
  return frames.map(({ bytes, seconds, nanos }) => {
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
    last = time > last ? time : last + 1n;
    return { bytes, seconds: Number(last / 1_000_000_000n), nanos: Number(last % 1_000_000_000n) };
  });
}

type Wrap = (frame: Uint8Array, stream: number, random: () => number) => Uint8Array[];

const plain: Wrap = (frame) => [frame];
const fragmented: Wrap = (frame, _stream, random) => fragments(frame, 104, random);
/** Each direction of each conversation has an outer port of its own. */
const vxlan: Wrap = (frame, stream) => {
  const port = 50_000 + ((frame[26 + 3]! * 7 + frame[30 + 3]! * 3 + frame[34]! + frame[35]!) % 1000);
  const [from, to] = frame[29]! < frame[33]! ? [11, 12] : [12, 11];
  const header = [8, 0, 0, 0, 0, 0, stream, 0];
  return [udpFrame({ host: from, port }, { host: to, port: 4789 }, Buffer.concat([Uint8Array.from(header), frame]))];
};
/** Everything between two routers is one outer flow. */
const gre: Wrap = (frame) => {
  if (frame[12] !== 8 || frame[13] !== 0) return [frame];
  const [from, to] = frame[29]! < frame[33]! ? [21, 22] : [22, 21];
  return [ipFrame({ host: from, port: 0 }, { host: to, port: 0 }, 47, Buffer.concat([Uint8Array.of(0, 0, 8, 0), frame.subarray(14)]))];
};
const vxlanInGre: Wrap = (frame, stream, random) => vxlan(frame, stream, random).flatMap((outer) => gre(outer, stream, random));
const fragmentedVxlan: Wrap = (frame, stream, random) => vxlan(frame, stream, random).flatMap((outer) => fragments(outer, 208, random));
const vxlanOfFragments: Wrap = (frame, stream, random) => fragments(frame, 104, random).flatMap((part) => vxlan(part, stream, random));
const wraps = [plain, fragmented, vxlan, gre, vxlanInGre, fragmentedVxlan, vxlanOfFragments];

let identification = 0;

/** Cuts an IPv4 packet into fragments of `size` bytes, in any order, some left out. */
function fragments(frame: Uint8Array, size: number, random: () => number): Uint8Array[] {
  const headerLength = (frame[14]! & 15) * 4;
  const start = 14 + headerLength;
  if (frame[12] !== 8 || frame[13] !== 0 || frame.length - start <= size || random() < 0.3) return [frame];
  identification = (identification + 1) & 0xffff;
  const parts: Uint8Array[] = [];
  for (let at = start; at < frame.length; at += size) {
    const data = frame.subarray(at, at + size);
    const part = Buffer.concat([frame.subarray(0, start), data]);
    part.writeUInt16BE(headerLength + data.length, 16);
    part.writeUInt16BE(identification, 18);
    part.writeUInt16BE((at + size < frame.length ? 0x2000 : 0) | ((at - start) >>> 3), 20);
    parts.push(part);
  }
  parts.sort(() => random() - 0.5);
  return parts.filter(() => random() > 0.02);
}

async function framesOf(path: string): Promise<MadeFrame[]> {
  const frames: MadeFrame[] = [];
  await readCapture(openCapture(path), ({ bytes, start, end, seconds, nanos }) => {
    frames.push({ bytes: bytes.slice(start, end), seconds, nanos });
  });
  return frames;
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
