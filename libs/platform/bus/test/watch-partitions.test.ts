import { expect, onTestFinished, test, vi } from 'vitest';
import { watchPartitions } from '../kafka/watch-partitions.ts';

const interval = 1000;
const log = { debug: () => undefined };

/** A topic whose number of partitions each look finds next; an error is thrown. */
function watched(...found: (number | Error)[]): { looks: () => number; producer: { partitionsOf(): Promise<number> } } {
  let looks = 0;
  return {
    looks: () => looks,
    producer: {
      partitionsOf: () => {
        const next = found[Math.min(looks++, found.length - 1)]!;
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
  };
}

function pass(intervals: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(intervals * interval);
}

test('each_other_number_is_told_once', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const told: number[] = [];
  const { producer, looks } = watched(12, 12, new Error('away'), 24, 24, 36);
  const watch = watchPartitions(producer, 'frames', 12, (now) => void told.push(now), { log, interval });
  expect(looks()).toBe(0);
  await pass(5);
  expect(told).toEqual([24]);
  await pass(3);
  expect(told).toEqual([24, 36]);
  watch.stop();
  await pass(3);
  expect(looks()).toBe(8);
});

test('what_could_not_be_done_about_it_is_tried_again', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let tries = 0;
  const change = () => (++tries < 3 ? Promise.reject(new Error('not now')) : Promise.resolve());
  const watch = watchPartitions(watched(24).producer, 'frames', 12, change, { log, interval });
  await pass(6);
  watch.stop();
  expect(tries).toBe(3);
});
