import { describe, expect, it } from 'vitest';
import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';
import type { SearchRequest } from '@orbweaver/contracts/query/requests.ts';
import { Catalogue } from '../catalogue.ts';
import { planSearch, planStatistics, Problems } from '../plan.ts';

const field = (type: Field['type'], more: Partial<Field> = {}): Field => ({ type, label: type, help: '', ...more });
const web: DatasetSchema = {
  dataset: 'web',
  title: 'Web',
  record: 'one request',
  fields: {
    'http.request.method': field('keyword'),
    'http.response.status_code': field('integer'),
    'web.size': field('integer', { unit: 'byte' }),
    'web.headers': field('map'),
    'web.seen': field('date'),
    'web.sizes': field('integer', { many: true }),
  },
};
const name: DatasetSchema = { dataset: 'name', title: 'Name', record: 'one look-up', fields: { 'name.asked': field('keyword') } };
const catalogue = new Catalogue([web, name]);
const context = { catalogue, now: Date.UTC(2026, 0, 2) };

function problemsOf(request: Partial<SearchRequest>) {
  const problems = new Problems();
  planSearch({ datasets: ['web'], ...request }, context, problems);
  return problems.list;
}

describe('what is wrong with a query', () => {
  it.each([
    [
      'http.response.staus_code: 5',
      0,
      25,
      'There is no field http.response.staus_code in web; did you mean http.response.status_code?',
      ['http.response.status_code'],
    ],
    [
      'status_code: 5',
      0,
      11,
      'There is no field status_code in web; did you mean http.response.status_code?',
      ['http.response.status_code'],
    ],
    ['name.asked: x', 0, 10, 'name.asked is a field of name, not of web', []],
    ['http.response.status_code: abc', 27, 3, 'http.response.status_code: `abc` is no number', ['a number', '*']],
    ['web.size > lots', 11, 4, 'web.size: `lots` is no number (units: kB MB GB KiB MiB GiB)', ['a number', '*']],
    ['http.request.method > GET', 19, 3, 'http.request.method: `>` needs a number, a time or an address; this field holds text', [':']],
    [
      'source.ip: 10.0.0.0/33',
      11,
      11,
      'source.ip: `10.0.0.0/33` is no address',
      ['10.0.0.7', '10.0.0.0/8', '10.0.*', '2001:db8::1', '2001:db8::/32', '*'],
    ],
    ['web.seen: yesterday', 10, 9, 'web.seen: `yesterday` is no time', ['2026-01-02', '"2026-01-02T03:04:05Z"', 'now-15m', '*']],
  ])('%s', (query, position, length, message, expected) => {
    const [problem] = problemsOf({ query });
    expect(problem).toMatchObject({ path: 'query', message, expected });
    // The mark covers the part that is wrong.
    expect(problem!.position).toBeLessThanOrEqual(position);
    expect(problem!.position! + problem!.length!).toBeGreaterThanOrEqual(position + Math.min(length, 1));
  });

  it('is_said_all_at_once', () => {
    const problems = problemsOf({
      datasets: ['web', 'nothing'],
      query: 'a: 1 or b: 2',
      time: { from: 'soon', to: 'now' },
      sort: [{ field: 'web.headers', order: 'asc' }],
      fields: ['web.size', 'c'],
      cursor: 'x',
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'cursor',
      'datasets.1',
      'fields.1',
      'query',
      'query',
      'sort.0.field',
      'time.from',
    ]);
  });
});

it('a_metric_needs_a_field_that_it_can_measure', () => {
  const problems = new Problems();
  const metrics = [
    { op: 'sum', field: 'http.request.method' },
    { op: 'average' },
    { op: 'max', field: 'web.sizes' },
    { op: 'distinct', field: 'http.request.method' },
  ] as const;
  planStatistics({ datasets: ['web'], metrics }, context, problems);
  expect(problems.list.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'metrics.0.field: sum needs a number; http.request.method is keyword',
    'metrics.1.field: average needs a field',
    'metrics.2.field: max needs one value a record; web.sizes may have several',
  ]);
});

it('two_schemas_that_disagree_on_a_field_are_refused', () => {
  const other: DatasetSchema = { ...name, dataset: 'other', fields: { 'web.size': field('keyword') } };
  expect(() => new Catalogue([web, other])).toThrow('Field web.size is keyword in dataset other but integer in web: a name has one type');
});
