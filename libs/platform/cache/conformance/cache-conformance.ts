import { expect, test } from 'vitest';
import type { Cache } from '@orbweaver/command/streaming/cache.ts';

/** What every working memory keeps to. `prefix` begins the keys of this run; `pass` lets milliseconds go by. */
export function cacheConformance(
  name: string,
  open: () => Promise<{ cache: Cache; prefix: string; pass: (milliseconds: number) => Promise<void> }>,
): void {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : Buffer.from(value).toString());

  test(`${name}: a_value_is_what_was_set_last_until_it_is_deleted`, async () => {
    const { cache, prefix } = await open();
    expect(await cache.get(`${prefix}a`)).toBeUndefined();
    expect(await cache.has(`${prefix}a`)).toBe(false);
    await cache.set(`${prefix}a`, bytes('one'));
    await cache.set(`${prefix}a`, bytes('two'));
    await cache.set(`${prefix}b`, bytes('other'));
    expect(text(await cache.get(`${prefix}a`))).toBe('two');
    expect(await cache.has(`${prefix}a`)).toBe(true);
    await cache.delete(`${prefix}a`);
    await cache.delete(`${prefix}a`);
    expect(await cache.get(`${prefix}a`)).toBeUndefined();
    expect(text(await cache.get(`${prefix}b`))).toBe('other');
    expect(cache.problem()).toBeUndefined();
  });

  test(`${name}: any_bytes_and_a_megabyte_of_them_come_back`, async () => {
    const { cache, prefix } = await open();
    const value = Uint8Array.from({ length: 2 ** 20 }, (_, i) => i * 7);
    await cache.set(`${prefix}large`, value);
    value.fill(0);
    const found = await cache.get(`${prefix}large`);
    expect(found?.length).toBe(2 ** 20);
    expect(found?.every((byte, i) => byte === ((i * 7) & 255))).toBe(true);
  });

  test(`${name}: a_value_with_a_time_goes_when_it_is_over`, async () => {
    const { cache, prefix, pass } = await open();
    await cache.set(`${prefix}short`, bytes('x'), 40);
    expect(text(await cache.get(`${prefix}short`))).toBe('x');
    await pass(80);
    expect(await cache.get(`${prefix}short`)).toBeUndefined();
  });
}
