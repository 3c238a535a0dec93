import { expect, test } from 'vitest';
import { Stopping, type StopPhase } from '../stopping.ts';

function steps(...phases: [StopPhase, string, () => Promise<void> | void][]): Stopping {
  const stopping = new Stopping();
  for (const [phase, name, run] of phases) stopping.add({ phase, name, deadline: 50, run });
  return stopping;
}

test('phases_run_in_order_however_they_were_added', async () => {
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  await steps(['close', 'c', note('close')], ['readiness', 'a', note('readiness')], ['drain', 'b', note('drain')]).stop();
  expect(order).toEqual(['readiness', 'drain', 'close']);
});

test('a_step_that_hangs_or_fails_does_not_hold_up_the_rest', async () => {
  let closed = false;
  const reports = await steps(
    ['drain', 'hangs', () => new Promise(() => undefined)],
    ['drain', 'fails', () => Promise.reject(new Error('no'))],
    ['close', 'closes', () => void (closed = true)],
  ).stop();
  expect(closed).toBe(true);
  expect(reports.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['hangs', 'late'],
    ['fails', 'failed'],
    ['closes', 'done'],
  ]);
});

test('a_step_past_its_deadline_is_told', async () => {
  const stopping = new Stopping();
  let told = false;
  stopping.add({
    phase: 'drain',
    name: 'slow',
    deadline: 10,
    run: (signal) => new Promise(() => signal.addEventListener('abort', () => (told = true))),
  });
  await stopping.stop();
  expect(told).toBe(true);
});

test('stopping_twice_stops_once', async () => {
  let times = 0;
  const stopping = steps(['close', 'once', () => void times++]);
  expect(await stopping.stop()).toBe(await stopping.stop());
  expect(times).toBe(1);
});
