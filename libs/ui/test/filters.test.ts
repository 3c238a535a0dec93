import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitClauses } from '../filters/clauses.ts';
import { exclude, include, invertClause, narrow, only, removeClause } from '../filters/edit.ts';
import { literal } from '../filters/literal.ts';

const texts = (query: string): string[] => splitClauses(query).map((clause) => clause.text);

describe('clauses', () => {
  test('an_outer_and_parts_a_query', () => {
    expect(texts('a: 1 and  b: "x and y" AND (c: 2 or d: 3) && e: *')).toEqual(['a: 1', 'b: "x and y"', '(c: 2 or d: 3)', 'e: *']);
  });
  test('an_outer_or_keeps_a_query_whole', () => {
    expect(texts('a: 1 and b: 2 or c: 3')).toEqual(['a: 1 and b: 2 or c: 3']);
  });
  test('a_negation_is_told_apart_from_its_condition', () => {
    expect(splitClauses('not a: 1 and !b: 2')).toMatchObject([
      { negated: true, condition: 'a: 1' },
      { negated: true, condition: 'b: 2' },
    ]);
  });
  test('words_that_only_contain_and_do_not_part', () => {
    expect(texts('url.path: /brand/android and host: sand')).toEqual(['url.path: /brand/android', 'host: sand']);
  });
  test('offsets_point_at_the_text_whatever_the_query', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', 'and ', 'or ', '"', '(', ')', '\\', 'not ', ':') }), (query) => {
        for (const clause of splitClauses(query)) expect(query.slice(clause.from, clause.to)).toBe(clause.text);
      }),
    );
  });
});

describe('edits', () => {
  test('a_filter_is_added_once', () => {
    expect(include('', 'a', 'x')).toBe('a: x');
    expect(include('b: 1', 'a', 'x')).toBe('b: 1 and a: x');
    expect(include('b: 1 and a: x', 'a', 'x')).toBe('b: 1 and a: x');
  });
  test('including_and_excluding_replace_each_other', () => {
    expect(exclude('a: x and b: 1', 'a', 'x')).toBe('b: 1 and not a: x');
    expect(include('not a: x', 'a', 'x')).toBe('a: x');
  });
  test('only_replaces_every_filter_on_the_field_but_none_on_its_namesakes', () => {
    expect(only('a: x and a.b: 1 and not a: y and a >= 3', 'a', 'z')).toBe('a.b: 1 and a: z');
  });
  test('a_query_with_an_outer_or_is_put_in_brackets', () => {
    expect(include('a: 1 or b: 2', 'c', 3)).toBe('(a: 1 or b: 2) and c: 3');
    expect(narrow('', 'flow.missed_bytes > 0')).toBe('flow.missed_bytes > 0');
  });
  test('a_clause_can_be_removed_and_inverted', () => {
    expect(removeClause('a: 1 and b: 2', 0)).toBe('b: 2');
    expect(invertClause('a: 1 and b: 2', 1)).toBe('a: 1 and not b: 2');
    expect(invertClause('not a: 1', 0)).toBe('a: 1');
  });
});

describe('literals', () => {
  test('plain_words_stay_bare_and_everything_else_is_quoted', () => {
    expect(literal('GET')).toBe('GET');
    expect(literal('10.0.0.1')).toBe('10.0.0.1');
    expect(literal('fe80::1')).toBe('"fe80::1"');
    expect(literal('and')).toBe('"and"');
    expect(literal('say "hi"\\')).toBe('"say \\"hi\\"\\\\"');
    expect(literal('a*')).toBe('"a*"');
    expect(literal(404)).toBe('404');
  });
});
