import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measure } from '../measure.ts';

it('what_a_measured_program_writes_into_its_folder_goes_with_it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const { code, stderr } = await measure('sh', ['-c', 'echo record > eve.json; ls "$PWD" >&2; pwd >&2'], { folder });
  const [listed, own] = stderr.trim().split('\n');
  expect({ code, listed }).toEqual({ code: 0, listed: 'eve.json' });
  expect(existsSync(own!)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it('processor_time_and_time_on_the_clock_are_told_apart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const { seconds, elapsed } = await measure('sleep', ['0.3'], { folder });
  expect(elapsed).toBeGreaterThanOrEqual(0.3);
  expect(seconds).toBeLessThan(0.3);
  rmSync(folder, { recursive: true });
});
