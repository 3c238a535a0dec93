import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** By the name of the npm script: the program behind it, and options that it must refuse. */
const tools: Readonly<Record<string, { readonly program: string; readonly wrong: readonly (readonly string[])[] }>> = {
  bench: {
    program: 'libs/tooling/bench/main.ts',
    wrong: [
      ['--only', 'nothing'],
      ['--capture', 'nowhere.pcap'],
      ['--runs', 'x'],
    ],
  },
  'bench:cluster': {
    program: 'libs/tooling/bench/cluster.ts',
    wrong: [['--capture', 'nowhere.pcap'], ['--warm-up=-1']],
  },
  fuzz: {
    program: 'libs/tooling/fuzz/main.ts',
    wrong: [
      ['--minutes', 'many'],
      ['--minutes', '0'],
      ['--seed', '1.5'],
    ],
  },
  stack: { program: 'libs/testing/stack/main.ts', wrong: [['mysql']] },
  cluster: { program: 'libs/testing/cluster/main.ts', wrong: [['nowhere.pcap'], ['--port', '65536']] },
  chaos: { program: 'e2e/chaos/main.ts', wrong: [['--megabytes', '0'], ['left-over']] },
};

async function call(program: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const called = promisify(execFile)(process.execPath, [join(root, program), ...args], { timeout: 15_000 });
  return called.then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

test.each(Object.entries(tools))('npm_run_%s_says_how_it_is_used', async (name, { program }) => {
  for (const flag of ['--help', '-h']) {
    const { code, stdout, stderr } = await call(program, flag);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^npm run ${name} \\[-- .+\n\n\\w`));
  }
});

test.each(Object.entries(tools))('npm_run_%s_refuses_in_one_line_what_it_does_not_understand', async (name, { program, wrong }) => {
  for (const args of [['--nonsense'], ...wrong]) {
    const { code, stdout, stderr } = await call(program, ...args);
    expect([code, stdout], args.join(' ')).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^npm run ${name}: .+; see: npm run ${name} -- --help\n$`));
    expect(stderr).toContain(args[0]!.split('=')[0]);
  }
});

test('each_tool_has_a_script', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(Object.keys(tools)));
});
