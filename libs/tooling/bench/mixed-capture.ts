import { closeSync, openSync, writeSync } from 'node:fs';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { pcapHeader } from '@orbweaver/packet/pcap/write/pcap-writer.ts';

/** Copies of the input that run side by side, packet by packet, as conversations interleave on a wire. */
const lanes = 64;
/** Microseconds between two packets where nothing else is asked for: about 250,000 a second. */
const shortStep = 4;
/** Time of the first packet where nothing else is asked for, in seconds since 1970. */
const firstSecond = 1_700_000_000;

/**
 * Writes a large pcap file out of a small Ethernet capture: copy after copy, each with addresses (and so conversations) of its own and valid
 * checksums. The same input gives the same bytes. Returns the path. `step`: microseconds between two packets; `from`: seconds since 1970.
 */
export async function makeMixedCapture(
  input: string,
  output: string,
  bytes: number,
  step = shortStep,
  from = firstSecond,
): Promise<string> {
  const frames = await framesOf(input);
  const file = openSync(output, 'w');
  writeSync(file, pcapHeader({ linkType: 1 }));
  const chunk = Buffer.allocUnsafe(4 << 20);
  const next = new Array<number>(lanes).fill(0);
  const shift = next.map((_, lane) => lane + 1);
  let [used, written, copies, clock] = [0, 24, lanes, from * 1e6];
  while (written + used < bytes) {
    for (let lane = 0; lane < lanes; lane += 1) {
      const frame = frames[next[lane]!]!;
      if (used + 16 + frame.length > chunk.length) {
        written += writeSync(file, chunk, 0, used);
        used = 0;
      }
      clock += step;
      chunk.writeUInt32LE(Math.floor(clock / 1e6), used);
      chunk.writeUInt32LE(clock % 1e6, used + 4);
      chunk.writeUInt32LE(frame.length, used + 8);
      chunk.writeUInt32LE(frame.length, used + 12);
      frame.copy(chunk, used + 16);
      moveAddresses(chunk.subarray(used + 16, used + 16 + frame.length), shift[lane]!);
      used += 16 + frame.length;
      next[lane] = next[lane]! + 1;
      if (next[lane] === frames.length) {
        next[lane] = 0;
        shift[lane] = ++copies;
      }
    }
  }
  writeSync(file, chunk, 0, used);
  closeSync(file);
  return output;
}

async function framesOf(path: string): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  const error = await readCapture(openCapture(path), (frame) => {
    if (frame.linkType === 1) frames.push(Buffer.from(frame.bytes.subarray(frame.start, frame.end)));
  });
  if (error) throw error;
  if (frames.length === 0) throw new Error(`${path} holds no Ethernet frames`);
  return frames;
}

/** Adds `shift` to the second and third byte of both IPv4 addresses (or to the second word of both IPv6 prefixes), and mends the checksums. */
function moveAddresses(frame: Buffer, shift: number): void {
  const type = frame.length >= 34 ? frame.readUInt16BE(12) : 0;
  if (type === 0x0800) {
    const header = (frame[14]! & 15) * 4;
    const first = (frame.readUInt16BE(20) & 0x1fff) === 0;
    const sums = [24, ...(first ? transportChecksum(frame, frame[23]!, 14 + header) : [])];
    for (const at of [26, 30]) {
      addToWord(frame, at, (shift >>> 8) & 0x7f, sums);
      addToWord(frame, at + 2, (shift & 0xff) << 8, sums);
    }
  } else if (type === 0x86dd && frame.length >= 54) {
    const sums = transportChecksum(frame, frame[20]!, 54);
    for (const at of [22, 38]) addToWord(frame, at + 2, shift & 0xffff, sums);
  }
}

/** Where the checksum of a transport header lies, if it has one that covers the addresses. */
function transportChecksum(frame: Buffer, protocol: number, at: number): number[] {
  if (protocol === 6 && at + 18 <= frame.length) return [at + 16];
  if (protocol === 17 && at + 8 <= frame.length && frame.readUInt16BE(at + 6) !== 0) return [at + 6];
  if (protocol === 58 && at + 4 <= frame.length) return [at + 2];
  return [];
}

/** Changes a 16-bit word and the checksums over it (RFC 1624: HC' = ~(~HC + ~m + m')). */
function addToWord(frame: Buffer, at: number, amount: number, sums: readonly number[]): void {
  const before = frame.readUInt16BE(at);
  const after = (before + amount) & 0xffff;
  frame.writeUInt16BE(after, at);
  for (const place of sums) {
    let sum = (~frame.readUInt16BE(place) & 0xffff) + (~before & 0xffff) + after;
    sum = (sum & 0xffff) + (sum >>> 16);
    frame.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, place);
  }
}
