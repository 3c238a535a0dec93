import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { schemas, serve, type Served } from './served.ts';

let served: Served;

function flow(id: string, observer: string, twinOf?: string) {
  const time = '2026-01-02T03:04:05.000001Z';
  return {
    '@timestamp': time,
    'event.id': id,
    'event.dataset': 'flow',
    'event.start': time,
    'event.end': time,
    'event.duration': 0,
    'flow.id': id,
    'network.community_id': '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    'observer.name': observer,
    ...(twinOf === undefined ? {} : { 'observer.twin_of': twinOf }),
  };
}

beforeAll(async () => {
  const { reader, writer } = new MemoryStore(schemas);
  await writer.append([flow('aaaaaaaaaaaaaaaaaaaaaaaa', 'node-1'), flow('bbbbbbbbbbbbbbbbbbbbbbbb', 'node-2', 'node-1/eth0')]);
  await writer.flush();
  served = await serve(reader, 1000);
});
afterAll(() => served.app.close());

async function ask(path: string, body?: object) {
  const headers = { authorization: served.authorization, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify({ datasets: ['flow'], ...body }) };
  const response = await fetch(`${served.url}/api/v1/${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test.each([
  ['what is asked without a word of twins', {}, 1],
  ['twins hidden', { twins: 'hide' }, 1],
  ['twins shown', { twins: 'show' }, 2],
  ['a query that names the mark', { query: 'observer.twin_of: node-1*' }, 1],
  ['a query for the second observer', { query: 'observer.name: node-2' }, 0],
])('every_question_counts_the_same_of_%s', async (_what, scope, expected) => {
  expect((await ask('search', scope)).body['total']).toEqual({ value: expected, relation: 'eq' });
  const { groups } = (await ask('statistics', { ...scope, metrics: [{ op: 'count' }] })).body as { groups: { values: object }[] };
  expect(groups[0]!.values).toEqual({ count: expected });
  const { buckets } = (await ask('histogram', { ...scope, interval: '1s' })).body as { buckets: { count: number }[] };
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(expected);
  const terms = (await ask('terms', { ...scope, field: 'event.dataset' })).body as { buckets: { count: number }[] };
  expect(terms.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(expected);
});

test('what_is_neither_hide_nor_show_is_refused', async () => {
  const { status, body } = await ask('search', { twins: 'maybe' });
  expect(status).toBe(400);
  expect(body).toMatchObject({ errors: [{ path: 'twins', message: 'twins is hide or show' }] });
});

test('datasets_and_extent_count_what_a_search_shows', async () => {
  const described = (await ask('datasets')).body as unknown as { dataset: string; count: number; twins?: number }[];
  expect(described.find(({ dataset }) => dataset === 'flow')).toMatchObject({ count: 1, twins: 1 });
  expect(described.find(({ dataset }) => dataset === 'http')).not.toHaveProperty('twins');
  expect((await ask('extent')).body['count']).toBe(1);
});

test('a_twin_is_shown_to_who_asks_for_it_by_its_id', async () => {
  const { body } = await ask('flows/bbbbbbbbbbbbbbbbbbbbbbbb');
  expect(body['flow']).toMatchObject({ 'observer.twin_of': 'node-1/eth0' });
});
