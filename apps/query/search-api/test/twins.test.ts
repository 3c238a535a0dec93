import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { createKeys } from '@orbweaver/platform/auth/keys.ts';
import { openControlState } from '@orbweaver/platform/control/sqlite.ts';
import { Health } from '@orbweaver/platform/service/health.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { createApplication } from '@orbweaver/platform/service/nest/application.ts';
import { MemoryStore } from '@orbweaver/platform/store/memory/memory-store.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { Catalogues } from '../catalogue/catalogues.ts';
import { queryProblem } from '../query-problem.ts';
import { SearchApiModule } from '../search-api.module.ts';

let app: NestFastifyApplication;
let url: string;
let authorization: string;

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
  const authentication = new Authentication(openControlState(':memory:'), await createKeys());
  authentication.administratorLink(true);
  authorization = `Bearer ${await authentication.openLocal().token()}`;
  const schemas = datasets.map(({ schema }) => schema);
  const catalogue = new Catalogue(schemas);
  const { reader, writer } = new MemoryStore(schemas);
  await writer.append([flow('aaaaaaaaaaaaaaaaaaaaaaaa', 'node-1'), flow('bbbbbbbbbbbbbbbbbbbbbbbb', 'node-2', 'node-1/eth0')]);
  await writer.flush();
  app = await createApplication({
    modules: [
      SearchApiModule.with({
        questions: new Questions(reader, catalogue),
        catalogues: new Catalogues(datasets, catalogue, reader, '1.2.3'),
        content: { open: () => Promise.resolve(undefined) },
        limits: { timeLimit: 1000, maxRange: 86_400e3 },
      }),
    ],
    health: new Health(),
    log: createLogger({ level: 'silent', pretty: false, service: 'test' }),
    tokens: authentication,
    translations: [queryProblem],
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

async function ask(path: string, body?: object) {
  const headers = { authorization, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify({ datasets: ['flow'], ...body }) };
  const response = await fetch(`${url}/api/v1/${path}`, init);
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
