import { describe, expect, it } from 'vitest';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { Catalogue } from '../../search/catalogue.ts';
import { completeQuery, type ValueProvider } from '../complete.ts';

const schema: DatasetSchema = {
  dataset: 'web',
  title: 'Web',
  record: 'one request',
  fields: {
    'web.host': { type: 'keyword', label: 'Host', help: 'The host.' },
    'web.status': { type: 'integer', label: 'Status', help: 'The status.' },
    'web.cached': { type: 'boolean', label: 'Cached', help: 'From a cache.' },
    'web.headers': { type: 'map', label: 'Headers', help: 'The headers.' },
  },
};
const asked: unknown[] = [];
const values: ValueProvider = (field, prefix) => {
  asked.push([field, prefix]);
  return Promise.resolve([
    { value: 'a b', count: 2 },
    { value: 'www.example.com', count: 1 },
  ]);
};

/** `|` marks the caret. */
async function complete(marked: string) {
  const position = marked.indexOf('|');
  const query = marked.replace('|', '');
  const { from, to, suggestions } = await completeQuery(query, position, { catalogue: new Catalogue([schema]), datasets: ['web'], values });
  return {
    replaced: query.slice(from, to),
    from,
    texts: suggestions.map(({ text }) => text),
    kinds: new Set(suggestions.map(({ kind }) => kind)),
  };
}

describe('completion', () => {
  it.each(['web.s|', 'web.status: 5 and web.s|', '(web.s|', 'not web.s|', '!web.s|'])('offers_fields_at %s', async (marked) => {
    const { texts, replaced } = await complete(marked);
    expect(texts).toEqual(['web.status']);
    expect(replaced).toBe('web.s');
  });

  it('offers_fields_by_a_word_of_their_name_or_their_label', async () => {
    expect((await complete('hos|')).texts).toContain('web.host');
    expect((await complete('cach|')).texts).toEqual(['web.cached']);
  });

  it('offers_the_operators_that_a_field_has', async () => {
    expect((await complete('web.status |')).texts).toEqual([': ', '>= ', '<= ', '> ', '< ', '!= ', ': *', 'and ', 'or ']);
    expect((await complete('web.host |')).texts).toEqual([': ', '!= ', ': *', 'and ', 'or ']);
  });

  it.each([
    ['web.host: |', ''],
    ['web.host: ww|', 'ww'],
    ['web.host: "ww|', '"ww'],
    ['web.host: (x or ww|', 'ww'],
    ['web.host in (x, ww|)', 'ww'],
    ['web.headers.host: ww|', 'ww'],
  ])('offers_values_at %s', async (marked, replaced) => {
    expect(await complete(marked)).toMatchObject({ replaced, texts: ['"a b"', 'www.example.com'] });
    expect(asked.at(-1)).toEqual([
      marked.includes('headers') ? { map: 'web.headers', key: 'host' } : { name: 'web.host', type: 'keyword', many: false },
      replaced.replace('"', ''),
    ]);
  });

  it('offers_true_and_false', async () => {
    expect((await complete('web.cached: |')).texts).toEqual(['true', 'false']);
  });

  it.each(['web.status: 5 |', 'web.host: (a or b) |', 'web.host: "x" |'])('offers_and_and_or_behind_a_comparison at %s', async (marked) => {
    expect((await complete(marked)).texts).toEqual(['and ', 'or ']);
  });

  it('replaces_the_whole_word_around_the_caret', async () => {
    expect(await complete('web.st|atus: 5')).toMatchObject({ replaced: 'web.status', texts: ['web.status'] });
  });

  it('has_nothing_to_say_of_an_unknown_field', async () => {
    expect((await complete('web.nothing: |')).texts).toEqual([]);
  });
});
