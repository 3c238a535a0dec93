import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchRequest } from '@orbweaver/contracts/query/requests.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { countTwins } from '@orbweaver/query/results/count-twins.ts';
import { BadQuestion, Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import type { RecordStore } from '../store.ts';
import { sample, sampleQueries, sampleRecords, sampleSchemas } from './dataset.ts';
import { describeOperators } from './describe-operators.ts';

export interface StoreUnderTest {
  /** A new, empty store. */
  open(schemas: readonly DatasetSchema[]): Promise<RecordStore>;
}

const datasets = ['web', 'name'];
const all = { datasets: [...datasets, 'flow'] };

/** What every record store promises, tried through the front door. */
export function describeStore(name: string, { open }: StoreUnderTest): void {
  const opened = async (records = sampleRecords) => {
    const store = await open(sampleSchemas);
    await store.writer.append(records);
    await store.writer.flush();
    const clock = () => Date.UTC(2026, 0, 2, 3, 5);
    return { ...store, questions: new Questions(store.reader, new Catalogue(sampleSchemas), clock), close: () => store.close() };
  };
  const ids = (records: readonly { 'event.id': string }[]) => records.map((record) => record['event.id']);

  describe(`${name}: reading`, () => {
    let store: Awaited<ReturnType<typeof opened>>;
    beforeAll(async () => (store = await opened()), 60_000);
    afterAll(() => store.close());

    it.each(sampleQueries)('finds by %s', async (query, found) => {
      const answer = await store.questions.search({ datasets, query, sort: [{ field: 'event.id', order: 'asc' }] });
      expect(ids(answer.records).join('')).toBe(found);
      expect(answer.total).toEqual({ value: found.length, relation: 'eq' });
    });

    it('gives_back_what_was_put_in', async () => {
      const answer = await store.questions.search({ ...all, sort: [{ field: '@timestamp', order: 'asc' }] });
      expect(answer.records).toEqual([sampleRecords[5], ...sampleRecords.slice(0, 5)]);
    });

    it('answers_newest_first_unless_told_otherwise', async () => {
      expect(ids((await store.questions.search({ datasets })).records)).toEqual(['e', 'd', 'c', 'b', 'a']);
    });

    it.each([
      ['web.status', 'abcde', 'cbade'],
      ['web.host', 'cbdae', 'abdce'],
      ['source.ip', 'abdce', 'cdbae'],
      ['web.expires', 'bacde', 'abcde'],
      ['web.tags', 'bacde', 'abcde'],
      ['web.cached', 'bacde', 'abcde'],
    ])('sorts_by_%s_with_missing_last', async (field, ascending, descending) => {
      const sorted = async (order: 'asc' | 'desc') =>
        ids((await store.questions.search({ datasets, sort: [{ field, order }] })).records).join('');
      expect(await sorted('asc')).toBe(ascending);
      expect(await sorted('desc')).toBe(descending);
    });

    it.each(['@timestamp', 'web.status', 'web.host', 'web.expires', 'source.ip', 'web.tags'])(
      'pages_by_%s_meet_every_record_once',
      async (field) => {
        for (const order of ['asc', 'desc'] as const) {
          const request = { datasets, sort: [{ field, order }] };
          const whole = ids((await store.questions.search(request)).records);
          const paged: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await store.questions.search({ ...request, size: 2, cursor });
            expect(page.total).toEqual({ value: 5, relation: 'eq' });
            paged.push(...ids(page.records));
            cursor = page.next_cursor;
          } while (cursor !== undefined);
          expect(paged).toEqual(whole);
        }
      },
    );

    it('refuses_a_cursor_of_another_question', async () => {
      const { next_cursor: cursor } = await store.questions.search({ datasets, size: 1 });
      await expect(store.questions.search({ datasets, query: 'web.status: 200', cursor })).rejects.toThrow(BadQuestion);
      await expect(store.questions.search({ datasets, cursor: 'nonsense' })).rejects.toThrow(BadQuestion);
    });

    it('returns_only_the_fields_asked_for', async () => {
      const answer = await store.questions.search({
        datasets: ['web'],
        query: 'web.status: 200',
        fields: ['web.status', 'web.headers.host'],
      });
      expect(Object.keys(answer.records[0]!).sort()).toEqual(['@timestamp', 'event.dataset', 'event.id', 'web.headers', 'web.status']);
    });

    it('keeps_to_the_time_of_the_question', async () => {
      const time = { from: '2026-01-02T03:04:02Z', to: '2026-01-02T03:04:04Z' };
      expect(ids((await store.questions.search({ datasets, time })).records)).toEqual(['c', 'b']);
      expect((await store.questions.search({ datasets, time: { from: 'now-58s', to: 'now' } })).total.value).toBe(4);
    });

    it('counts_in_buckets_of_time_empty_ones_too', async () => {
      const time = { from: '2026-01-02T03:04:00Z', to: '2026-01-02T03:04:08Z' };
      const { buckets, interval_ms, from, to } = await store.questions.histogram({ datasets, time, interval: '2s', by: 'web.tags' });
      expect({ interval_ms, from, to }).toEqual({ interval_ms: 2000, from: '2026-01-02T03:04:00Z', to: '2026-01-02T03:04:08Z' });
      expect(buckets).toEqual([
        { start: '2026-01-02T03:04:00Z', count: 1, groups: { blue: 1, red: 1 } },
        { start: '2026-01-02T03:04:02Z', count: 2, groups: { green: 1 } },
        { start: '2026-01-02T03:04:04Z', count: 2, groups: {} },
        { start: '2026-01-02T03:04:06Z', count: 0 },
      ]);
    });

    it('takes_the_extent_of_the_data_where_no_time_is_given', async () => {
      const { buckets } = await store.questions.histogram({ datasets, buckets: 5, by: 'web.host', by_size: 1 });
      expect(buckets.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
      expect(buckets.map(({ groups }) => groups?.['api.example.com'] ?? 0)).toEqual([0, 1, 0, 1, 0]);
      expect(await store.questions.extent(datasets)).toEqual({ from: '2026-01-02T03:04:01Z', to: '2026-01-02T03:04:05Z', count: 5 });
    });

    it.each([
      ['web.host', 1, { buckets: [{ value: 'api.example.com', count: 2 }], other: 2, missing: 1, distinct: 3 }],
      [
        'web.tags',
        2,
        {
          buckets: [
            { value: 'blue', count: 1 },
            { value: 'green', count: 1 },
          ],
          other: 1,
          missing: 3,
          distinct: 3,
        },
      ],
      ['web.via', 1, { buckets: [{ value: '192.168.1.1', count: 1 }], other: 2, missing: 3, distinct: 3 }],
      [
        'web.cached',
        5,
        {
          buckets: [
            { value: false, count: 1 },
            { value: true, count: 1 },
          ],
          other: 0,
          missing: 3,
          distinct: 2,
        },
      ],
      ['web.status', 1, { buckets: [{ value: 200, count: 1 }], other: 2, missing: 2, distinct: 3 }],
      ['flow.parent_id', 3, { buckets: [], other: 0, missing: 5, distinct: 0 }],
    ])('counts_the_values_of_%s', async (field, size, expected) => {
      expect(await store.questions.terms({ datasets, field, size })).toMatchObject({ ...expected, approximate: false });
    });

    it('measures', async () => {
      const metrics = [
        { op: 'count' },
        { op: 'count', field: 'web.sizes' },
        { op: 'sum', field: 'web.status' },
        { op: 'average', field: 'web.score' },
        { op: 'min', field: 'web.status' },
        { op: 'max', field: '@timestamp', name: 'latest' },
        { op: 'distinct', field: 'web.tags' },
        { op: 'distinct', field: 'web.host' },
        { op: 'percentiles', field: 'web.status', percents: [0, 50, 75] },
      ] as const;
      expect((await store.questions.statistics({ datasets, metrics })).groups).toEqual([
        {
          key: [],
          values: {
            count: 5,
            'count(web.sizes)': 1,
            'sum(web.status)': 1104,
            'average(web.score)': 0.625,
            'min(web.status)': 200,
            latest: Date.UTC(2026, 0, 2, 3, 4, 5),
            'distinct(web.tags)': 3,
            'distinct(web.host)': 3,
            'percentiles(web.status)': { p0: 200, p50: 404, p75: 452 },
          },
        },
      ]);
    });

    it('measures_in_groups_missing_is_one_of_them', async () => {
      const metrics = [{ op: 'count' }, { op: 'max', field: 'web.status' }] as const;
      const group_by = [
        { field: 'event.dataset', size: 5 },
        { field: 'web.host', size: 2 },
      ];
      const { groups } = await store.questions.statistics({ datasets, metrics, group_by });
      expect(groups.map(({ key, values }) => [...key, values['count'], values['max(web.status)']])).toEqual([
        ['name', 'api.example.com', 1, null],
        ['name', null, 1, null],
        ['web', 'a*b', 1, 500],
        ['web', 'api.example.com', 1, 404],
      ]);
    });

    it('measures_by_interval_and_by_several_values', async () => {
      const group_by = [{ interval: '1m' }, { field: 'web.tags' }];
      const { groups } = await store.questions.statistics({ datasets, metrics: [{ op: 'count', name: 'n' }], group_by });
      expect(groups.map(({ key, values }) => [...key, values['n']])).toEqual([
        ['2026-01-02T03:04:00Z', null, 3],
        ['2026-01-02T03:04:00Z', 'blue', 1],
        ['2026-01-02T03:04:00Z', 'green', 1],
        ['2026-01-02T03:04:00Z', 'red', 1],
      ]);
    });

    it('measures_nothing_as_nothing', async () => {
      const metrics = [
        { op: 'count' },
        { op: 'average', field: 'web.status' },
        { op: 'percentiles', field: 'web.status', percents: [50] },
      ] as const;
      const time = { from: '1999-01-01T00:00:00Z', to: '1999-01-02T00:00:00Z' };
      expect((await store.questions.statistics({ datasets, metrics, time })).groups).toEqual([
        { key: [], values: { count: 0, 'average(web.status)': null, 'percentiles(web.status)': { p50: null } } },
      ]);
    });

    it('suggests_values_for_completion', async () => {
      const values = async (query: string) => {
        const { suggestions } = await store.questions.complete({ query, position: query.length, datasets });
        return suggestions.filter(({ kind }) => kind === 'value').map(({ text, count }) => `${text} ${count ?? ''}`);
      };
      // Completion waits less than a second for values: on a busy machine the next try has them.
      const suggested = (query: string, expected: string[]) => expect.poll(() => values(query), { timeout: 15_000 }).toEqual(expected);
      await suggested('web.host: AP', ['api.example.com 2']);
      await suggested('web.tags: ', ['blue 1', 'green 1', 'red 1']);
      await suggested('source.ip: 10.', ['10.0.0.7 1', '10.0.1.7 1']);
      await suggested('web.headers.host: ', ['www.example.com 1']);
      await suggested('web.status: 4', ['404 1']);
    });

    it('finds_a_record_by_its_id', async () => {
      expect(await store.questions.record('b', undefined)).toEqual(sampleRecords[1]);
      expect(await store.questions.record('b', 'name')).toBeUndefined();
    });

    it('finds_a_flow_with_its_transactions', async () => {
      expect(await store.questions.flow('flow-a')).toEqual({ flow: sampleRecords[5], transactions: [sampleRecords[0]], truncated: false });
      expect(await store.questions.flow('nobody')).toBeUndefined();
    });

    it('finds_what_a_further_piece_of_a_flow_has_ended', async () => {
      const apart = await opened([
        sample('web', 'begun-before', 1, { 'flow.id': 'flow-p' }),
        sample('flow', 'flow-p', 4, { 'event.end': '2026-01-02T03:04:09Z', 'flow.id': 'flow-p', 'flow.root_id': 'flow-o' }),
        sample('web', 'begun-in-it', 5, { 'flow.id': 'flow-p' }),
      ]);
      const found = await apart.questions.flow('flow-p');
      expect(found?.transactions.map((record) => record['event.id'])).toEqual(['begun-before', 'begun-in-it']);
      await apart.close();
    });

    it('finds_a_record_and_its_flow_whether_or_not_they_were_listed_before', async () => {
      await store.questions.search({ datasets: ['flow', 'web'], size: 100 });
      expect(await store.questions.record('b', undefined)).toEqual(sampleRecords[1]);
      expect(await store.questions.record('b', 'name')).toBeUndefined();
      expect((await store.questions.flow('flow-a'))?.flow).toEqual(sampleRecords[5]);
    });

    it('ends_a_question_whose_signal_is_aborted', async () => {
      const reason = new Error('the client went away');
      await expect(store.questions.search({ datasets }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });

  describe(`${name}: twins`, () => {
    const twin = { 'observer.name': 'node-2', 'observer.twin_of': 'node-1/eth0' };
    let store: Awaited<ReturnType<typeof opened>>;
    beforeAll(async () => {
      const twins = [
        sample('web', 'x', 2, { ...twin, 'web.status': 200 }),
        sample('name', 'y', 3, twin),
        sample('flow', 'flow-x', 2, twin),
      ];
      store = await opened([...sampleRecords, ...twins]);
    }, 60_000);
    afterAll(() => store.close());
    const found = async (request: Partial<SearchRequest>) => {
      const sort = [{ field: 'event.id', order: 'asc' }] as const;
      return ids((await store.questions.search({ datasets, sort, ...request })).records).join('');
    };

    it('are_left_out_unless_asked_for', async () => {
      expect(await found({})).toBe('abcde');
      expect(await found({ twins: 'hide', query: 'web.status: 200' })).toBe('a');
      expect(await found({ query: 'web.status: 200 or name.asked: none' })).toBe('a');
      expect(await found({ twins: 'show' })).toBe('abcdexy');
      expect(await found({ twins: 'show', query: 'web.status: 200' })).toBe('ax');
    });

    it('are_found_by_a_query_that_names_their_mark', async () => {
      expect(await found({ query: 'observer.twin_of: *' })).toBe('xy');
      expect(await found({ query: 'web.status: 200 and not observer.twin_of: node-3*' })).toBe('ax');
      expect(await found({ query: 'not observer.twin_of: *' })).toBe('abcde');
    });

    it('are_in_no_count_but_in_those_by_their_mark', async () => {
      const time = { from: '2026-01-02T03:04:00Z', to: '2026-01-02T03:04:08Z' };
      const counts = async (more: object) =>
        (await store.questions.histogram({ datasets, time, interval: '2s', ...more })).buckets.map(({ count }) => count);
      expect(await counts({})).toEqual([1, 2, 2, 0]);
      expect(await counts({ twins: 'show' })).toEqual([1, 4, 2, 0]);
      expect(await store.questions.terms({ datasets, field: 'observer.name' })).toMatchObject({ buckets: [], missing: 5 });
      const byMark = await store.questions.terms({ datasets, field: 'observer.twin_of' });
      expect(byMark).toMatchObject({ buckets: [{ value: 'node-1/eth0', count: 2 }], missing: 5 });
      const measured = async (more: object) =>
        (await store.questions.statistics({ datasets, metrics: [{ op: 'count', name: 'n' }], ...more })).groups.map(({ key, values }) => [
          ...key,
          values['n'],
        ]);
      expect(await measured({})).toEqual([[5]]);
      expect(await measured({ group_by: [{ field: 'observer.twin_of' }] })).toEqual([
        [null, 5],
        ['node-1/eth0', 2],
      ]);
      expect((await store.questions.extent(datasets)).count).toBe(5);
      expect(await countTwins(store.reader, [...datasets, 'flow'])).toEqual(new Map(['web', 'name', 'flow'].map((each) => [each, 1])));
    });

    it('page_as_others_do_and_a_cursor_belongs_to_what_was_asked', async () => {
      const request = { datasets, sort: [{ field: 'event.id', order: 'asc' }], size: 5 } as const;
      const { next_cursor: cursor, total } = await store.questions.search({ ...request, twins: 'show' });
      expect(total.value).toBe(7);
      expect(ids((await store.questions.search({ ...request, twins: 'show', cursor })).records)).toEqual(['x', 'y']);
      await expect(store.questions.search({ ...request, cursor })).rejects.toThrow(BadQuestion);
    });

    it('are_shown_by_their_id_and_completed', async () => {
      expect(await store.questions.record('x', undefined)).toMatchObject(twin);
      expect((await store.questions.flow('flow-x'))?.transactions.map((record) => record['event.id'])).toEqual(['x']);
      const query = 'observer.twin_of: n';
      const { suggestions } = await store.questions.complete({ query, position: query.length, datasets });
      expect(suggestions.map(({ label }) => label).join()).toContain('node-1/eth0');
    });
  });

  describe(`${name}: writing`, () => {
    it('takes_records_and_ndjson_alike', async () => {
      const store = await opened([]);
      const text = sampleRecords.map((record) => JSON.stringify(record)).join('\n');
      expect(await store.writer.append(new TextEncoder().encode(text))).toMatchObject({ records: 6 });
      await store.writer.flush();
      expect((await store.questions.search({ ...all, sort: [{ field: '@timestamp', order: 'asc' }] })).records).toEqual([
        sampleRecords[5],
        ...sampleRecords.slice(0, 5),
      ]);
      await store.close();
    });

    it('leaves_one_of_each_however_often_it_is_written_the_last', async () => {
      const store = await opened();
      const grown = { ...sampleRecords[1]!, 'web.status': 599 };
      await store.writer.append([...sampleRecords, { ...grown, 'web.status': 1 }, grown]);
      await store.writer.flush();
      const answer = await store.questions.search({ ...all, sort: [{ field: 'event.id', order: 'asc' }] });
      expect(ids(answer.records)).toEqual(['a', 'b', 'c', 'd', 'e', 'flow-a']);
      expect(answer.records[1]).toEqual(grown);
      expect(await store.questions.status()).toMatchObject({ records: 6, byDataset: { web: 3, name: 2, flow: 1 } });
      await store.close();
    });

    it('pages_stay_the_same_while_records_arrive', async () => {
      const store = await opened();
      const first = await store.questions.search({ datasets, size: 2 });
      await store.writer.append([sample('web', 'later', 59)]);
      await store.writer.flush();
      const second = await store.questions.search({ datasets, size: 2, cursor: first.next_cursor });
      expect([...ids(first.records), ...ids(second.records)]).toEqual(['e', 'd', 'c', 'b']);
      await store.close();
    });

    it('counts_what_does_not_fit_and_stores_the_rest', async () => {
      const store = await opened([]);
      const lines = [
        JSON.stringify(sampleRecords[0]),
        'not json',
        JSON.stringify({ ...sampleRecords[1], 'web.status': 'many' }),
        JSON.stringify({ ...sampleRecords[1], 'source.ip': '10.0.0.999' }),
        JSON.stringify({ ...sampleRecords[1], '@timestamp': '2026-01-02 03:04' }),
        JSON.stringify({ ...sampleRecords[1], 'event.dataset': 'unheard' }),
        JSON.stringify(sampleRecords[2]),
      ];
      await store.writer.append(new TextEncoder().encode(lines.join('\n')));
      await store.writer.flush();
      expect(store.writer.counters()).toEqual({
        stored: 2,
        rejected: {
          'not JSON': 1,
          'web.status is no integer': 1,
          'source.ip is no ip': 1,
          '@timestamp is no date': 1,
          'unknown dataset': 1,
        },
        waitingBytes: 0,
      });
      expect(ids((await store.questions.search({ datasets })).records)).toEqual(['c', 'a']);
      await store.close();
    });

    it('takes_texts_of_any_kind', async () => {
      const texts = ['a\u0000b', '\\ud800', '"\\\n\t', '😀'.slice(0, 1), 'x'.repeat(100_000), '', "'"];
      const store = await opened(
        texts.map((text, index) => sample('web', String(index), index, { 'web.host': text, 'web.headers': { [text]: text } })),
      );
      const { records } = await store.questions.search({ datasets: ['web'], sort: [{ field: '@timestamp', order: 'asc' }] });
      expect(records.map((record) => record['web.host'])).toEqual(texts.map((text) => text.toWellFormed()));
      expect(records.map((record) => record['web.headers'])).toEqual(texts.map((text) => ({ [text.toWellFormed()]: text.toWellFormed() })));
      await store.close();
    });

    it('deletes_what_was_read_from_one_capture', async () => {
      const store = await opened();
      expect(await store.writer.deleteCapture('one.pcap')).toBe(1);
      expect(await store.writer.deleteCapture("o'ne.pcap")).toBe(0);
      expect(ids((await store.questions.search({ datasets })).records)).toEqual(['e', 'd', 'c', 'b']);
      await store.close();
    });

    it('drops_old_days_whole', async () => {
      const day = (date: string, id: string) => ({ ...sample('web', id, 0), '@timestamp': `${date}T12:00:00Z` });
      const store = await opened([day('2026-01-01', 'x'), day('2026-01-02', 'y'), day('2026-01-03', 'z')]);
      const result = await store.writer.retain({ maxAgeMs: 36 * 3_600_000 }, Date.UTC(2026, 0, 3, 13));
      expect(result).toMatchObject({ segments: 1, records: 1 });
      expect(ids((await store.questions.search({ datasets: ['web'] })).records)).toEqual(['z', 'y']);
      expect(await store.writer.retain({ maxBytes: 1 }, Date.UTC(2026, 0, 3, 13))).toMatchObject({ segments: 1, records: 1 });
      expect(ids((await store.questions.search({ datasets: ['web'] })).records)).toEqual(['z']);
      expect(await store.questions.record('x', undefined)).toBeUndefined();
      await store.close();
    });

    it('answers_while_it_is_empty', async () => {
      const store = await opened([]);
      expect(await store.questions.search({ datasets })).toMatchObject({ records: [], total: { value: 0, relation: 'eq' } });
      expect((await store.questions.histogram({ datasets })).buckets).toEqual([]);
      expect(await store.questions.terms({ datasets, field: 'web.host' })).toMatchObject({
        buckets: [],
        other: 0,
        missing: 0,
        distinct: 0,
      });
      expect(await store.questions.extent(datasets)).toEqual({ count: 0 });
      expect(await store.questions.status()).toMatchObject({ records: 0, segments: 0 });
      await store.close();
    });
  });

  describeOperators(name, { open });
}
