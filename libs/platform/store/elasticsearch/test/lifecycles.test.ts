import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sample, sampleSchemas } from '../../conformance/dataset.ts';
import { openElasticsearchStore } from '../open.ts';
import { expiredIndices, type StoredIndex } from '../retention.ts';

/** What a cluster with lifecycles is asked: it answers yes to everything, and keeps what it was told. */
const told: { request: string; body: unknown }[] = [];
const cluster = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    const path = request.url!.split('?', 1)[0]!;
    if (request.method !== 'GET')
      told.push({ request: `${request.method} ${path}`, body: path === '/_bulk' || text === '' ? text : JSON.parse(text) });
    response.writeHead(200, {
      'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(
      path === '/_bulk' ? '{"errors":false,"items":[{"index":{"status":201}}]}' : '{"acknowledged":true,"operation_mode":"RUNNING"}',
    );
  });
});

describe('a cluster with lifecycles', () => {
  beforeAll(async () => {
    await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
    const { port } = cluster.address() as { port: number };
    const settings = { nodes: [`http://127.0.0.1:${port}`], prefix: 'o', deleteAfterMs: 30 * 86_400_000 };
    const store = await openElasticsearchStore(sampleSchemas, settings);
    await store.writer.append([sample('web', 'a', 1)]);
    await store.close();
  });
  afterAll(() => cluster.close());
  const body = (request: string) => told.find((each) => each.request === request)?.body;

  test('is_given_the_policy_before_the_templates_that_name_it', () => {
    expect(told[0]).toEqual({
      request: 'PUT /_ilm/policy/o-records',
      body: {
        policy: {
          phases: {
            hot: { min_age: '0ms', actions: { set_priority: { priority: 100 } } },
            warm: { min_age: '21600s', actions: { forcemerge: { max_num_segments: 1 }, set_priority: { priority: 50 } } },
            delete: { min_age: '2592000s', actions: { delete: {} } },
          },
        },
      },
    });
    expect(body('PUT /_index_template/o-web')).toMatchObject({ template: { settings: { 'index.lifecycle.name': 'o-records' } } });
  });

  test('is_told_of_each_index_when_its_span_ends', () => {
    expect(body('PUT /o-web-2026.01.02')).toEqual({ settings: { 'index.lifecycle.origination_date': Date.UTC(2026, 0, 3) } });
  });
});

describe('retention', () => {
  const day = (number: number, bytes: number, dataset = 'web'): StoredIndex => {
    const from = BigInt(Date.UTC(2026, 0, number)) * 1_000_000n;
    const name = `o-${dataset}-2026.01.0${number}`;
    return { name, dataset, width: 'day', from, to: from + 86_400_000_000_000n, records: 1, bytes };
  };
  const names = (indices: readonly StoredIndex[]) => indices.map(({ name }) => name);
  const now = Date.UTC(2026, 0, 4);

  test('drops_an_index_when_its_whole_span_is_too_old', () => {
    expect(names(expiredIndices([day(1, 5), day(2, 5), day(3, 5)], { maxAgeMs: 36 * 3_600_000 }, now))).toEqual(['o-web-2026.01.01']);
    expect(names(expiredIndices([day(2, 5)], { maxAgeMs: 48 * 3_600_000 }, Date.UTC(2026, 0, 4, 23, 59)))).toEqual([]);
  });

  test('drops_the_oldest_until_the_rest_is_small_enough_and_never_the_newest_span', () => {
    const stored = [day(3, 5), day(1, 5), day(3, 5, 'dns'), day(2, 5)];
    expect(names(expiredIndices(stored, { maxBytes: 15 }, now))).toEqual(['o-web-2026.01.01']);
    expect(names(expiredIndices(stored, { maxBytes: 0 }, now))).toEqual(['o-web-2026.01.01', 'o-web-2026.01.02']);
  });
});
