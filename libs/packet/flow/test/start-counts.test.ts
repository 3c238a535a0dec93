import { expect, test } from 'vitest';
import { StartCounts, startWords } from '../start-counts.ts';

const start = Uint32Array.of(0x12345678, 0x9abcdef0, 1_700_000_000, 368_897_182, 0x31e8c0e4);

test('a_start_is_remembered_past_another_one_that_differs_in_one_bit', () => {
  for (let bit = 0; bit < startWords * 32; bit++) {
    const other = Uint32Array.from(start);
    other[bit >>> 5] = other[bit >>> 5]! ^ (1 << (bit & 31));
    const counts = new StartCounts();
    expect([counts.add(start, 0), counts.add(other, 0), counts.add(start, 0)], `bit ${bit}`).toEqual([0, 0, 1]);
  }
});
