import { expect, test } from 'vitest';
import { wholeNumber } from '../whole-number.ts';

test('thousands_are_set_apart', () => {
  expect([0, 7, 999, 1000, 21_709, 123_456, 1_518_337, 12_345_678_901].map(wholeNumber)).toEqual([
    '0',
    '7',
    '999',
    '1,000',
    '21,709',
    '123,456',
    '1,518,337',
    '12,345,678,901',
  ]);
});
