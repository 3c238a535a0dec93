import { describe, expect, test } from 'vitest';
import { readMoment } from '../format/read-moment.ts';

const now = Date.parse('2026-03-04T05:06:07.089Z');
const read = (text: string) => {
  const moment = readMoment(text, 'utc', now);
  return moment === undefined ? undefined : new Date(moment).toISOString();
};

describe('a moment as people write it', () => {
  test.each([
    ['2026-01-02 09:12:33', '2026-01-02T09:12:33.000Z'],
    ['  2026-1-2 9:12 ', '2026-01-02T09:12:00.000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    ['2026-01-02T09:12:33.041999999Z', '2026-01-02T09:12:33.041Z'],
    ['2026-01-02 09:12:33,5', '2026-01-02T09:12:33.500Z'],
    ['2026-01-02 09:12 +02:00', '2026-01-02T07:12:00.000Z'],
    ['2026-01-02T09:12:00-0530', '2026-01-02T14:42:00.000Z'],
    ['1767345153', '2026-01-02T09:12:33.000Z'],
    ['1767345153041', '2026-01-02T09:12:33.041Z'],
    ['now', '2026-03-04T05:06:07.089Z'],
    ['now-15m', '2026-03-04T04:51:07.089Z'],
    ['Now - 2d', '2026-03-02T05:06:07.089Z'],
  ])('%s_is_understood', (text, moment) => expect(read(text)).toBe(moment));

  test.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01 00:00',
    '2026-01-02 25:00',
    '2026-01-02 09:60',
    '09:12',
    '2026-01-02 09:12 +99:00',
    'now-',
  ])('of_"%s"_nothing_is_guessed', (text) => expect(read(text)).toBeUndefined());

  test('local_time_is_that_of_the_machine', () => {
    expect(readMoment('2026-01-02 09:12:33', 'local', now)).toBe(new Date(2026, 0, 2, 9, 12, 33).getTime());
  });
});
