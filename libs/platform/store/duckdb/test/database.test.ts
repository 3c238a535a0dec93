import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Database } from '../database.ts';
import { Parameters } from '../parameters.ts';

it('an_urgent_question_does_not_wait_for_those_that_count', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-database-'));
  const database = await Database.open({ folder, threads: 1 });
  const done: string[] = [];
  const ask = async (name: string, rows: number, urgent: boolean) => {
    await database.query(`SELECT sum(hash(range)) FROM range(${rows})`, new Parameters(), {}, urgent);
    done.push(name);
  };
  const counts = Array.from({ length: 6 }, (_, index) => ask(`count ${index}`, 2_000_000, false));
  await Promise.all([...counts, ask('page', 1, true)]);
  expect(done).toHaveLength(7);
  expect(done.indexOf('page')).toBeLessThan(3);
  database.close();
  await rm(folder, { recursive: true });
});

it('a_question_that_leaves_the_queue_lets_the_next_one_in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-database-'));
  const database = await Database.open({ folder, threads: 1 });
  const ask = (options = {}) => database.query('SELECT sum(hash(range)) FROM range(500000)', new Parameters(), options);
  const gone = new AbortController();
  const running = [ask(), ask()];
  const left = ask({ signal: gone.signal });
  const next = ask();
  gone.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await expect(Promise.all([...running, next])).resolves.toHaveLength(3);
  database.close();
  await rm(folder, { recursive: true });
});

it('a_file_that_duckdb_gave_up_since_the_disk_was_full_is_opened_anew_with_all_it_had', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-database-'));
  const child = join(import.meta.dirname, 'small-files-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, folder]);
  expect(JSON.parse(stdout)).toEqual({
    renewed: true,
    renewals: 1,
    faults: [expect.stringMatching(/invalidated/)],
    found: 20_000,
    after: 20_001,
  });
  await rm(folder, { recursive: true });
});
