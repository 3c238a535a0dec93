import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { PcapngBlocks } from '@orbweaver/packet/pcap/write/pcapng-writer.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { expectedFields, toldBy } from '@orbweaver/testing/tcp-truths/expected.ts';
import type { Script } from '@orbweaver/testing/tcp-truths/script.ts';
import { scripts } from '@orbweaver/testing/tcp-truths/scripts.ts';
import { stage } from '@orbweaver/testing/tcp-truths/stage.ts';
import { truthOf, type SideTruth, type Truth } from '@orbweaver/testing/tcp-truths/truth.ts';
import { framesOf, usualPlace, type WireFrame } from '@orbweaver/testing/tcp-truths/wire.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { analyze } from '../analyze.ts';

/** Captures that are written and analysed, and conversations in each. `TRUTHS_SEED` sees a run again. */
const captures = 12;
const conversations = 12;
const seed = Number(process.env['TRUTHS_SEED'] ?? 1);

/** With their opening: bytes that say nothing could be taken for those of a protocol, and turn a conversation round that began before the capture. */
const opened = scripts.map((script): Script => (script.opening.startsWith('middle') ? { ...script, opening: 'handshake' } : script));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orb-truths-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it(`analyze_gives_back_the_conversations_of_a_written_capture (TRUTHS_SEED=${seed})`, async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(opened, { minLength: 1, maxLength: conversations }), async (all) => {
      const parts = all.map(conversationOf).filter(({ frames }) => frames.length > 0);
      const frames = parts.flatMap((part) => part.frames).sort((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
      const path = join(folder, 'capture');
      writeFileSync(path, formats[written++ % formats.length]!(frames));
      const { records, kept } = await run(path);
      expect(records).toHaveLength(parts.length);
      for (const { port, frames: own, truth } of parts) {
        const record = records.find((flow) => flow['source.port'] === port || flow['destination.port'] === port)!;
        expect(toldBy(record)).toEqual(expectedFields(truth, own));
        expect(['source', 'destination'].map((side) => kept.get(String(record[`${side}.payload.content_id`])) ?? '')).toEqual(
          truth.sides.map(payloadOf),
        );
      }
    }),
    { numRuns: captures, seed },
  );
}, 60_000);

interface Conversation {
  readonly port: number;
  readonly frames: readonly WireFrame[];
  readonly truth: Truth;
}

/** Each between hosts of its own, all at the same time. */
function conversationOf(script: Script, index: number): Conversation {
  const port = 40_000 + index;
  const packets = stage(script);
  const place = { ...usualPlace, clientHost: 10 + 2 * index, serverHost: 11 + 2 * index, clientPort: port, start: index * 300 };
  return { port, frames: framesOf(script, packets, place), truth: packets.length > 0 ? truthOf(packets) : none };
}

const none = {} as Truth;

const pcap = (frames: readonly WireFrame[]): Uint8Array => writePcap(frames, { linkType: 1 });

function pcapng(frames: readonly WireFrame[]): Uint8Array {
  const blocks = new PcapngBlocks();
  return Buffer.concat([blocks.section(), blocks.interface({ linkType: 1 }), ...frames.map((frame) => blocks.packet(frame))]);
}

const formats = [pcap, pcapng, (frames: readonly WireFrame[]) => gzipSync(pcap(frames))];

async function run(path: string): Promise<{ records: Record<string, unknown>[]; kept: Map<string, string> }> {
  const kept = new Map<string, string>();
  const content = (): ContentSink => ({
    open() {
      const parts: Uint8Array[] = [];
      return {
        append: (bytes, start, end) => void parts.push(Uint8Array.from(bytes.subarray(start, end))),
        finish() {
          const whole = Buffer.concat(parts);
          if (whole.length === 0) return undefined;
          const id = `content ${kept.size}`;
          kept.set(id, whole.toString('hex'));
          return { id, bytes: whole.length };
        },
      };
    },
  });
  let out = '';
  const status = await analyze(
    [path],
    { records: ['flow'], summary: 'none', checksums: 'verify', content },
    {
      out: { write: (line) => ((out += `${line}\n`), true), writeLines: () => true, flush: () => true },
      error: { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream,
    },
  );
  expect(status).toBe(0);
  const records = out.split('\n').filter((line) => line !== '');
  return { records: records.map((line) => JSON.parse(line) as Record<string, unknown>), kept };
}

/** What was captured of a stream, without its holes. */
function payloadOf({ pieces }: SideTruth): string {
  return Buffer.concat(pieces.map((piece) => ('bytes' in piece ? piece.bytes : new Uint8Array(0)))).toString('hex');
}
