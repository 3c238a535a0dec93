import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Dataset, FieldInfo } from '@orbweaver/contracts/http/catalog.ts';
import { buildOpenApi, fullPath } from '@orbweaver/contracts/http/openapi.ts';
import { CheckAnswer, CompleteAnswer } from '@orbweaver/contracts/http/query-text.ts';
import { FlowAnswer, RecordAnswer } from '@orbweaver/contracts/http/records.ts';
import type { Route } from '@orbweaver/contracts/http/route.ts';
import { routes } from '@orbweaver/contracts/http/routes.ts';
import { ExtentAnswer, HistogramAnswer, SearchAnswer, StatisticsAnswer, TermsAnswer } from '@orbweaver/contracts/http/search.ts';
import { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { version } from '@orbweaver/kernel/version.ts';
import { CaptureMaker } from './capture-maker.ts';
import { problemOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ searchMaxRange: '30d' });
  const maker = new CaptureMaker();
  for (let i = 0; i < 20; i++) {
    const status = i % 4 === 0 ? '500 Internal Server Error' : '200 OK';
    maker.exchange(
      '10.0.0.7',
      40_000 + i,
      '10.0.0.9',
      80,
      `GET /item/${i} HTTP/1.1\r\nHost: shop.test\r\n\r\n`,
      `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`,
    );
  }
  await server.bringIn('shop.pcap', maker.build());
});
afterAll(() => server.stop());

const time = { from: '2026-01-02T03:04:00Z', to: '2026-01-02T03:05:00Z' };
const http = { datasets: ['http'], time };
async function ask<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
  const response = await server.post(path, body);
  expect(response.status, await response.clone().text()).toBe(200);
  return schema.parse(await response.json());
}

test('a_search_filters_sorts_and_pages', async () => {
  const request = { ...http, query: 'http.response.status_code >= 500', sort: [{ field: 'url.path', order: 'desc' }], size: 2 };
  const first = await ask('search', request, SearchAnswer);
  expect(first.total).toEqual({ value: 5, relation: 'eq' });
  expect(first.records.map((record) => record['url.path'])).toEqual(['/item/8', '/item/4']);
  const second = await ask('search', { ...request, cursor: first.next_cursor }, SearchAnswer);
  expect(second.records.map((record) => record['url.path'])).toEqual(['/item/16', '/item/12']);
});

test('chosen_fields_are_all_that_comes_beside_the_three', async () => {
  const { records } = await ask('search', { ...http, fields: ['url.path'], size: 1 }, SearchAnswer);
  expect(Object.keys(records[0]!).sort()).toEqual(['@timestamp', 'event.dataset', 'event.id', 'url.path']);
});

test('histogram_terms_statistics_and_extent_agree', async () => {
  const histogram = await ask('histogram', { ...http, interval: '10s', by: 'http.response.status_code' }, HistogramAnswer);
  expect(histogram.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(20);
  expect(histogram.buckets).toHaveLength(6);
  const terms = await ask('terms', { ...http, field: 'http.response.status_code' }, TermsAnswer);
  expect(terms.buckets).toEqual([
    { value: 200, count: 15 },
    { value: 500, count: 5 },
  ]);
  const metrics = [{ op: 'count' }, { op: 'percentiles', field: 'event.duration', percents: [50] }];
  const statistics = await ask(
    'statistics',
    { ...http, metrics, group_by: [{ field: 'http.response.status_code', size: 5 }] },
    StatisticsAnswer,
  );
  expect(statistics.groups.map(({ key, values }) => [key, values['count']])).toEqual([
    [[200], 15],
    [[500], 5],
  ]);
  expect(ExtentAnswer.parse(await server.get('extent?datasets=http')).count).toBe(20);
  expect(ExtentAnswer.parse(await server.get('extent')).count).toBe(40);
});

test('a_record_its_flow_and_its_siblings_can_be_opened', async () => {
  const { records } = await ask('search', { ...http, size: 1 }, SearchAnswer);
  const id = records[0]!['event.id'];
  expect(RecordAnswer.parse(await server.get(`records/${id}?dataset=http`)).record).toEqual(records[0]);
  const flow = FlowAnswer.parse(await server.get(`flows/${String(records[0]!['flow.id'])}`));
  expect(flow.flow['event.dataset']).toBe('flow');
  expect(flow.transactions.map((record) => record['event.id'])).toEqual([id]);
  expect((await server.call('records/nothing')).status).toBe(404);
  expect((await server.call('flows/nothing')).status).toBe(404);
  expect((await server.call(`records/${id}/content/http.response.body.content_id`)).status).toBe(404);
});

test('a_faulty_query_says_where_and_what_was_expected', async () => {
  const response = await server.post('search', { ...http, query: 'http.response.status_code >= ' });
  expect(response.status).toBe(400);
  const problem = await problemOf(response);
  expect(problem.type).toBe('urn:orbweaver:problem:invalid-query');
  expect(problem.errors?.[0]).toMatchObject({ path: 'query', position: expect.any(Number) as number });
  expect(problem.errors?.[0]?.expected?.length).toBeGreaterThan(0);
  const checked = await ask('query/check', { query: 'http.response.status_cod: 1', datasets: ['http'] }, CheckAnswer);
  expect(checked.ok).toBe(false);
  expect(checked.errors[0]?.expected).toContain('http.response.status_code');
});

test('completion_knows_fields_and_values', async () => {
  const fields = await ask('query/complete', { query: 'url.pa', position: 6, datasets: ['http'] }, CompleteAnswer);
  expect(fields.suggestions.map(({ text }) => text.trim())).toContain('url.path');
  const values = await ask('query/complete', { query: 'url.domain: sh', position: 14, datasets: ['http'], time }, CompleteAnswer);
  expect(values.suggestions).toContainEqual(expect.objectContaining({ kind: 'value', label: 'shop.test', count: 20 }));
});

test('each_limit_has_its_own_message', async () => {
  const cases: [string, object, string, RegExp][] = [
    ['search', { ...http, size: 1001 }, 'size', /at most 1000/],
    ['search', { ...http, size: 0 }, 'size', /at least 1/],
    ['search', { ...http, datasets: [] }, 'datasets', /at least one dataset/],
    ['search', { ...http, datasets: ['nothing'] }, 'datasets.0', /no dataset nothing/],
    ['search', { ...http, query: 'a'.repeat(9000) }, 'query', /at most 8192/],
    ['search', { ...http, time: { from: 'now-31d', to: 'now' } }, 'time', /more than 30 days/],
    ['search', { ...http, time: { from: 'yesterday', to: 'now' } }, 'time.from', /no time/],
    ['search', { ...http, sort: [{ field: 'nothing' }] }, 'sort.0.field', /nothing/],
    ['search', { ...http, cursor: 'forged' }, 'cursor', /does not belong/],
    ['search', { ...http, surprise: true }, 'surprise', /no such field/],
    ['histogram', { ...http, interval: '1ms' }, 'interval', /at most 1000/],
    ['histogram', { ...http, interval: '1s', buckets: 5 }, 'interval', /not both/],
    ['histogram', { ...http, buckets: 1001 }, 'buckets', /at most 1000/],
    ['terms', { ...http, field: 'url.path', size: 1001 }, 'size', /at most 1000/],
    ['statistics', { ...http, metrics: [] }, 'metrics', /at least one metric/],
    ['statistics', { ...http, metrics: [{ op: 'sum' }] }, 'metrics.0.field', /needs a field/],
    ['query/complete', { query: '', position: 5, datasets: ['http'] }, 'position', /behind the end/],
  ];
  for (const [path, body, place, message] of cases) {
    const response = await server.post(path, body);
    expect(response.status, place).toBe(400);
    const { errors } = await problemOf(response);
    expect(errors?.[0], JSON.stringify(body)).toMatchObject({ path: place, message: expect.stringMatching(message) as string });
  }
});

test('datasets_and_fields_are_described', async () => {
  const datasets = z.array(Dataset).parse(await server.get('datasets'));
  expect(datasets[0]).toMatchObject({ dataset: 'flow', count: 20 });
  expect(datasets.find(({ dataset }) => dataset === 'http')).toMatchObject({ count: 20 });
  const fields = z.array(FieldInfo).parse(await server.get('fields'));
  expect(fields.find(({ name }) => name === 'source.ip')).toMatchObject({ type: 'ip', operators: ['equals', 'cidr', 'range', 'exists'] });
});

test('the_status_counts_what_is_stored', async () => {
  const status = StatusAnswer.parse(await server.get('status'));
  expect(status).toMatchObject({ version, store: { records: 40 } });
});

test('the_openapi_document_is_the_contract', async () => {
  expect(await server.get('openapi.json')).toEqual(JSON.parse(JSON.stringify(buildOpenApi(version))));
});

test('every_route_of_the_contract_is_served_and_nothing_answers_without_a_token', async () => {
  for (const [id, route] of Object.entries<Route>(routes)) {
    const path = fullPath(route).replace('{id}', '00000000-0000-0000-0000-000000000000').replace('{name}', 'x');
    const response = await fetch(`${server.server.url}${path}`, { method: route.method.toUpperCase() });
    const expected = { public: route.method === 'get' ? [200] : [400], cookie: id === 'signOut' ? [204] : [401] }[
      route.access as string
    ] ?? [401];
    expect(expected, id).toContain(response.status);
  }
});

test('a_client_that_goes_away_is_no_error_and_the_server_goes_on', async () => {
  const body = JSON.stringify(http);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(server.server.url).port), '127.0.0.1', () => {
      const head = ['POST /api/v1/search HTTP/1.1', 'Host: x', `Authorization: ${server.authorization}`, 'Content-Type: application/json'];
      socket.write(`${[...head, `Content-Length: ${String(body.length)}`].join('\r\n')}\r\n\r\n${body}`, () => {
        socket.destroy();
        resolve();
      });
    });
  });
  expect((await ask('search', http, SearchAnswer)).total.value).toBe(20);
});
