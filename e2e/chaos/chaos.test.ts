import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from '@orbweaver/testing/stack/stack.ts';
import { isExact, tableOf } from './account.ts';
import { chaos } from './chaos.ts';

const limit = 600_000;
/** `ORBWEAVER_SEED` for what happened another time. */
const seed = Number(process.env['ORBWEAVER_SEED'] ?? Date.now() % 1e6);

let stack: Stack;
let folder = '';
beforeAll(async () => {
  stack = await openStack();
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-chaos-'));
}, limit);
afterAll(async () => {
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

test(`nothing_is_lost_and_nothing_doubled_whoever_is_killed_and_whatever_is_away (seed ${seed})`, { timeout: limit }, async () => {
  const events = { kills: 1, away: 3000, pause: 1500, startsOver: 'one' } as const;
  const report = await chaos(stack, { seed, folder, bytes: 2e6, ...events, say: (line) => console.log(line) });
  expect(isExact(report), [...tableOf(report), ...report.examples].join('\n')).toBe(true);
  expect(report.deadLetters).toBe(0);
  expect(report.searches.answered).toBeGreaterThan(0);
});
