import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { QueryTimeout } from '@orbweaver/query/search/reader.ts';
import { sample, sampleRecords, sampleSchemas } from '../../conformance/dataset.ts';
import { openDuckDbStore } from '../open.ts';

const appendingChild = fileURLToPath(new URL('appending-child.ts', import.meta.url));
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orbweaver-store-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (schemas = sampleSchemas) => openDuckDbStore(schemas, { folder, threads: 1 });
const questions = (store: Awaited<ReturnType<typeof open>>, schemas: readonly DatasetSchema[] = sampleSchemas) =>
  new Questions(store.reader, new Catalogue(schemas));

it('a_crash_between_a_load_and_its_entry_in_the_manifest_doubles_nothing', async () => {
  const batch = (name: string, minute: number) => Array.from({ length: 5 }, (_, index) => sample('web', `${name}-${index}`, minute));
  const manifest = join(folder, 'manifest.json');
  const first = await open();
  await first.writer.append(batch('early', 1));
  await first.writer.flush();
  const before = await readFile(manifest);
  await first.writer.append(batch('late', 9));
  await first.writer.flush();
  await first.close();
  await writeFile(manifest, before);
  const again = await open();
  await again.writer.append(batch('late', 9));
  await again.writer.flush();
  const { groups } = await questions(again).statistics({ datasets: ['web'], metrics: [{ op: 'count', name: 'all' }] });
  expect(groups[0]!.values).toEqual({ all: 10 });
  await again.close();
});

it('nothing_acknowledged_is_lost_when_the_process_is_killed', { timeout: 60_000 }, async () => {
  let acknowledged = -1;
  for (const until of [3, 12]) {
    const child = spawn(process.execPath, [appendingChild, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const chunk of child.stdout) {
      acknowledged = Math.max(acknowledged, ...String(chunk).trim().split('\n').map(Number));
      if (acknowledged >= until) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }
  const store = await open();
  const { groups } = await questions(store).statistics({
    datasets: ['web'],
    metrics: [
      { op: 'count', name: 'all' },
      { op: 'distinct', field: 'event.id', name: 'ids' },
    ],
    group_by: [{ field: 'web.status', size: 1000 }],
  });
  for (let batch = 0; batch <= acknowledged; batch++) {
    expect(groups.find(({ key }) => key[0] === batch)?.values).toEqual({ all: 20, ids: 20 });
  }
  await store.close();
});

it('a_line_that_a_crash_cut_off_is_left_out_and_the_lines_before_it_are_stored', async () => {
  await (await open()).close();
  const lines = sampleRecords.map((record) => JSON.stringify(record)).join('\n');
  await writeFile(join(folder, 'spool', '000000000007.ndjson'), lines.slice(0, -10));
  const store = await open();
  expect(await store.reader.status()).toMatchObject({ records: sampleRecords.length - 1 });
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  await store.close();
});

it('a_segment_file_that_the_manifest_does_not_name_is_removed', async () => {
  const store = await open();
  await store.writer.append(sampleRecords);
  await store.close();
  const manifest = join(folder, 'manifest.json');
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, 'utf8')), segments: [] }));
  const again = await open();
  expect(await again.reader.status()).toMatchObject({ records: 0, segments: 0 });
  expect(await readdir(join(folder, 'segments'))).toEqual([]);
  await again.close();
});

it('records_stay_when_the_store_is_closed_and_opened', async () => {
  const store = await open();
  await store.writer.append(sampleRecords);
  await store.close();
  const again = await open();
  expect(await questions(again).record('a', undefined)).toEqual(sampleRecords[0]);
  expect((await questions(again).search({ datasets: ['web'], query: 'web.status: 404' })).total.value).toBe(1);
  await again.close();
});

it('a_store_can_be_open_once_at_a_time', async () => {
  const store = await open();
  await expect(open()).rejects.toThrow('is already open in this process');
  const child = spawn(process.execPath, [appendingChild, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  for await (const chunk of child.stderr) complaint += String(chunk);
  expect(complaint).toContain(`The store in ${folder} is open in another process`);
  await store.close();
  await (await open()).close();
});

it('older_segments_answer_when_fields_and_datasets_are_added', async () => {
  const store = await open();
  await store.writer.append(sampleRecords);
  await store.close();
  const web = sampleSchemas[1]!;
  const added = { type: 'keyword', label: 'New', help: 'A new field.' } as const;
  const grown: DatasetSchema[] = [
    ...sampleSchemas.filter((schema) => schema !== web),
    { ...web, fields: { ...web.fields, 'web.new': added } },
    { dataset: 'more', title: 'More', record: 'one more', fields: { 'more.field': added } },
  ];
  const again = await openDuckDbStore(grown, { folder, threads: 1 });
  await again.writer.append([sample('web', 'f', 6, { 'web.new': 'x' }), sample('more', 'g', 7, { 'more.field': 'y' })]);
  await again.writer.flush();
  const ask = questions(again, grown);
  const found = async (query: string) =>
    (await ask.search({ datasets: ['web', 'more'], query })).records.map((record) => record['event.id']);
  expect(await found('web.new: *')).toEqual(['f']);
  expect(await found('not web.new: *')).toEqual(['g', 'c', 'b', 'a']);
  expect(await found('more.field: y or web.status: 200')).toEqual(['g', 'a']);
  expect(await ask.record('a', 'web')).toEqual(sampleRecords[0]);
  await again.close();
});

it('a_question_that_takes_too_long_is_stopped', async () => {
  const store = await open();
  await store.writer.append(
    Array.from({ length: 20_000 }, (_, index) => sample('web', `${index}`, index % 60, { 'web.agent': 'x'.repeat(200) })),
  );
  await store.writer.flush();
  const slow = `web.agent: *${'y*'.repeat(200)}`;
  await expect(questions(store).search({ datasets: ['web'], query: slow }, { timeLimitMs: 1 })).rejects.toThrow(QueryTimeout);
  expect((await questions(store).search({ datasets: ['web'] })).total.value).toBe(20_000);
  await store.close();
});

it('times_all_over_the_calendar_find_their_segments', async () => {
  const store = await open();
  const at = (id: string, time: string) => ({ ...sample('web', id, 0), '@timestamp': time });
  const records = [at('old', '1969-12-31T23:59:59.999999999Z'), at('zero', '1970-01-01T00:00:00Z'), at('far', '2261-12-31T00:00:00.5Z')];
  await store.writer.append([...records, at('beyond', '2300-01-01T00:00:00Z')]);
  await store.writer.flush();
  const answer = await questions(store).search({ datasets: ['web'] });
  expect(answer.records.map((record) => [record['event.id'], record['@timestamp']])).toEqual([
    ['far', '2261-12-31T00:00:00.5Z'],
    ['zero', '1970-01-01T00:00:00Z'],
    ['old', '1969-12-31T23:59:59.999999999Z'],
  ]);
  expect(store.writer.counters().rejected).toEqual({ '@timestamp is no date': 1 });
  expect((await readdir(join(folder, 'segments'))).filter((name) => name.endsWith('.duckdb')).sort()).toEqual([
    '1969-12-31.duckdb',
    '1970-01-01.duckdb',
    '2261-12-31.duckdb',
  ]);
  await store.close();
});

it('a_folder_without_permission_is_named', async () => {
  await chmod(folder, 0o500);
  await asNobody(() => expect(open()).rejects.toThrow(`Cannot store records in ${folder}: this user may not write there`));
});

/** Root may do everything, so it has to be somebody else for a while. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it('a_batch_that_cannot_be_written_is_refused_and_the_store_goes_on', async () => {
  const store = await open();
  await store.writer.append(sampleRecords);
  await store.writer.flush();
  // The spool's folder goes away under the writer.
  await rm(join(folder, 'spool'), { recursive: true });
  await expect(store.writer.append([sample('web', 'f', 6)])).rejects.toThrow(StoreUnavailable);
  expect(await questions(store).record('a', undefined)).toEqual(sampleRecords[0]);
  await store.close();
});
