import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { PcapngBlocks } from '@orbweaver/packet/pcap/write/pcapng-writer.ts';
import { Dissector } from '@orbweaver/command/dissection/dissector.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { analyseChunks, analyseFrames, faultsOfSums, framesOf, linesOf, piecesOf, type OwnFrame } from '../analysis.ts';
import { ownCaptures } from '../captures.ts';
import { expectAlike } from './expect-alike.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orb-relations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file larger than this is read in large pieces only (bytes). */
const smallFile = 60_000;

describe('the same records come of a capture', () => {
  it.each(ownCaptures)('in_pieces_of_any_length: $name', ({ read }) => {
    const bytes = read();
    const whole = linesOf(analyseChunks([bytes]).records);
    expect(whole.length).toBeGreaterThan(0);
    for (const length of bytes.length < smallFile ? [1, 7, 1000, 65_536] : [1000, 65_536]) {
      expect(linesOf(analyseChunks(piecesOf(bytes, length)).records), `pieces of ${length}`).toEqual(whole);
    }
  });

  it.each(ownCaptures)('packet_by_packet_each_in_a_buffer_that_is_used_again: $name', ({ read }) => {
    const bytes = read();
    const records: TrafficRecord[] = [];
    const dissector = new Dissector({ emit: (record) => records.push(record) });
    const frame = new Frame();
    const buffer = new Uint8Array(1 << 18);
    for (const own of framesOf(bytes)) {
      buffer.fill(0xa5);
      buffer.set(own.bytes, 64);
      Object.assign(frame, own, { bytes: buffer, start: 64, end: 64 + own.bytes.length });
      dissector.frame(frame);
    }
    buffer.fill(0x5a);
    dissector.finish();
    expect(linesOf(records)).toEqual(linesOf(analyseChunks([bytes]).records));
  });

  it.each(ownCaptures)('as_pcap_as_pcapng_and_compressed: $name', async ({ read }) => {
    const frames = framesOf(read());
    const whole = linesOf(analyseFrames(frames).records);
    for (const [name, bytes] of variantsOf(frames)) {
      const path = join(folder, 'capture');
      writeFileSync(path, bytes);
      expect(await linesOfFile(path), name).toEqual(whole);
    }
  });

  it.each(ownCaptures)('conversation_by_conversation_and_shared_in_the_order_of_their_packets: $name', ({ read }) => {
    expectAlike(read());
  });

  it.each(ownCaptures)('and_every_packet_is_accounted_for: $name', ({ read }) => {
    const bytes = read();
    expect(faultsOfSums(analyseChunks([bytes]), framesOf(bytes).length)).toEqual([]);
  });
});

function* variantsOf(frames: readonly OwnFrame[]): Generator<readonly [string, Uint8Array]> {
  const { linkType, fractionDigits } = frames[0]!;
  const digits = fractionDigits;
  const blocks = (littleEndian: boolean): Uint8Array => {
    const writer = new PcapngBlocks(littleEndian);
    const head = [writer.section(), writer.interface({ linkType, resolution: digits })];
    return Buffer.concat([...head, ...frames.map((frame) => writer.packet(frame, 0, digits))]);
  };
  const sameLink = frames.every((frame) => frame.linkType === linkType && frame.fractionDigits === digits);
  if (!sameLink) return;
  yield ['pcapng', blocks(true)];
  yield ['pcapng, big-endian, compressed', gzipSync(blocks(false), { level: 1 })];
  if (digits !== 6 && digits !== 9) return;
  for (const littleEndian of [true, false]) {
    const pcap = writePcap(frames, { linkType, nanoseconds: digits === 9, littleEndian });
    yield [`pcap, ${littleEndian ? 'little' : 'big'}-endian`, pcap];
    if (littleEndian)
      yield ['pcap in several compressed members', Buffer.concat([...piecesOf(pcap, 5000)].map((part) => gzipSync(part, { level: 1 })))];
  }
}

async function linesOfFile(path: string): Promise<string[]> {
  const records: TrafficRecord[] = [];
  const dissector = new Dissector({ emit: (record) => records.push(record) });
  expect(await readCapture(openCapture(path), (frame) => dissector.frame(frame))).toBeUndefined();
  dissector.finish();
  return linesOf(records);
}
