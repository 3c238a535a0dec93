import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { sampleSchemas } from '../../conformance/dataset.ts';
import { baselineFlow } from '../../conformance/registry-records.ts';
import { MemoryStore } from '../../memory/memory-store.ts';
import type { RecordStore } from '../../store.ts';
import { openDuckDbStore } from '../open.ts';

/** What the store derives from other columns comes back as it was written, whatever was written, and is found as in the twin. */
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orbweaver-derived-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (threads = 1) => openDuckDbStore(sampleSchemas, { folder, threads });
const questions = (store: RecordStore) => new Questions(store.reader, new Catalogue(sampleSchemas));

const flowIds = ['0123456789abcdef01234567', 'ffffffffffffffffffffffff', '000000000000000000000001', 'a0b1c2d3e4f5a6b7c8d9e0f1'] as const;
const { 'network.community_id': community, ...ends } = baselineFlow;
const at = (second: number, fraction = '.000001') => `2026-01-02T03:04:0${second}${fraction}Z`;

const flow = (id: string, more: Partial<TrafficRecord>): TrafficRecord => ({
  ...{ '@timestamp': at(1), 'event.id': id, 'event.dataset': 'flow', 'event.start': at(1), 'event.end': at(1), 'event.duration': 0 },
  ...{ 'flow.id': id, 'flow.state': 'SF', ...more },
});
const web = (id: string, flowId: string, more: Partial<TrafficRecord> = {}): TrafficRecord => ({
  ...{ '@timestamp': at(1), 'event.id': id, 'event.dataset': 'web', 'event.start': at(1), 'event.end': at(2) },
  ...{ 'event.duration': 1_000_000_000, 'flow.id': flowId, ...more },
});
const without = (record: TrafficRecord, ...names: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))) as TrafficRecord;

const records: readonly TrafficRecord[] = [
  flow(flowIds[0], { ...ends, 'network.community_id': community }),
  flow(flowIds[1], { ...ends, 'network.community_id': '1:another' }),
  flow(flowIds[2], { ...ends, 'network.transport': 'udp', 'network.community_id': community }),
  flow(flowIds[3], {
    ...{ 'source.ip': 'fe80::2', 'source.port': 1, 'destination.ip': 'fe80::1', 'destination.port': 70_000, 'network.transport': 'udp' },
    'network.community_id': '1:AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  }),
  flow('GU4n2x_base64url-letters', { 'source.ip': '10.0.0.1', 'network.community_id': community }),
  web(`${flowIds[0]}-web-0`, flowIds[0], {
    ...{ 'source.ip': ends['destination.ip'], 'source.port': 80, 'destination.ip': ends['source.ip'], 'destination.port': 34_855 },
    ...{ 'network.transport': 'tcp', 'network.community_id': community },
  }),
  ...['1', '2', '10', '999999999', '4294967296', '18446744073709551615', '18446744073709551616'].map((ordinal) =>
    web(`${flowIds[0]}-web-${ordinal}`, flowIds[0]),
  ),
  ...['-web-007', '-web-+1', '-web-', '-web', '-web- 1', '-web-1.0', '-name-1', '', 'x', '-'].map((rest) =>
    web(`${flowIds[1]}${rest}`.replace(/f$/, 'e'), flowIds[1]),
  ),
  web(`${flowIds[2]}-web-3`, flowIds[3]),
  web('00000000000000000000000a', flowIds[3]),
  web(`${flowIds[3].toUpperCase()}-web-1`, flowIds[3].toUpperCase()),
  without(web(`${flowIds[3]}-web-5`, ''), 'flow.id'),
  web('ends late', flowIds[0], { 'event.end': at(3) }),
  web('starts elsewhere', flowIds[0], { 'event.start': at(0), 'event.duration': 7 }),
  web('other digits', flowIds[0], { 'event.start': at(1, '.000001000'), 'event.end': at(2, '.00000100') }),
  web('far', flowIds[0], { '@timestamp': '2262-04-11T23:47:16Z', 'event.end': '1700-01-01T00:00:00Z', 'event.duration': 2 ** 53 - 1 }),
  without(web('no start', flowIds[0]), 'event.start', 'event.end'),
  without(web('no duration', flowIds[0]), 'event.duration'),
];

async function stored(store: RecordStore, ...batches: (readonly TrafficRecord[])[]): Promise<Questions> {
  for (const batch of batches) {
    await store.writer.append(batch);
    await store.writer.flush();
  }
  return questions(store);
}

const everything = { datasets: ['flow', 'web'] };

/** Everything, a few records at a time. */
async function pages(ask: Questions, field: string, order: 'asc' | 'desc'): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await ask.search({ ...everything, size: 13, sort: [{ field, order }], ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.records);
    cursor = page.next_cursor;
    if (cursor === undefined) return found;
  }
}

const queries = [
  ...records.slice(4, 8).map((record) => `event.id: ${JSON.stringify(record['event.id'])}`),
  ...flowIds.map((id) => `flow.id: ${id}`),
  `flow.id: ${flowIds[0]}-web-0`,
  `not flow.id: ${flowIds[0]}`,
  `flow.id: 0123*`,
  `event.id: *web-1*`,
  `event.id: *`,
  `not flow.id: *`,
  `network.community_id: "${community}"`,
  `network.community_id: "1:AAAAAAAAAAAAAAAAAAAAAAAAAAA="`,
  `network.community_id: "1:another"`,
  `network.community_id: 1\\:LQU9*`,
  `not network.community_id: *`,
  `event.end >= ${at(2)}`,
  `event.start: *`,
  `event.end < ${at(1)} or event.start <= ${at(0)}`,
  flowIds[0],
];

async function expectAlike(ask: Questions): Promise<void> {
  const twin = new MemoryStore(sampleSchemas);
  const expected = await stored(twin, records);
  for (const query of queries) {
    const search = { ...everything, query, size: 100, sort: [{ field: 'event.id', order: 'asc' as const }] };
    expect((await ask.search(search)).records, query).toEqual((await expected.search(search)).records);
  }
  for (const field of ['event.id', 'event.dataset', 'event.end', 'flow.id', 'network.community_id']) {
    for (const order of ['asc', 'desc'] as const)
      expect(await pages(ask, field, order), `${field} ${order}`).toEqual(await pages(expected, field, order));
    if (field === 'event.end') continue;
    const terms = { ...everything, field, size: 50 };
    expect(await ask.terms(terms)).toMatchObject({ buckets: (await expected.terms(terms)).buckets });
  }
  for (const record of records) expect(await ask.record(record['event.id'], record['event.dataset'])).toEqual(record);
  expect((await ask.flow(flowIds[0])) as unknown).toEqual((await expected.flow(flowIds[0])) as unknown);
  await twin.close();
}

it('what_is_derived_comes_back_and_is_found_as_in_the_twin', { timeout: 60_000 }, async () => {
  const store = await open();
  await expectAlike(await stored(store, records));
  await store.close();
});

it('records_of_which_all_ids_are_numbers_are_paged_as_in_the_twin', async () => {
  const plain = [...Array(12).keys()].flatMap((n) => [
    flow(flowIds[n % 4]!, {}),
    web(`${flowIds[n % 4]!}-web-${n}`, flowIds[n % 4]!),
    web(`${flowIds[(n + 1) % 4]!}-web-${n * 10}`, flowIds[(n + 1) % 4]!),
  ]);
  const store = await open(2);
  const ask = await stored(store, plain);
  const expected = await stored(new MemoryStore(sampleSchemas), plain);
  for (const order of ['asc', 'desc'] as const)
    expect(await pages(ask, 'event.dataset', order)).toEqual(await pages(expected, 'event.dataset', order));
  await store.close();
});

it('a_record_replaces_itself_whether_its_id_was_stored_as_numbers_or_as_a_text', async () => {
  const id = `${flowIds[0]}-web-1`;
  const forms = [web(id, flowIds[0]), web(id, flowIds[3]), without(web(id, ''), 'flow.id')] as const;
  const store = await open();
  for (const [first, second] of [
    [0, 2],
    [2, 1],
    [1, 0],
  ] as const) {
    for (const batches of [[[forms[first]!], [forms[second]!]], [[forms[first]!, forms[second]!]]]) {
      const ask = await stored(store, ...batches);
      expect((await ask.search({ datasets: ['web'] })).records).toEqual([forms[second]]);
    }
  }
  await store.close();
});

it('a_segment_of_an_earlier_version_answers_alike_and_its_records_are_replaced', { timeout: 60_000 }, async () => {
  const before = await open();
  await stored(before, records);
  await before.close();
  await toEarlierVersion(join(folder, 'segments', '2026-01-02.duckdb'));
  const manifest = join(folder, 'manifest.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replaceAll(/"columns": "\w+"/g, '"columns": "earlier"'));
  const store = await open();
  for (const record of records) expect(await questions(store).record(record['event.id'], record['event.dataset'])).toEqual(record);
  await expectAlike(await stored(store, records.slice(0, 9)));
  await stored(store, records);
  expect(await store.reader.status()).toMatchObject({ records: records.length });
  await store.close();
});

/** As tables were when each column held its field: every value under its own name, nothing beside. */
async function toEarlierVersion(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const set = async (table: string, column: string, values: readonly (readonly [id: string, value: string])[]) => {
    const rows = values.map(([id, value]) => `('${id}', ${value})`).join(', ');
    if (rows !== '')
      await connection.run(`UPDATE "${table}" SET "${column}" = v.value FROM (VALUES ${rows}) AS v(id, value) WHERE "#id" = v.id`);
  };
  const nanos = (text: string) => `epoch_ns('${text.slice(0, -1)}'::TIMESTAMP_NS)`;
  for (const table of ['flow', 'web']) {
    const own = records.filter((record) => record['event.dataset'] === table);
    await connection.run(`ALTER TABLE "${table}" ADD COLUMN "#id" VARCHAR`);
    await connection.run(`UPDATE "${table}" SET "#id" = coalesce("event.id",
      printf('%016x%08x', "flow.id:high", "flow.id:low") || coalesce('-' || "event.dataset" || '-' || "event.id:ordinal", ''))`);
    for (const name of ['event.id', 'flow.id', 'network.community_id'])
      await set(
        table,
        name,
        own.flatMap((record) => (typeof record[name] === 'string' ? [[record['event.id'], `'${record[name]}'`]] : [])),
      );
    for (const name of ['event.start', 'event.end'])
      await set(
        table,
        name,
        own.flatMap((record) => (typeof record[name] === 'string' ? [[record['event.id'], nanos(record[name])]] : [])),
      );
    for (const name of [
      '#id',
      'flow.id:high',
      'flow.id:low',
      'event.id:ordinal',
      'network.community_id:head',
      'event.start:derived',
      'event.end:derived',
    ])
      await connection.run(`ALTER TABLE "${table}" DROP COLUMN "${name}"`);
  }
  connection.closeSync();
  instance.closeSync();
}
