import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../date-math.ts';
import { foldCase } from '../fold-case.ts';
import { formatNanos, parseInstant } from '../instant-text.ts';
import { bucketCount, parseInterval, readableInterval } from '../interval.ts';
import { formatIpKey, ipKey, networkKeys } from '../ip-key.ts';
import { compareText } from '../order.ts';
import { parseQuantity } from '../quantity.ts';

const now = Date.UTC(2026, 2, 31, 12, 34, 56, 789);
const start = (text: string) => {
  const moments = parseTime(text, now);
  return moments === undefined ? undefined : formatNanos(moments.start);
};

describe('times', () => {
  it.each([
    ['now', '2026-03-31T12:34:56.789Z'],
    ['now-15m', '2026-03-31T12:19:56.789Z'],
    ['now+1d', '2026-04-01T12:34:56.789Z'],
    ['now/d', '2026-03-31T00:00:00Z'],
    ['now-1M', '2026-02-28T12:34:56.789Z'],
    ['now-1M/M', '2026-02-01T00:00:00Z'],
    ['now-1y/y', '2025-01-01T00:00:00Z'],
    ['now/w', '2026-03-30T00:00:00Z'],
    ['2024-02-29||+1y', '2025-02-28T00:00:00Z'],
    ['2026-01-02||/M', '2026-01-01T00:00:00Z'],
    ['2026', '2026-01-01T00:00:00Z'],
    ['2026-01-02T03', '2026-01-02T03:00:00Z'],
    ['2026-01-02T03:04:05.000000007Z', '2026-01-02T03:04:05.000000007Z'],
    ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['2026-02-30', undefined],
    ['2026-13', undefined],
    ['now-', undefined],
    ['now-1x', undefined],
    ['now-999999999y', undefined],
    ['yesterday', undefined],
  ])('%s is %s', (text, expected) => {
    expect(start(text)).toBe(expected);
  });

  it('read_back_as_they_were_written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanos) => {
        expect(parseInstant(formatNanos(nanos, 9))).toBe(nanos);
      }),
    );
  });
});

describe('addresses', () => {
  it('read_back_as_they_were_written_and_their_keys_sort_as_numbers', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
        expect(formatIpKey(ipKey(a)!)).toBe(a);
        const value = (text: string) => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
        expect(Math.sign(compareText(ipKey(a)!, ipKey(b)!))).toBe(Math.sign(value(a) - value(b)));
      }),
    );
  });

  it('of_any_way_to_write_one_the_key_is_the_same', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(ipKey(formatIpKey(ipKey(text)!))).toBe(ipKey(text));
      }),
    );
  });

  it.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', '1::2::3', ':::', '12345::', 'g::', '1:2:3:4:5:6:7:8:9', '::1.2.3.4.5'])(
    '%s is none',
    (text) => {
      expect(ipKey(text)).toBeUndefined();
    },
  );

  it('a_network_is_a_range_of_keys', () => {
    expect(networkKeys('10.1.2.3/8')).toEqual({ from: '40a000000', to: '40affffff' });
    expect(networkKeys('0.0.0.0/0')).toEqual({ from: '400000000', to: '4ffffffff' });
    expect(networkKeys('::/128')).toEqual({ from: `6${'0'.repeat(32)}`, to: `6${'0'.repeat(32)}` });
    expect(networkKeys('10.0.0.0/33')).toBeUndefined();
  });
});

it.each([
  ['5', undefined, 5],
  ['-1.5e3', undefined, -1500],
  ['5ms', 'ns', 5e6],
  ['1.5s', 'ns', 1.5e9],
  ['2m', 's', 120],
  ['10kB', 'byte', 10_000],
  ['1MiB', 'byte', 1_048_576],
  ['5ms', undefined, undefined],
  ['5 apples', 'byte', undefined],
  ['', undefined, undefined],
] as const)('the quantity %s on a field of %s is %s', (text, unit, expected) => {
  expect(parseQuantity(text, unit)).toBe(expected);
});

it('intervals_are_readable_and_no_more_than_asked_for', () => {
  expect(parseInterval('30s')).toBe(30_000_000_000n);
  expect(parseInterval('0s')).toBeUndefined();
  const spans = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 61n }), fc.bigInt({ min: 1n, max: 2n ** 61n }), fc.integer({ min: 2, max: 1000 }));
  fc.assert(
    fc.property(spans, ([from, length, buckets]) => {
      expect(bucketCount(from, from + length, readableInterval(from, from + length, buckets))).toBeLessThanOrEqual(buckets);
    }),
  );
});

it('folding_case_keeps_the_length_of_every_character', () => {
  expect(foldCase('GRÜẞE İ ΑΣ')).toBe('grüße i ασ');
});

it('texts_compare_as_their_utf8_bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
