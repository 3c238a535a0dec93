/**
 * What reading and decoding cost by themselves, in nanoseconds of processor time a packet: `node libs/packet/bench/decode.bench.ts [CAPTURE]`. Without a file it
 * makes its own packets: TCP segments of common sizes, one in ten a DNS-sized datagram, one in twenty inside VXLAN.
 */
import { Decoder } from '../layers/decoder.ts';
import { concat, ethernet, ipv4, tcp, u16, u32, udp } from '../layers/test/build.ts';
import { CaptureParser } from '../pcap/capture-parser.ts';
import { Frame } from '../pcap/frame.ts';
import { readCapture } from '../pcap/read-capture.ts';
import { openCapture } from '../pcap/source.ts';
import { PcapngBlocks } from '../pcap/write/pcapng-writer.ts';
import { writePcap, type FrameToWrite } from '../pcap/write/pcap-writer.ts';

const rounds = 40;
const chunkLength = 1024 * 1024;

function makeFrames(count: number): FrameToWrite[] {
  const sizes = [0, 0, 100, 536, 1448, 1448];
  return Array.from({ length: count }, (_, i) => {
    const segment = ipv4(
      { protocol: 6 },
      tcp({ source: 1024 + (i % 50_000), options: [1, 1, 8, 10, ...u32(i), ...u32(0)] }, new Uint8Array(sizes[i % 6]!)),
    );
    const frame = ethernet(0x0800, segment);
    const datagram = ethernet(0x0800, ipv4({ protocol: 17 }, udp(40_000, 53, new Uint8Array(60))));
    const tunnelled = ethernet(0x0800, ipv4({ protocol: 17 }, udp(50_000, 4789, concat(u32(0x08000000), u16(0), [1, 0], frame))));
    return { bytes: i % 20 === 1 ? tunnelled : i % 10 === 0 ? datagram : frame, seconds: 1_700_000_000 + i, nanos: 1000 * i };
  });
}

function report(what: string, milliseconds: number, packets: number, bytes: number): void {
  const nanos = (milliseconds * 1e6) / packets;
  console.log(`${what.padEnd(28)} ${nanos.toFixed(0).padStart(6)} ns/packet ${(bytes / milliseconds / 1000).toFixed(0).padStart(7)} MB/s`);
}

/** Milliseconds of processor time since `start`: others may be using the machine. */
function spent(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function measure(what: string, packets: number, bytes: number, run: () => void): void {
  for (let warm = 0; warm < 3; warm++) run();
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round++) run();
  report(what, spent(start), packets * rounds, bytes * rounds);
}

function feed(capture: Uint8Array): void {
  const parser = new CaptureParser();
  for (let at = 0; at < capture.length; at += chunkLength) parser.feed(capture.subarray(at, at + chunkLength), () => undefined);
  const error = parser.finish();
  if (error !== undefined) throw error;
}

/** The frames of a capture, lying in it as a reader would show them. */
function framesOf(capture: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  new CaptureParser().feed(capture, (frame) => frames.push(Object.assign(new Frame(), frame)));
  return frames;
}

function benchMemory(): void {
  const frames = makeFrames(20_000);
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
  const blocks = new PcapngBlocks();
  const pcap = writePcap(frames, { linkType: 1 });
  const pcapng = Buffer.concat([blocks.section(), blocks.interface({ linkType: 1 }), ...frames.map((frame) => blocks.packet(frame))]);
  const ready = framesOf(pcap);
  measure('read pcap', frames.length, bytes, () => feed(pcap));
  measure('read pcapng', frames.length, bytes, () => feed(pcapng));
  const decoders = { decode: new Decoder(), 'decode, verify checksums': new Decoder({ verifyChecksums: true }) };
  for (const [what, decoder] of Object.entries(decoders)) {
    measure(what, frames.length, bytes, () => {
      for (const frame of ready) decoder.decode(frame);
    });
  }
}

async function benchFile(path: string): Promise<void> {
  for (const what of ['read', 'read and decode']) {
    const decoder = new Decoder();
    const source = openCapture(path);
    let packets = 0;
    const start = process.cpuUsage();
    const error = await readCapture(source, (frame) => {
      packets++;
      if (what !== 'read') decoder.decode(frame);
    });
    report(what, spent(start), packets, source.position);
    if (error !== undefined) console.error(error.message);
  }
  console.log(`${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`);
}

const path = process.argv[2];
if (path === undefined) benchMemory();
else await benchFile(path);
