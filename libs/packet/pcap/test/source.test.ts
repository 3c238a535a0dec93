import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decompress } from '../decompress.ts';
import { chunkLength } from '../gather.ts';
import { readCapture } from '../read-capture.ts';
import type { CaptureError } from '../read-error.ts';
import { openCapture } from '../source.ts';
import { writePcap } from '../write/pcap-writer.ts';

const frames = Array.from({ length: 3000 }, (_, i) => ({ bytes: new Uint8Array(i % 1400).fill(i), seconds: i, nanos: 0 }));
const capture = writePcap(frames, { linkType: 1 });
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orbweaver-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function count(chunks: AsyncIterable<Uint8Array>): Promise<{ frames: number; error: CaptureError | undefined }> {
  let seen = 0;
  const error = await readCapture(chunks, (frame) => {
    expect(frame.end - frame.start).toBe(seen % 1400);
    if (frame.end > frame.start) expect(frame.bytes[frame.start]).toBe(seen & 0xff);
    seen++;
  });
  return { frames: seen, error };
}

async function* slices(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

describe('a capture file', () => {
  it('is_read_through_two_buffers_that_are_used_again', async () => {
    const source = openCapture(file('plain.pcap', capture));
    expect(await count(source)).toEqual({ frames: 3000, error: undefined });
    expect([source.size, source.position]).toEqual([capture.length, capture.length]);
  });

  it('may_be_compressed_with_gzip_in_several_members_or_with_zstd', async () => {
    const members = Buffer.concat([gzipSync(capture.subarray(0, 100_001)), gzipSync(capture.subarray(100_001))]);
    for (const [name, bytes] of Object.entries({ one: gzipSync(capture), members, zstd: zstdCompressSync(capture) })) {
      expect(await count(openCapture(file(name, bytes)))).toEqual({ frames: 3000, error: undefined });
    }
  });

  it('in_several_members_may_be_sliced_anywhere', async () => {
    const members = Buffer.concat([1, 2, 3, 4].map((n) => gzipSync(Buffer.from('abcd'.repeat(n)))));
    for (let size = 1; size <= members.length; size++) {
      let text = '';
      for await (const piece of decompress(slices(members, size))) text += Buffer.from(piece).toString();
      expect(text).toBe('abcd'.repeat(10));
    }
  });

  it('is_undone_to_chunks_that_stay_as_they_are_until_the_next_is_asked_for', async () => {
    const text = Buffer.from(Uint8Array.from({ length: 5 * chunkLength + 12_345 }, (_, i) => (i >>> 3) ^ (i >>> 11) ^ (i >>> 17)));
    for (const bytes of [
      gzipSync(text),
      zstdCompressSync(text),
      Buffer.concat([gzipSync(text.subarray(0, 99)), gzipSync(text.subarray(99))]),
    ])
      for (const size of [7777, 65_536, bytes.length]) {
        let at = 0;
        for await (const chunk of decompress(slices(bytes, size))) {
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
          expect(text.subarray(at, at + chunk.length).equals(chunk)).toBe(true);
          at += chunk.length;
        }
        expect(at).toBe(text.length);
      }
  });

  it('that_grows_a_thousandfold_when_undone_is_given_out_in_chunks_of_two_mebibytes', async () => {
    const length = 512 * 2 ** 20;
    const path = file('bomb.zst', zstdCompressSync(Buffer.alloc(length)));
    const before = process.memoryUsage.rss();
    let seen = 0;
    let [most, held] = [0, 0];
    for await (const chunk of openCapture(path)) {
      seen += chunk.length;
      most = Math.max(most, chunk.length);
      held = Math.max(held, process.memoryUsage.rss() - before);
    }
    expect([seen, most <= chunkLength]).toEqual([length, true]);
    expect(held).toBeLessThan(length / 2);
  });

  it('that_ends_early_under_gzip_gives_what_was_there', async () => {
    const zipped = gzipSync(capture);
    const { frames: seen, error } = await count(openCapture(file('cut.pcap.gz', zipped.subarray(0, zipped.length - 200))));
    expect(error?.kind).toBe('bad_compression');
    expect(seen).toBeGreaterThan(2000);
  });

  it('that_is_damaged_under_gzip_gives_what_was_in_front', async () => {
    const zipped = gzipSync(capture);
    zipped[zipped.length - 5]! ^= 0xff; // the check sum
    const { frames: seen, error } = await count(openCapture(file('damaged.pcap.gz', zipped)));
    expect(error).toMatchObject({ kind: 'bad_compression', reason: 'the gzip data is damaged or ends early: incorrect data check' });
    // zlib gives nothing of the output piece in which it finds the damage.
    expect(seen).toBeGreaterThan(2700);
  });

  it('that_cannot_be_opened_is_named_with_the_reason', async () => {
    const errorOf = async (path: string) => (await count(openCapture(path))).error;
    expect(await errorOf(join(folder, 'nothing'))).toMatchObject({ kind: 'unreadable', message: 'cannot be read: no such file' });
    expect((await errorOf(folder))?.message).toBe('cannot be read: it is a directory, expected a capture file');
    const secret = file('secret.pcap', capture);
    chmodSync(secret, 0);
    // The superuser may read everything.
    if (process.getuid?.() !== 0) expect((await errorOf(secret))?.message).toBe('cannot be read: permission denied');
  });

  it('that_is_empty_or_text_is_no_capture', async () => {
    expect((await count(openCapture(file('empty', new Uint8Array(0))))).error?.kind).toBe('not_a_capture');
    expect((await count(openCapture(file('text', Buffer.from('not me\n'))))).error?.kind).toBe('not_a_capture');
  });

  it('is_held_back_while_the_reader_waits', async () => {
    let waiting = false;
    let chunks = 0;
    const afterChunk = async (): Promise<void> => {
      chunks++;
      waiting = true;
      await new Promise((resolve) => setImmediate(resolve));
      waiting = false;
    };
    await readCapture(slices(capture, 50_000), () => expect(waiting).toBe(false), afterChunk);
    expect(chunks).toBe(Math.ceil(capture.length / 50_000));
  });
});
