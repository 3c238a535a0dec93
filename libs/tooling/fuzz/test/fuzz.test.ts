import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { describe, expect, it, vi } from 'vitest';
import { fileOf } from '../input.ts';
import { minimised } from '../minimise.ts';
import { mutated } from '../mutate.ts';
import { faultOf } from '../properties.ts';
import { inputOf, seeds } from '../seeds.ts';

vi.setConfig({ testTimeout: 60_000 });

/** How long `npm test` looks; `FUZZ_SECONDS=0` leaves it out. Always from the same seed: what is new is for `npm run fuzz` to find. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 45);
const seed = process.env['FUZZ_SEED'] ?? '1';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('fuzzing', () => {
  it.skipIf(seconds === 0)(
    'finds_nothing_in_a_short_while',
    async () => {
      const { code, output } = await run('--minutes', String(seconds / 60), '--seed', seed);
      expect(output).toMatch(/\d+ analyses/);
      expect(code, output).toBe(0);
    },
    (seconds + 120) * 1000,
  );

  it('begins_with_inputs_that_have_no_fault', () => {
    const all = seeds();
    expect(all.length).toBeGreaterThan(100);
    for (const input of all.filter((_, i) => i % 7 === 0)) expect(faultOf(input)).toBeUndefined();
  });

  it('mutates_the_same_from_the_same_seed', () => {
    const all = seeds();
    const three = (seed: number): string[] => {
      const random = new Random(seed);
      const inputs = [0, 1, 2].map(() => mutated(all[random.below(all.length)]!, random, all[random.below(all.length)]!));
      return inputs.map((input) => Buffer.from(fileOf(input)).toString('latin1'));
    };
    expect(three(5)).toEqual(three(5));
    expect(three(5)).not.toEqual(three(6));
  });

  it('keeps_what_it_cannot_make_smaller', () => {
    const saying = { side: 0 as const, bytes: Buffer.from('*1\r\n$4\r\nPING\r\n'), missing: 0 };
    const input = inputOf([{ transport: 'tcp', ports: [40_000, 6379], isOpened: true, sayings: [saying], end: 'fin' }]);
    expect(minimised(input, { property: 'throws', message: '' }).frames).toEqual(input.frames);
  });
});

function run(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}
