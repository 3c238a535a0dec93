import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { QueryTimeout, type SearchPlan } from '@orbweaver/query/search/reader.ts';
import { sample, sampleSchemas } from '../../conformance/dataset.ts';
import { openElasticsearchReader } from '../open.ts';
import { slicesOf } from '../slices.ts';

const day = 86_400_000_000_000n;
const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe('slices of a long time', () => {
  const plan = (from: string, to: string, order: 'asc' | 'desc' = 'desc', after?: bigint): SearchPlan => ({
    selection: { datasets: ['web'], predicate: { kind: 'all' }, time: { from: at(from), to: at(to) } },
    sort: [{ field: { name: '@timestamp', type: 'date', many: false }, order }],
    size: 10,
    count: true,
    ...(after === undefined ? {} : { after: { values: [after], id: 'x' } }),
  });
  const days = (sliced: ReturnType<typeof slicesOf>) => sliced?.slices.map(({ from, to }) => Number((to - from) / day));

  test('grow_from_the_beginning_of_the_page_and_cover_it_without_a_gap', () => {
    for (const order of ['asc', 'desc'] as const) {
      const sliced = slicesOf(plan('2026-01-01', '2026-02-01', order), 0)!;
      expect(days(sliced)).toEqual([1, 4, 16, 10]);
      const inTime = order === 'asc' ? sliced.slices : sliced.slices.toReversed();
      expect(inTime[0]!.from).toBe(at('2026-01-01'));
      expect(inTime.at(-1)!.to).toBe(at('2026-02-01'));
      for (const [index, slice] of inTime.entries()) expect(slice.to).toBe(inTime[index + 1]?.from ?? slice.to);
    }
  });

  test('begin_at_the_cursor', () => {
    const { slices } = slicesOf(plan('2026-01-01', '2026-02-01', 'desc', at('2026-01-20')), 0)!;
    expect(slices[0]!.to).toBe(at('2026-01-20') + 1n);
  });

  test('are_one_where_the_time_is_short_or_the_order_another', () => {
    expect(slicesOf(plan('2026-01-01', '2026-01-03'), 0)).toBeUndefined();
    const bySize = { field: { name: 'web.status', type: 'integer', many: false }, order: 'asc' } as const;
    expect(slicesOf({ ...plan('2026-01-01', '2026-02-01'), sort: [bySize] }, 0)).toBeUndefined();
  });

  test('without_a_time_the_newest_reaches_from_a_day_ago_into_the_future', () => {
    const { selection, ...rest } = plan('2026-01-01', '2026-02-01');
    const { slices } = slicesOf({ ...rest, selection: { ...selection, time: undefined as never } }, Date.parse('2026-01-02'))!;
    expect(slices[0]).toEqual({ from: at('2026-01-01'), to: 2n ** 63n });
    expect(slices.at(-1)!.from).toBe(0n);
  });
});

/** A cluster that answers for January 31 and holds what is asked of older days. */
const held: ServerResponse[] = [];
let asked: { from: string; to: string }[] = [];
const cluster = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    const body = JSON.parse(text.split('\n')[1]!) as { size: number; query: { bool: { filter: { range: Record<string, object> }[] } } };
    const { gte, lt } = body.query.bool.filter[0]!.range['@timestamp'] as { gte: string; lt: string };
    if (body.size > 0) asked.push({ from: gte.slice(0, 10), to: lt.slice(0, 10) });
    if (!gte.startsWith('2026-01-31')) return void held.push(response);
    const hits = ['b', 'a'].map((id) => ({
      _id: id,
      _index: 'o-web-2026.01.31',
      _source: sample('web', id, 1),
      sort: ['2026-01-31T00:00:00Z', id],
    }));
    response.writeHead(200, {
      'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(JSON.stringify({ responses: [{ timed_out: false, hits: { total: { value: 2, relation: 'eq' }, hits } }] }));
  });
});

describe('a search over a long time', () => {
  const time = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  let questions: Questions;
  let close: () => Promise<void>;
  beforeAll(async () => {
    await once(cluster.listen(0, '127.0.0.1'), 'listening');
    const { port } = cluster.address() as { port: number };
    const store = openElasticsearchReader(sampleSchemas, { nodes: [`http://127.0.0.1:${port}`], prefix: 'o' });
    questions = new Questions(store.reader, new Catalogue(sampleSchemas));
    close = () => store.close();
  });
  beforeEach(() => {
    asked = [];
    held.length = 0;
  });
  afterAll(async () => {
    await close();
    cluster.close();
    cluster.closeAllConnections();
  });

  test('answers_with_what_its_newest_slice_holds_when_the_others_take_too_long_and_goes_on_behind_it', async () => {
    const request = { datasets: ['web'], time };
    const page = await questions.search(request, { timeLimitMs: 1500 });
    expect(page.records.map((record) => record['event.id'])).toEqual(['b', 'a']);
    expect(page).toMatchObject({ partial: { until: '2026-01-31T00:00:00Z' }, total: { value: 2, relation: 'gte' } });
    expect(asked).toEqual([
      { from: '2026-01-31', to: '2026-02-01' },
      { from: '2026-01-27', to: '2026-01-31' },
    ]);
    asked = [];
    // Where not even the first slice is answered there is nothing to show.
    await expect(questions.search({ ...request, cursor: page.next_cursor }, { timeLimitMs: 300 })).rejects.toThrow(QueryTimeout);
    expect(asked).toEqual([{ from: '2026-01-30', to: '2026-01-31' }]);
  });

  test('ends_in_the_cluster_when_its_client_goes_whichever_slice_is_under_way', async () => {
    const controller = new AbortController();
    const search = questions.search({ datasets: ['web'], time }, { signal: controller.signal });
    search.catch(() => undefined);
    // The second slice, and the count of all.
    await expect.poll(() => held.length).toBe(2);
    const ended = Promise.all(held.map((response) => once(response, 'close')));
    controller.abort(new Error('gone'));
    await expect(search).rejects.toThrow('gone');
    await ended;
    expect(asked).toHaveLength(2);
  });
});
