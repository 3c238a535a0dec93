import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentKind, ContentSink, KeptContent } from '@orbweaver/protocols/sdk/content.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentCounters } from '../content-counters.ts';
import { ContentFiles } from '../content-files.ts';
import { captureSegment, formatContentId, hourSegment, parseContentId } from '../content-id.ts';
import type { ContentPolicy } from '../content-policy.ts';
import { FileContent, type FileContentOptions } from '../file-content.ts';
import { MemoryContent } from '../memory-content.ts';

const whole: ContentPolicy = { bodies: { keep: 'whole', bytes: 1 << 20 }, payload: { keep: 'off' } };
const segment = captureSegment('shop.pcapng');

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'orbweaver-content-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(sink: ContentSink, bytes: Uint8Array, kind: ContentKind = 'http.response.body'): KeptContent | undefined {
  const writer = sink.open(kind);
  for (let at = 0; at < bytes.length; at += 1000) writer?.append(bytes, at, Math.min(bytes.length, at + 1000));
  return writer?.finish();
}

const incompressible = (length: number): Buffer => createHash('shake256', { outputLength: length }).update('noise').digest();

interface Both {
  readonly sink: ContentSink & { readonly counters: ContentCounters; flush(): void };
  read(id: string): Promise<Buffer | undefined>;
  deleteCapture(capture: string): Promise<void>;
}

const files = (options: Partial<FileContentOptions> = {}): FileContent =>
  new FileContent({ folder, segment, policy: whole, limit: 1 << 30, whenFull: 'refuse', ...options });

const adapters: readonly (readonly [string, (policy: ContentPolicy, limit?: number) => Both])[] = [
  [
    'files',
    (policy, limit = 1 << 30): Both => {
      const reader = new ContentFiles(folder);
      return { sink: files({ policy, limit }), read: (id) => reader.read(id), deleteCapture: (name) => reader.deleteCapture(name) };
    },
  ],
  [
    'memory',
    (policy, limit = 1 << 30): Both => {
      const sink = new MemoryContent({ segment, policy, limit });
      return { sink, read: (id) => sink.read(id), deleteCapture: (name) => sink.deleteCapture(name) };
    },
  ],
];

describe.each(adapters)('content in %s', (_, open) => {
  it('gives_back_what_was_kept_byte_by_byte', async () => {
    const { sink, read } = open(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { minLength: 1, maxLength: 8 }), async (bodies) => {
        const kept = bodies.map((body) => put(sink, body)!);
        sink.flush();
        expect(new Set(kept.map(({ id }) => id)).size).toBe(bodies.length);
        for (const [i, { id, bytes }] of kept.entries()) {
          expect(bytes).toBe(bodies[i]!.length);
          expect(Buffer.compare((await read(id))!, bodies[i]!)).toBe(0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('keeps_the_head_and_counts_what_is_cut', async () => {
    const { sink, read } = open({ bodies: { keep: 'head', bytes: 1500 }, payload: { keep: 'off' } });
    const kept = put(sink, Buffer.alloc(4000, 'x'))!;
    sink.flush();
    expect(kept.bytes).toBe(1500);
    expect(await read(kept.id)).toHaveLength(1500);
    expect(sink.counters).toMatchObject({ kept: 1, keptBytes: 1500, cutBytes: 2500 });
  });

  it('keeps_nothing_of_what_the_policy_turns_off_and_nothing_of_nothing', () => {
    const { sink } = open(whole);
    expect(sink.open('source.payload')).toBeUndefined();
    expect(put(sink, new Uint8Array(0))).toBeUndefined();
  });

  it('refuses_what_does_not_fit_and_counts_it', () => {
    const { sink } = open(whole, 3000);
    const noise = incompressible(2000);
    expect(put(sink, noise)).toBeDefined();
    expect(put(sink, noise)).toBeUndefined();
    expect(sink.counters).toMatchObject({ kept: 1, refused: 1, refusedBytes: 2000 });
  });

  it('a_deleted_capture_is_gone', async () => {
    const { sink, read, deleteCapture } = open(whole);
    const { id } = put(sink, Buffer.from('hello'))!;
    sink.flush();
    await deleteCapture('other.pcap');
    expect(await read(id)).toBeDefined();
    await deleteCapture('shop.pcapng');
    expect(await read(id)).toBeUndefined();
    await deleteCapture('shop.pcapng');
  });

  it.each([
    '',
    'x',
    '../../etc/passwd',
    '..%2f.0.0.0',
    `${segment}.0.-1.0`,
    `${segment}.0.zzzzzzzzzz.0`,
    `${segment}.99.8.0`,
    `${segment}/../x.0.8.0`,
  ])('an_id_that_nobody_gave_opens_nothing: %s', async (id) => {
    const { sink, read } = open(whole);
    put(sink, Buffer.from('hello'));
    sink.flush();
    expect(await read(id)).toBeUndefined();
  });
});

describe('content in files', () => {
  const onlyPack = (): string => join(folder, segment, 'pack-0.bin');

  it('is_compressed_where_that_helps', () => {
    const sink = files();
    put(sink, Buffer.alloc(1 << 20, 'the same again '));
    sink.close();
    expect(statSync(onlyPack()).size).toBeLessThan(2000);
  });

  it('is_readable_by_its_owner_only', () => {
    const sink = files();
    put(sink, Buffer.from('hello'));
    sink.close();
    expect(statSync(onlyPack()).mode & 0o077).toBe(0);
  });

  it('of_several_writers_goes_into_packs_of_their_own', async () => {
    const sinks = [files(), files()];
    const kept = sinks.map((sink, i) => put(sink, Buffer.from(`writer ${i}`))!);
    for (const sink of sinks) sink.close();
    expect(readdirSync(join(folder, segment))).toEqual(['pack-0.bin', 'pack-1.bin']);
    expect(String(await new ContentFiles(folder).read(kept[1]!.id))).toBe('writer 1');
  });

  it('that_was_damaged_is_not_handed_out', async () => {
    const sink = files();
    const { id } = put(sink, Buffer.from('hello world'))!;
    sink.close();
    const bytes = readFileSync(onlyPack());
    for (let at = 8; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x40;
      writeFileSync(onlyPack(), damaged);
      expect(await new ContentFiles(folder).read(id), `octet ${at}`).toBeUndefined();
    }
  });

  it('after_a_crash_at_any_octet_keeps_its_whole_entries_and_loses_the_torn_one', async () => {
    const sink = files();
    const kept = ['first', 'second', 'third'].map((text) => put(sink, Buffer.from(text))!);
    sink.close();
    const bytes = readFileSync(onlyPack());
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(onlyPack(), bytes.subarray(0, length));
      const reader = new ContentFiles(folder);
      const lost = await reader.recover();
      const size = statSync(onlyPack()).size;
      expect(size + lost).toBe(length);
      const found = (await Promise.all(kept.map(({ id }) => reader.read(id)))).map((one) => one && String(one));
      const whole = length < 8 + 29 ? 0 : length < 8 + 29 + 30 ? 1 : length < bytes.length ? 2 : 3;
      expect(found).toEqual(['first', 'second', 'third'].map((text, i) => (i < whole ? text : undefined)));
    }
  });

  it('with_garbage_behind_its_last_entry_is_cut_back', async () => {
    const sink = files();
    put(sink, Buffer.from('hello'));
    sink.close();
    appendFileSync(onlyPack(), Buffer.alloc(100, 7));
    expect(await new ContentFiles(folder).recover()).toBe(100);
    truncateSync(onlyPack(), 3);
    expect(await new ContentFiles(folder).recover()).toBe(3);
  });

  it('makes_room_by_dropping_the_oldest_segments', async () => {
    const noise = incompressible(1000);
    let hour = 'live-20260102t03';
    const sink = files({ segment: () => hour, limit: 2500, whenFull: 'drop-oldest' });
    const first = put(sink, noise)!;
    hour = 'live-20260102t04';
    const second = put(sink, noise)!;
    hour = 'live-20260102t05';
    const third = put(sink, noise)!;
    sink.close();
    const reader = new ContentFiles(folder);
    expect(await reader.segments()).toEqual(['live-20260102t04', 'live-20260102t05']);
    expect(await reader.read(first.id)).toBeUndefined();
    expect(await reader.read(second.id)).toHaveLength(1000);
    expect(await reader.read(third.id)).toHaveLength(1000);
    expect(sink.counters.droppedSegments).toBe(1);
  });

  it('that_the_disk_refuses_is_counted_and_ends_nothing', () => {
    writeFileSync(join(folder, segment), 'a file where the folder should be');
    const sink = files();
    expect(put(sink, Buffer.from('hello'))).toBeUndefined();
    expect(sink.counters).toMatchObject({ kept: 0, refused: 1 });
    chmodSync(folder, 0o700);
  });
});

describe('content ids', () => {
  it('name_their_place', () => {
    const place = { segment: hourSegment(new Date('2026-01-02T03:04:05Z')), pack: 36, offset: 12_345_678, check: 0xffffffff };
    expect(formatContentId(place)).toBe('live-20260102t03.10.7clzi.1z141z3');
    expect(parseContentId(formatContentId(place))).toEqual(place);
  });
});
