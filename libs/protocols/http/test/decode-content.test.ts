import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codingLimit, decodeContent } from '../decode-content.ts';

const text = Buffer.from('Warp and weft. '.repeat(2000));
const packed = {
  gzip: gzipSync(text),
  'x-gzip': gzipSync(text),
  deflate: deflateSync(text),
  br: brotliCompressSync(text),
  zstd: zstdCompressSync(text),
};
const equal = (bytes: Uint8Array): boolean => text.equals(bytes);

describe('a kept body', () => {
  it.each(Object.entries(packed))('in_%s_is_decoded', async (coding, bytes) => {
    const decoded = await decodeContent(bytes, [coding]);
    expect([decoded.complete, equal(decoded.bytes)]).toEqual([true, true]);
  });

  it('in_deflate_without_its_wrapper_is_decoded', async () => {
    expect(equal((await decodeContent(deflateRawSync(text), ['deflate'])).bytes)).toBe(true);
  });

  it('in_several_gzip_members_is_decoded_whole', async () => {
    const decoded = await decodeContent(Buffer.concat([gzipSync('one '), gzipSync('two')]), ['gzip']);
    expect(String(Buffer.from(decoded.bytes))).toBe('one two');
  });

  it('in_several_codings_is_decoded_from_the_last_one_back', async () => {
    expect(equal((await decodeContent(brotliCompressSync(gzipSync(text)), ['gzip', 'identity', 'br'])).bytes)).toBe(true);
  });

  it('without_coding_is_given_as_it_is', async () => {
    expect(await decodeContent(text, [])).toEqual({ bytes: text, complete: true });
    expect(await decodeContent(text, ['identity'])).toEqual({ bytes: text, complete: true });
  });

  it('that_unpacks_to_more_than_the_limit_is_cut', async () => {
    for (const [coding, bytes] of Object.entries(packed)) {
      expect(await decodeContent(bytes, [coding], 100)).toEqual({
        bytes: text.subarray(0, 100),
        complete: false,
        problem: `${coding}: cut at 100 bytes`,
      });
    }
    const bomb = await decodeContent(gzipSync(Buffer.alloc(50 << 20)), ['gzip'], 1 << 20);
    expect([bomb.bytes.length, bomb.complete]).toEqual([1 << 20, false]);
  });

  it('that_was_cut_by_the_policy_gives_what_can_be_read', async () => {
    const random = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 251));
    const decoded = await decodeContent(gzipSync(random, { level: 0 }).subarray(0, 40_000), ['gzip']);
    expect(decoded.complete).toBe(false);
    expect(decoded.bytes.length).toBeGreaterThan(20_000);
    expect(random.subarray(0, decoded.bytes.length).equals(decoded.bytes)).toBe(true);
  });

  it('that_is_not_what_its_header_says_is_told_so', async () => {
    for (const coding of Object.keys(packed)) {
      const decoded = await decodeContent(Buffer.from('plain text after all'), [coding]);
      expect(decoded.complete).toBe(false);
      expect(decoded.problem).toContain(`${coding}: `);
    }
    expect(await decodeContent(text, ['compress'])).toEqual({ bytes: text, complete: false, problem: 'unknown content coding "compress"' });
    expect(
      (
        await decodeContent(
          text,
          Array.from({ length: codingLimit + 1 }, () => 'gzip'),
        )
      ).problem,
    ).toContain('more than');
  });

  it('without_octets_is_empty', async () => {
    expect((await decodeContent(new Uint8Array(0), ['br'])).bytes).toHaveLength(0);
  });
});
