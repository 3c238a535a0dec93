import { describe, expect, it } from 'vitest';
import { ByteMemo } from '../bytes/byte-memo.ts';
import { hexText, latin1 } from '../bytes/text.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('byte memo', () => {
  it('gives_back_what_was_kept_for_the_same_bytes_wherever_they_lie', () => {
    const memo = new ByteMemo<string>(16);
    const bytes = bytesOf('..spider..');
    expect(memo.find(bytes, 2, 8)).toBeUndefined();
    expect(memo.keep('found')).toBe('found');
    bytes.fill(0);
    expect(memo.find(bytesOf('spider'), 0, 6)).toBe('found');
    expect(memo.find(bytesOf('spiders'), 0, 7)).toBeUndefined();
  });

  it('never_mixes_keys_up_however_few_its_slots', () => {
    const memo = new ByteMemo<string>(2);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 100; i++) {
        const key = bytesOf(`key ${i}`);
        expect(memo.find(key, 0, key.length) ?? memo.keep(`value ${i}`)).toBe(`value ${i}`);
      }
    }
  });

  it('does_not_keep_long_keys', () => {
    const memo = new ByteMemo<number>(4);
    const long = new Uint8Array(100_000);
    expect(memo.find(long, 0, long.length)).toBeUndefined();
    memo.keep(1);
    expect(memo.find(long, 0, long.length)).toBeUndefined();
  });
});

describe('text of bytes', () => {
  it('is_that_of_the_range_also_in_a_part_of_a_buffer', () => {
    const whole = bytesOf('xxabcdé');
    const part = whole.subarray(2);
    expect(latin1(part, 0, 3)).toBe('abc');
    expect(latin1(part, 4, 6)).toBe('\u00c3\u00a9');
    expect(hexText(part, 3, 6)).toBe('64c3a9');
    expect(latin1(Uint8Array.of(0x7a), 0, 1)).toBe('z');
  });
});
