import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const file = fileURLToPath(new URL('warning-process.ts', import.meta.url));

test('what_node_warns_of_is_a_line_of_the_log_and_timers_in_the_past_are_for_those_who_look_closely', async () => {
  const lines = async (level: string) => {
    const { stderr } = await promisify(execFile)(process.execPath, [file, '--log-level', level]);
    return stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; msg: string; err?: { message: string } });
  };
  const warned = (await lines('info')).filter(({ msg }) => msg === 'Node warns');
  expect(warned.map(({ level, err }) => [level, err!.message])).toEqual([['warn', 'something is old']]);
  expect((await lines('debug')).filter(({ msg }) => msg === 'Node warns').map(({ level }) => level)).toEqual(['warn', 'debug']);
});
