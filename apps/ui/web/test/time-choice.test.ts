import { expect, test } from 'vitest';
import { axisOf, resolveTime } from '../explore/state/time-choice.ts';

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

test('the_timeline_of_everything_spans_what_was_found', () => {
  const extent = { from: now - 1000 * 1440 * minute, to: now };
  const found = { from: '2026-11-21T11:59:00Z', to: '2026-11-21T11:59:02Z', buckets: [{ start: '2026-11-21T11:59:00Z', count: 1 }] };
  const all = resolveTime({ kind: 'all' }, now, extent);
  expect(axisOf(all, found)).toEqual({ from: now - minute, to: now - minute + 2000 });
  expect(axisOf(all, { ...found, buckets: [] }), 'nothing was found').toEqual(extent);
  expect(axisOf(all, undefined), 'nothing is known yet').toEqual(extent);
  const between = resolveTime({ kind: 'between', from: now - 60 * minute, to: now }, now, extent);
  expect(axisOf(between, found)).toEqual({ from: now - 60 * minute, to: now });
});
