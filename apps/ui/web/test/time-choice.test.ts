import { expect, test } from 'vitest';
import { resolveTime } from '../explore/state/time-choice.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const minute = 60e3;
const at = (from: number, to: number) => resolveTime({ kind: 'auto' }, now, { from: now + from * minute, to: now + to * minute }).choice;

test('the_last_quarter_of_an_hour_is_shown_at_first_only_where_something_happened_in_it', () => {
  const recent = { kind: 'last', span: '15m' };
  expect(at(-1440, -1)).toEqual(recent);
  expect(at(-1440, 0.5), 'a clock that is a little ahead').toEqual(recent);
  expect(at(-1440, -60)).toEqual({ kind: 'all' });
  expect(at(-60, -1), 'there is not much more').toEqual({ kind: 'all' });
  expect(at(1440, 2880), 'a capture of a clock that is far ahead').toEqual({ kind: 'all' });
});
