import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryNode } from '@orbweaver/contracts/query/ast.ts';
import { maxQueryDepth, maxQueryLength } from '../limits.ts';
import { parseQuery } from '../parse.ts';
import { printQuery, printValue } from '../print.ts';

function read(query: string): QueryNode {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.problem.message}`);
  return parsed.ast;
}

const refusal = (query: string) => {
  const parsed = parseQuery(query);
  return parsed.ok ? undefined : parsed.problem;
};

/** The tree without positions. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => key !== 'position' && key !== 'length');
  return Object.fromEntries(entries.map(([key, value]) => [key, shape(value)]));
}

describe('reading', () => {
  it.each([
    ['', '*'],
    ['  ', '*'],
    ['*', '*'],
    ['a:b', 'a: b'],
    ['a : b', 'a: b'],
    ['a == b', 'a: b'],
    ['a != b', 'not a: b'],
    ['a>=5', 'a >= 5'],
    ['a < -5', 'a < -5'],
    ['a: "b c"', 'a: "b c"'],
    ['a: b c', 'a: b c'],
    ['a: b*c', 'a: b*c'],
    ['a: "b*c"', 'a: "b*c"'],
    ['a: *', 'a: *'],
    ['foo bar', 'foo bar'],
    ['"foo bar"', '"foo bar"'],
    ['a:1 and b:2 or c:3', '(a: 1 and b: 2) or c: 3'],
    ['a:1 and (b:2 or c:3)', 'a: 1 and (b: 2 or c: 3)'],
    ['not a:1 and b:2', 'not a: 1 and b: 2'],
    ['not (a:1 and b:2)', 'not (a: 1 and b: 2)'],
    ['a:1 AND b:2 Or NOT c:3', '(a: 1 and b: 2) or not c: 3'],
    ['a:1 && b:2 || !c:3', '(a: 1 and b: 2) or not c: 3'],
    ['a: (1 or 2 and not 3)', 'a: 1 or (a: 2 and not a: 3)'],
    ['a: (b*)', 'a: b*'],
    ['a in (1, 2)', 'a: 1 or a: 2'],
    ['a in ("x, y")', 'a: "x, y"'],
    ['ip: fe80::1', 'ip: fe80\\:\\:1'],
    ['ip: ::1', 'ip: \\:\\:1'],
    ['ip > ::', 'ip > \\:\\:'],
    ['host: localhost:8080 and a:b', 'host: localhost\\:8080 and a: b'],
    ['ip: (fe80::1 or ::1)', 'ip: fe80\\:\\:1 or ip: \\:\\:1'],
    ['query: a=b', 'query: a\\=b'],
    ['a: \\and', 'a: \\and'],
    ['a: \\"quoted\\"', 'a: \\"quoted\\"'],
    ['a: android', 'a: android'],
    ['a: b\\*', 'a: b\\*'],
    ['a: "tab\\t\\u0041"', 'a: "tab\\tA"'],
    ['inside', 'inside'],
    ['in', '\\u0069n'],
  ])('%s', (query, printed) => {
    expect(printQuery(read(query))).toBe(printed);
    expect(shape(read(printed))).toEqual(shape(read(query)));
  });

  it('says_where_everything_stands', () => {
    expect(read('a.b >= 5 or "x"')).toEqual({
      kind: 'or',
      position: 0,
      length: 15,
      operands: [
        {
          kind: 'comparison',
          field: { name: 'a.b', position: 0, length: 3 },
          operator: '>=',
          value: { text: '5', quoted: false, position: 7, length: 1 },
          position: 0,
          length: 8,
        },
        { kind: 'text', value: { text: 'x', quoted: true, position: 12, length: 3 }, position: 12, length: 3 },
      ],
    });
  });
});

describe('refusing', () => {
  it.each([
    ['a:', 2, 0, 'Expected a value, found the end of the query', ['value', '(']],
    ['a: and b', 3, 1, 'Expected a value, found `and`', ['value', '(']],
    ['(a:b', 0, 1, 'This parenthesis is not closed before the end of the query', ['and', 'or', ')']],
    ['a:b)', 3, 1, 'Did not expect `)` here', ['and', 'or', 'the end of the query']],
    ['a: "b', 3, 2, 'This quote is not closed', ['"']],
    ['a: b c: d', 5, 1, '`and` or `or` is missing before `c`', ['and', 'or']],
    ['GET c: d', 4, 1, '`and` or `or` is missing before `c`', ['and', 'or']],
    ['a = b', 2, 1, '`=` alone is no operator', [':', '==', '!=', '>', '>=', '<', '<=']],
    ['a and', 5, 0, 'Expected a field or a value, found the end of the query', ['field', 'value', 'not', '(']],
    ['a in (1', 5, 1, 'This list is not closed before the end of the query', [',', ')']],
    ['a >= (1)', 5, 1, 'Expected a value, found `(`', ['value']],
  ])('%s', (query, position, length, message, expected) => {
    expect(refusal(query)).toEqual({ position, length, message, expected });
  });

  it('bounds_depth_length_and_number', () => {
    expect(refusal('('.repeat(100_000 / 100) + 'a' + ')'.repeat(1000))?.message).toContain(`More than ${maxQueryDepth}`);
    expect(refusal('not '.repeat(1000) + 'a')?.message).toContain(`More than ${maxQueryDepth}`);
    expect(refusal('a'.repeat(maxQueryLength + 1))?.message).toContain(`at most ${maxQueryLength}`);
    expect(refusal('a||'.repeat(2000) + 'a')?.message).toContain('more than');
  });
});

describe('whatever is typed', () => {
  const pieces = fc.constantFrom(
    'a',
    'b.c',
    ' ',
    ':',
    '==',
    '!=',
    '>=',
    '<',
    '(',
    ')',
    '"',
    '*',
    '\\',
    'and',
    'or',
    'not',
    'in',
    ',',
    '!',
    '&&',
    '||',
    '=',
    '::1',
    '\\u0020',
    '😀',
    '\t',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join('')),
  );

  it('parsing_never_throws_and_problems_lie_within_the_text', () => {
    fc.assert(
      fc.property(texts, (query) => {
        const problem = refusal(query);
        if (problem !== undefined) expect(problem.position + problem.length).toBeLessThanOrEqual(query.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('what_is_printed_reads_the_same', () => {
    fc.assert(
      fc.property(texts, (query) => {
        const parsed = parseQuery(query);
        if (!parsed.ok) return;
        const again = parseQuery(printQuery(parsed.ast));
        expect(again.ok ? shape(again.ast) : again.problem).toEqual(shape(parsed.ast));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['a\\u0020or<a', '\\u0020not: a', '""<a'])('what_was_once_printed_otherwise_reads_the_same: %s', (query) => {
    const parsed = read(query);
    expect(shape(read(printQuery(parsed)))).toEqual(shape(parsed));
  });

  it('a_printed_value_is_read_as_that_value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(shape(read(`a: ${printValue(text)}`))).toMatchObject({ kind: 'comparison', value: { text } });
      }),
    );
  });
});
