import { Client } from '@elastic/elasticsearch';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { QueryTimeout } from '@orbweaver/query/search/reader.ts';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { sample, sampleRecords, sampleSchemas } from '../../conformance/dataset.ts';
import { openElasticsearchReader, openElasticsearchStore } from '../open.ts';
import type { ElasticsearchSettings } from '../settings.ts';

const { address, port } = await sharedServer('elasticsearch');
const client = new Client({ node: address });
afterAll(() => client.close());

const quick = { firstDelayMs: 10, maxDelayMs: 50, deadlineMs: 300 };
const patient = { firstDelayMs: 10, maxDelayMs: 50, deadlineMs: 15_000 };

async function opened(more: Partial<ElasticsearchSettings> = {}) {
  const prefix = more.prefix ?? `${ownPrefix()}orbweaver`;
  const store = await openElasticsearchStore(sampleSchemas, { nodes: [address], prefix, retry: quick, ...more });
  return { ...store, prefix, questions: new Questions(store.reader, new Catalogue(sampleSchemas)) };
}

/** Between a store and the cluster, to be cut off and let through again. */
async function door(): Promise<{ readonly address: string; shut(): void; open(): Promise<void>; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const there = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, there],
      [there, socket],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port: own } = server.address() as { port: number };
  const shut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `http://127.0.0.1:${own}`, shut, open: () => listen(own), close: shut };
}

test('a_record_that_the_mapping_refuses_is_handed_back_and_the_others_are_stored', async () => {
  const store = await opened();
  const [a, b] = sampleRecords;
  const receipt = await store.writer.append([a!, { ...b!, 'web.surprise': 1 }]);
  expect(receipt).toMatchObject({ records: 2, refused: [{ at: 1, reason: expect.stringContaining('[web.surprise]') as string }] });
  expect(store.writer.counters()).toMatchObject({ stored: 1, rejected: { 'strict_dynamic_mapping_exception in web.surprise': 1 } });
  await store.close();
});

test('a_full_disk_is_named_nothing_is_lost_and_writing_goes_on_by_itself', async () => {
  const store = await opened();
  await store.writer.append([sampleRecords[0]!]);
  // What the cluster does at the flood-stage watermark.
  const block = (is: boolean) =>
    client.indices.putSettings({
      index: `${store.prefix}-*`,
      settings: { 'index.blocks.read_only_allow_delete': is ? true : null },
    } as never);
  await block(true);
  const refused = store.writer.append([sampleRecords[1]!]);
  await expect(refused).rejects.toThrow(StoreUnavailable);
  await expect(refused).rejects.toThrow(/a disk of the cluster is nearly full.*free disk space/);
  await block(false);
  await store.writer.append([sampleRecords[1]!]);
  await store.writer.flush();
  expect((await store.reader.status()).records).toBe(2);
  await store.close();
});

test('a_cluster_that_goes_away_is_waited_for_and_records_stand_there_once', async () => {
  const way = await door();
  const store = await opened({ nodes: [way.address], retry: patient });
  await store.writer.append(sampleRecords.slice(0, 2));
  way.shut();
  const waiting = store.writer.append(sampleRecords);
  await expect(store.reader.status()).rejects.toThrow(/does not answer/);
  await way.open();
  await waiting;
  await store.writer.flush();
  expect((await store.reader.status()).records).toBe(sampleRecords.length);
  await store.close();
  way.close();
});

test('a_cluster_that_stays_away_is_an_error_that_names_it', async () => {
  await expect(openElasticsearchStore(sampleSchemas, { nodes: ['http://127.0.0.1:1'] })).rejects.toThrow(
    /Elasticsearch at http:\/\/127.0.0.1:1 does not answer/,
  );
});

test.each([
  ['a_field', { subobjects: false, properties: { 'web.status': { type: 'text' } } }, 'web\\.status'],
  ['objects_of_dots', { properties: { 'web.status': { type: 'long' } } }, 'subobjects'],
])('an_index_of_someone_else_under_our_name_is_refused_with_advice: %s', async (_, mappings, named) => {
  const prefix = `${ownPrefix()}orbweaver`;
  await client.indices.create({ index: `${prefix}-web-2026.01.02`, mappings: mappings as never });
  await expect(opened({ prefix })).rejects.toThrow(
    new RegExp(`has a mapping that does not fit.*${named}.*delete or rename it, or set another prefix`),
  );
});

test('an_index_of_an_older_schema_learns_the_new_fields', async () => {
  const prefix = `${ownPrefix()}orbweaver`;
  const older = sampleSchemas.map((schema) => {
    const fields = Object.entries(schema.fields).filter(([name]) => name !== 'web.score');
    return { ...schema, fields: Object.fromEntries(fields) };
  });
  const before = await openElasticsearchStore(older, { nodes: [address], prefix, retry: quick });
  await before.writer.append([sample('web', 'old', 1)]);
  await before.close();
  const store = await opened({ prefix });
  expect((await store.writer.append([sample('web', 'new', 2, { 'web.score': 2.5 })])).refused).toBeUndefined();
  await store.close();
});

test('pages_of_records_a_nanosecond_apart_meet_each_once', async () => {
  const store = await opened();
  const at = (nanos: number) => `2026-01-02T03:04:05.123456${String(nanos).padStart(3, '0')}Z`;
  await store.writer.append(Array.from({ length: 500 }, (_, n) => ({ ...sample('web', `n${n}`, 5), '@timestamp': at(n) })));
  await store.writer.flush();
  const times: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await store.questions.search({ datasets: ['web'], size: 70, cursor });
    times.push(...page.records.map((record) => record['@timestamp']));
    cursor = page.next_cursor;
  }
  expect(times).toEqual(Array.from({ length: 500 }, (_, n) => at(499 - n)));
  await store.close();
});

test('texts_that_begin_alike_and_are_longer_than_a_cursor_are_paged_once_each', async () => {
  const store = await opened();
  const host = (n: number) => `${'x'.repeat(200)}${String(n).padStart(3, '0')}`;
  await store.writer.append(Array.from({ length: 30 }, (_, n) => sample('web', `n${n}`, 5, { 'web.host': host(n) })));
  await store.writer.flush();
  const seen: unknown[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await store.questions.search({ datasets: ['web'], size: 7, cursor, sort: [{ field: 'web.host', order: 'asc' }] });
    seen.push(...page.records.map((record) => record['web.host']));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => host(n)));
  await store.close();
});

test('more_matches_than_are_counted_exactly_are_counted_as_far_as_time_allows', async () => {
  const store = await opened();
  await store.writer.append(Array.from({ length: 10_500 }, (_, n) => sample('name', `n${n}`, 5)));
  await store.writer.flush();
  const { total } = await store.questions.search({ datasets: ['name'], query: 'name.asked: x or event.dataset: name', size: 1 });
  expect(total.value).toBeGreaterThanOrEqual(10_000);
  if (total.relation === 'eq') expect(total.value).toBe(10_500);
  await store.close();
});

test('a_text_too_long_to_be_searched_is_kept_read_and_known_to_be_there', async () => {
  const store = await opened();
  const agent = 'y'.repeat(50_000);
  await store.writer.append([sample('web', 'long', 1, { 'web.agent': agent }), sample('web', 'none', 2)]);
  await store.writer.flush();
  const found = await store.questions.search({ datasets: ['web'], query: 'web.agent: *' });
  expect(found.records.map((record) => record['web.agent'])).toEqual([agent]);
  await store.close();
});

test('records_of_several_widths_are_found_by_their_time', async () => {
  const prefix = `${ownPrefix()}orbweaver`;
  for (const [width, second] of [
    ['hour', 1],
    ['day', 2],
    ['month', 3],
  ] as const) {
    const store = await opened({ prefix, width });
    await store.writer.append([sample('web', width, second)]);
    await store.close();
  }
  const store = await opened({ prefix });
  const time = { from: '2026-01-02T03:04:00Z', to: '2026-01-02T03:05:00Z' };
  const { records } = await store.questions.search({ datasets: ['web'], time });
  expect(records.map((record) => record['event.id'])).toEqual(['month', 'day', 'hour']);
  const later = await store.questions.search({ datasets: ['web'], time: { from: '2026-01-02T04:00:00Z', to: '2026-01-02T05:00:00Z' } });
  expect(later.total.value).toBe(0);
  await store.close();
});

test('pages_over_many_indices_meet_each_record_once_whatever_arrives_in_between', async () => {
  const store = await opened();
  const on = (day: number, id: string) => ({ ...sample('web', id, 0), '@timestamp': `2026-01-${String(day).padStart(2, '0')}T12:00:00Z` });
  const days = [1, 2, 9, 30];
  await store.writer.append(days.flatMap((day) => ['a', 'b', 'c'].map((id) => on(day, `${day}${id}`))));
  await store.writer.flush();
  for (const order of ['desc', 'asc'] as const) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.questions.search({ datasets: ['web'], size: 4, cursor, sort: [{ field: '@timestamp', order }] });
      seen.push(...page.records.map((record) => record['event.id']));
      cursor = page.next_cursor;
      // Before all that is to come, and behind it, and where it is going on.
      await store.writer.append([1, 30, 9].map((day) => on(day, `${day}${seen.length}-${order}`)));
      await store.writer.flush();
    } while (cursor !== undefined);
    const ours = (order === 'asc' ? days : days.toReversed()).flatMap((day) => ['a', 'b', 'c'].map((id) => `${day}${id}`));
    expect(seen.filter((id) => !id.includes('-'))).toEqual(ours);
    expect(new Set(seen).size).toBe(seen.length);
  }
  await store.close();
});

test('a_question_ends_with_its_signal_and_with_its_time', async () => {
  const store = await opened();
  await store.writer.append(sampleRecords);
  await store.writer.flush();
  const plan = {
    selection: { datasets: ['web'], predicate: { kind: 'all' } },
    field: { name: 'web.host', type: 'keyword', many: false },
    size: 5,
  } as const;
  const controller = new AbortController();
  const asked = store.reader.terms(plan, { signal: controller.signal });
  controller.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port: silent } = mute.address() as { port: number };
  const slow = openElasticsearchReader(sampleSchemas, { nodes: [`http://127.0.0.1:${silent}`] });
  await expect(slow.reader.terms(plan, { timeLimitMs: 100 })).rejects.toThrow(QueryTimeout);
  await slow.close();
  mute.close();
  await store.close();
});
