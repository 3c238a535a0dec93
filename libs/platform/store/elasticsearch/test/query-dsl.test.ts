import { describe, expect, test } from 'vitest';
import type { Predicate } from '@orbweaver/query/search/predicate.ts';
import { anyEntryStart, entriesOf, entryStart, mapOfEntries } from '../entries.ts';
import { dateBoundKey, dateKey } from '../date-key.ts';
import { caselessRegexp, literalRegexp } from '../fold-regexp.ts';
import { predicateQuery, selectionQuery } from '../query-dsl.ts';

const keyword = { kind: 'field', field: 'web.host', type: 'keyword', many: false } as const;
const regexp = (field: string, value: string) => ({ regexp: { [field]: { value, flags: 'NONE', max_determinized_states: 100_000 } } });

describe('predicates as queries', () => {
  test.each<[string, Predicate, unknown]>([
    ['a keyword', { kind: 'equals', target: keyword, value: 'a*b' }, { term: { 'web.host': { value: 'a*b' } } }],
    ['an id', { kind: 'equals', target: { ...keyword, field: 'event.id' }, value: 'x' }, { ids: { values: ['x'] } }],
    ['a number that no integer is', { kind: 'equals', target: { ...keyword, type: 'integer' }, value: 404.5 }, { match_none: {} }],
    ['a part of a text', { kind: 'contains', target: keyword, text: 'a.b' }, regexp('web.host', '.*[aA]\\.[bB].*')],
    ['a pattern', { kind: 'pattern', target: keyword, parts: ['', '7', ''] }, regexp('web.host', '.*7.*')],
    [
      'an entry of a map',
      { kind: 'equals', target: { kind: 'entry', field: 'web.headers', key: 'x:y' }, value: 'v' },
      { term: { 'web.headers': { value: 'x\\:y: v' } } },
    ],
    [
      'any entry of a map',
      { kind: 'equals', target: { kind: 'entries', field: 'web.headers' }, value: '1' },
      regexp('web.headers', '([^:\\\\]|\\\\.)*: 1'),
    ],
    [
      'a network',
      {
        kind: 'range',
        target: { ...keyword, field: 'source.ip', type: 'ip' },
        from: { value: '40a000000', inclusive: true },
        to: { value: '40affffff', inclusive: true },
      },
      { range: { 'orbweaver.key.source.ip': { gte: '40a000000', lte: '40affffff' } } },
    ],
    [
      'a time of packets, past what JSON numbers hold',
      {
        kind: 'range',
        target: { ...keyword, field: 'event.end', type: 'date' },
        from: { value: 1_767_323_045_123_456_789n, inclusive: false },
      },
      { range: { 'event.end': { gt: '2026-01-02T03:04:05.123456789Z', format: 'strict_date_optional_time_nanos' } } },
    ],
    [
      'a time that no packet has',
      { kind: 'range', target: { ...keyword, field: 'event.end', type: 'date' }, to: { value: -1n, inclusive: true } },
      { match_none: {} },
    ],
    [
      'bounds past what an integer is',
      {
        kind: 'range',
        target: { ...keyword, field: 'web.status', type: 'integer' },
        from: { value: 404.5, inclusive: true },
        to: { value: 1e30, inclusive: true },
      },
      { range: { 'web.status': { gte: 404.5 } } },
    ],
    [
      'a bound that every integer is below',
      { kind: 'range', target: { ...keyword, field: 'web.status', type: 'integer' }, to: { value: 1e30, inclusive: true } },
      { exists: { field: 'web.status' } },
    ],
    [
      'a bound that no integer is above',
      { kind: 'range', target: { ...keyword, field: 'web.status', type: 'integer' }, from: { value: 1e30, inclusive: false } },
      { match_none: {} },
    ],
    [
      'another date',
      {
        kind: 'range',
        target: { ...keyword, field: 'tls.server.not_after', type: 'date' },
        from: { value: 4_102_444_800_000_000_000n, inclusive: true },
      },
      { range: { 'orbweaver.key.tls.server.not_after': { gte: '2100-01-01T00:00:00.000000000Z' } } },
    ],
    [
      'presence of a text, however long',
      { kind: 'exists', target: keyword },
      { bool: { should: [{ exists: { field: 'web.host' } }, { term: { _ignored: { value: 'web.host' } } }], minimum_should_match: 1 } },
    ],
    ['a denial', { kind: 'not', operand: { kind: 'none' } }, { bool: { must_not: [{ match_none: {} }] } }],
  ])('%s', (_, predicate, query) => expect(predicateQuery(predicate)).toEqual(query));

  test('a_selection_without_any_condition_is_everything', () => {
    expect(selectionQuery({ datasets: ['web'], predicate: { kind: 'all' } })).toEqual({ match_all: {} });
  });
});

describe('patterns that ignore case', () => {
  test.each([
    ['k', 'kKK'],
    ['å', 'åÅÅ'],
    ['i', 'iIİ'],
    ['σ', 'σΣ'],
    ['ß', 'ßẞ'],
    ['1', '1'],
  ])('%s stands for each of its forms', (folded, forms) => {
    const expression = new RegExp(`^${caselessRegexp(folded)}$`, 'u');
    for (const form of forms) expect(expression.test(form)).toBe(true);
    expect(expression.test('x')).toBe(false);
  });

  test('nothing_in_a_text_means_something_to_a_pattern', () => {
    const text = '.?+*|{}[]()"\\#@&<>~^-$';
    expect(new RegExp(`^${literalRegexp(text).replace('$', '\\$')}$`).test(text)).toBe(true);
  });
});

describe('maps as entries', () => {
  test('whatever_names_and_values_hold_they_come_back', () => {
    const map = { host: 'a: b', ':authority': '', 'x: y': ': ', '\\': '\\:', '': 'empty', ['__proto__']: 'kept', 'line\n': 'a\nb' };
    expect(mapOfEntries(entriesOf(map))).toEqual(map);
  });

  test('an_entry_begins_with_its_name_and_no_other', () => {
    expect(entriesOf({ 'a: b': 'c' })[0]!.startsWith(entryStart('a'))).toBe(false);
    expect(new RegExp(`^${anyEntryStart}c$`, 's').test(entriesOf({ 'a: b\\': 'c' })[0]!)).toBe(true);
    expect(new RegExp(`^${anyEntryStart}c$`, 's').test(entriesOf({ a: 'b: c' })[0]!)).toBe(false);
  });
});

test('keys_of_dates_compare_like_the_dates', () => {
  const moments = [-62_167_219_200_000_000_000n, -1n, 0n, 1n, 1_767_323_045_000_000_000n, 253_402_300_799_999_999_999n];
  const keys = moments.map(dateKey);
  expect([...keys].sort()).toEqual(keys);
  expect(dateBoundKey(moments[0]! - 1n) < keys[0]! && dateBoundKey(moments[5]! + 1n) > keys[5]!).toBe(true);
});
