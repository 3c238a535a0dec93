import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { sample, sampleSchemas } from '../../conformance/dataset.ts';
import { openDuckDbStore, type DuckDbStore } from '../open.ts';
import { leastTidiedRecords } from '../settings.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orbweaver-store-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openDuckDbStore(sampleSchemas, { folder });
const batch = Array.from({ length: leastTidiedRecords }, (_, index) =>
  // Later ones first, as the flows of a capture come.
  sample('web', `id-${index}`, (leastTidiedRecords - index) % 60, { 'web.status': index % 500, 'web.agent': `agent ${index}` }),
);

async function counted(store: DuckDbStore): Promise<unknown> {
  const { groups } = await new Questions(store.reader, new Catalogue(sampleSchemas)).statistics({
    datasets: ['web'],
    metrics: [
      { op: 'count', name: 'all' },
      { op: 'distinct', field: 'event.id', name: 'ids' },
      { op: 'sum', field: 'web.status', name: 'sum' },
    ],
  });
  return groups[0]!.values;
}

it('a_segment_that_is_written_anew_is_smaller_and_answers_the_same_and_records_written_again_replace_themselves', async () => {
  let store = await open();
  for (let at = 0; at < batch.length; at += 1000) {
    await store.writer.append(batch.slice(at, at + 1000));
    await store.writer.flush();
  }
  const [before, record] = [await counted(store), await store.reader.record('id-17', undefined)];
  const { bytes } = await store.reader.status();
  expect(await store.tidy()).toBe(1);
  expect(await store.tidy()).toBe(0);
  expect(await counted(store)).toEqual(before);
  expect(await store.reader.record('id-17', undefined)).toEqual(record);
  expect((await store.reader.status()).bytes).toBeLessThan(bytes);
  await store.close();

  store = await open();
  expect(await store.tidy()).toBe(0);
  expect(await counted(store)).toEqual(before);
  await store.writer.append(batch.slice(0, 3000));
  await store.writer.flush();
  expect(await counted(store)).toEqual(before);
  expect(await store.tidy()).toBe(1);
  await store.close();
});

it('records_that_come_while_a_segment_is_written_anew_are_kept_and_the_new_file_is_thrown_away', async () => {
  const store = await open();
  await store.writer.append(batch);
  await store.writer.flush();
  const tidied = store.tidy();
  await store.writer.append([sample('web', 'meanwhile', 30, { 'web.status': 1 })]);
  await store.writer.flush();
  await tidied;
  expect(await counted(store)).toMatchObject({ all: batch.length + 1, ids: batch.length + 1 });
  expect((await readdir(join(folder, 'segments'))).filter((name) => name.startsWith('draft'))).toEqual([]);
  await store.close();
});

it('what_a_crash_left_of_a_rewrite_is_removed_and_the_end_of_the_store_does_not_wait_for_one', async () => {
  let store = await open();
  await store.writer.append(batch);
  await store.writer.flush();
  const tidied = store.tidy().catch((error: unknown) => error);
  await store.close();
  await tidied;
  await writeFile(join(folder, 'segments', 'draft 2026-01-02.duckdb'), 'half of it');
  store = await open();
  expect((await readdir(join(folder, 'segments'))).filter((name) => name.startsWith('draft'))).toEqual([]);
  expect(await counted(store)).toMatchObject({ all: batch.length });
  await store.close();
});

it('a_field_that_no_record_had_is_found_from_the_first_that_has_it', async () => {
  let store = await open();
  const found = async () =>
    (await new Questions(store.reader, new Catalogue(sampleSchemas)).search({ datasets: ['web'], query: 'web.score > 1 or *needle*' }))
      .records.length;
  await store.writer.append(batch.slice(0, 10));
  await store.writer.flush();
  expect(await found()).toBe(0);
  await store.writer.append([sample('web', 'scored', 1, { 'web.score': 2 }), sample('web', 'tagged', 1, { 'web.tags': ['a needle'] })]);
  await store.writer.flush();
  expect(await found()).toBe(2);
  await store.close();
  store = await open();
  expect(await found()).toBe(2);
  await store.close();
});
