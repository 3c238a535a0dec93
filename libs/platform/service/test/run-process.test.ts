import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test('what_node_warns_of_is_a_line_of_the_log_and_timers_in_the_past_are_for_those_who_look_closely', async () => {
  const lines = async (level: string) => {
    const { stderr } = await promisify(execFile)(process.execPath, [fileOf('warning-process.ts'), '--log-level', level]);
    return stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; msg: string; err?: { message: string } });
  };
  const warned = (await lines('info')).filter(({ msg }) => msg === 'Node warns');
  expect(warned.map(({ level, err }) => [level, err!.message])).toEqual([['warn', 'something is old']]);
  expect((await lines('debug')).filter(({ msg }) => msg === 'Node warns').map(({ level }) => level)).toEqual(['warn', 'debug']);
});

test('a_start_that_waits_for_others_ends_well_when_it_is_told_to_stop', async () => {
  const child = spawn(process.execPath, [fileOf('waiting-process.ts')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!log.includes('is away')) child.kill('SIGTERM');
    log += text;
  });
  expect([(await once(child, 'close'))[0], log]).toEqual([0, expect.stringContaining('stopped while it waited for a friend: is away')]);
});

test('a_process_that_cannot_go_on_as_it_was_started_says_why_stops_in_order_and_ends_with_1', async () => {
  const ended = promisify(execFile)(process.execPath, [fileOf('outdated-process.ts')]);
  await expect(ended).rejects.toMatchObject({
    ...{ code: 1, stdout: 'begun\nstopped in order\n' },
    stderr: expect.stringContaining('the world is another one') as string,
  });
});

test.each([
  { heap: 1024, least: 14, most: 22 },
  // As V8 does by itself.
  { heap: 256, least: 3, most: 10 },
])('buffers_count_among_the_objects_of_a_process_whose_heap_may_grow ($heap MB)', async ({ heap, least, most }) => {
  // In one thread the collector does the same however busy the machine is. How often it sets in tells how V8 counts; with helpers that have time it is the other way round.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--trace-gc',
    '--single-threaded-gc',
    `--max-old-space-size=${heap}`,
    fileOf('buffers-process.ts'),
  ]);
  expect(stdout).toMatch(/Scavenge[^]*^52224000$/m);
  const collected = stdout.match(/Mark-Compact/g)?.length ?? 0;
  expect(collected).toBeGreaterThanOrEqual(least);
  expect(collected).toBeLessThanOrEqual(most);
});
