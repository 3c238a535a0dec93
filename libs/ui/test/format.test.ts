import { expect, test } from 'vitest';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { formatClock, formatInstant, formatRange } from '../format/time.ts';
import { exactValue, formatValue } from '../format/value.ts';

test('bytes_are_shown_in_the_unit_that_fits', () => {
  expect([0, 999, 1000, 1500, 12_345, 999_499, 999_999, 3.2e9].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.5 kB',
    '12.3 kB',
    '999 kB',
    '1 MB',
    '3.2 GB',
  ]);
});

test('durations_are_shown_in_the_unit_that_fits', () => {
  expect([0, 850, 1500, 1_500_000, 999_600_000, 61e9, 3600e9, 90_000e9].map(formatDuration)).toEqual([
    '0 ns',
    '850 ns',
    '1.5 µs',
    '1.5 ms',
    '1 s',
    '1 min 1 s',
    '1 h',
    '1 d 1 h',
  ]);
});

test('times_keep_milliseconds_and_say_a_day_once', () => {
  expect(formatClock('2026-01-02T03:04:05.678901234Z', 'utc')).toBe('03:04:05.678');
  expect(formatInstant('2026-01-02T03:04:05Z', 'utc')).toBe('2026-01-02 03:04:05.000');
  expect(formatInstant('not a time', 'utc')).toBe('not a time');
  expect(formatRange(Date.UTC(2026, 0, 2, 3), Date.UTC(2026, 0, 2, 4), 'utc')).toBe('2026-01-02 03:00:00 – 04:00:00');
  expect(formatRange(Date.UTC(2026, 0, 2, 3), Date.UTC(2026, 0, 3, 4), 'utc')).toBe('2026-01-02 03:00:00 – 2026-01-03 04:00:00');
});

test('amounts_are_grouped_and_names_are_not', () => {
  expect(formatValue(12_345, 'source.packets', { type: 'integer', unit: 'packet' }, 'utc')).toBe('12,345');
  expect(formatValue(52_144, 'source.port', { type: 'integer' }, 'utc')).toBe('52144');
  expect(formatValue(['AA', 'RD'], 'dns.header_flags', { type: 'keyword' }, 'utc')).toBe('AA, RD');
  expect(exactValue(1_500_000, { type: 'integer', unit: 'ns' })).toBe('1,500,000 ns');
});
