import { expect, test } from 'vitest';
import { Attempts, maxEntries } from '../attempts.ts';
import { Gate, GateFullError } from '../gate.ts';

test('attempts_are_allowed_in_a_burst_and_come_back_one_by_one', () => {
  const attempts = new Attempts({ burst: 2, refill: 1000 });
  expect([attempts.take('a', 0), attempts.take('a', 0), attempts.take('a', 0)]).toEqual([0, 0, 1000]);
  expect(attempts.take('a', 400)).toBe(600);
  expect(attempts.take('a', 1000)).toBe(0);
  expect(attempts.take('b', 1000)).toBe(0);
});

test('one_that_is_given_back_does_not_count', () => {
  const attempts = new Attempts({ burst: 1, refill: 1000 });
  for (let i = 0; i < 5; i++) {
    expect(attempts.take('a', 0)).toBe(0);
    attempts.giveBack('a');
  }
});

test('a_clock_that_is_set_back_takes_nothing_away', () => {
  const attempts = new Attempts({ burst: 2, refill: 1000 });
  attempts.take('a', 1_000_000);
  expect(attempts.take('a', 0)).toBe(0);
});

test('the_table_stays_small_and_forgets_the_one_longest_untouched', () => {
  const attempts = new Attempts({ burst: 1, refill: 1e9 });
  attempts.take('first', 0);
  for (let i = 0; i < maxEntries - 1; i++) attempts.take(`other ${String(i)}`, 0);
  expect(attempts.take('first', 0)).toBeGreaterThan(0);
  for (let i = 0; i < maxEntries; i++) attempts.take(`more ${String(i)}`, 0);
  expect(attempts.take('first', 0)).toBe(0);
});

test('a_gate_lets_so_many_pass_and_so_many_wait', async () => {
  const gate = new Gate(1, 1);
  let open = () => {};
  const first = gate.pass(() => new Promise<void>((resolve) => (open = resolve)));
  let passed = false;
  const second = gate.pass(() => Promise.resolve((passed = true)));
  await expect(gate.pass(() => Promise.resolve())).rejects.toBeInstanceOf(GateFullError);
  expect(passed).toBe(false);
  open();
  await Promise.all([first, second]);
  expect(passed).toBe(true);
});
