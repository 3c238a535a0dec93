import { describe, expect, test } from 'vitest';
import { indexName, indexSpan, indicesOf } from '../names.ts';

const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
const time = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe('names of indices', () => {
  test.each([
    ['hour', 'orbweaver-http-2026.01.02.03'],
    ['day', 'orbweaver-http-2026.01.02'],
    ['month', 'orbweaver-http-2026.01'],
    ['year', 'orbweaver-http-2026'],
  ] as const)('an_index_of_a_%s_is_named_by_its_beginning_and_read_back', (width, name) => {
    expect(indexName('orbweaver', 'http', width, at('2026-01-02T03:04:05Z'))).toBe(name);
    const span = indexSpan('orbweaver', name)!;
    expect(span).toMatchObject({ dataset: 'http', width });
    expect(span.from <= at('2026-01-02T03:04:05Z') && span.to > at('2026-01-02T03:04:05Z')).toBe(true);
  });

  test('months_and_years_end_where_the_next_begin', () => {
    expect(indexSpan('o', 'o-web-2024.02')).toMatchObject({ from: at('2024-02-01T00:00:00Z'), to: at('2024-03-01T00:00:00Z') });
    expect(indexSpan('o', 'o-web-2024')).toMatchObject({ from: at('2024-01-01T00:00:00Z'), to: at('2025-01-01T00:00:00Z') });
  });

  test.each(['orbweaver-http', 'orbweaver-http-2026.1', 'other-http-2026.01.02', 'orbweaver-http-2026.01.02-000001', 'orbweaver-a-b-2026'])(
    '%s_is_none_of_ours',
    (name) => expect(indexSpan('orbweaver', name)).toBeUndefined(),
  );

  test('a_question_about_an_hour_names_what_can_hold_it_and_nothing_else', () => {
    expect(indicesOf('o', ['web', 'dns'], time('2026-01-02T23:30:00Z', '2026-01-03T00:00:00.001Z'))).toEqual(
      ['web', 'dns'].flatMap((dataset) =>
        ['2026', '2026.01', '2026.01.02', '2026.01.03', '2026.01.02.23', '2026.01.03.00'].map((stamp) => `o-${dataset}-${stamp}`),
      ),
    );
  });

  test('the_end_of_a_span_is_not_part_of_it', () => {
    expect(indicesOf('o', ['web'], time('2026-01-02T23:00:00Z', '2026-01-03T00:00:00Z'))).not.toContain('o-web-2026.01.03');
    expect(indicesOf('o', ['web'], time('2026-01-02T23:00:00Z', '2026-01-02T23:00:00Z'))).toEqual([]);
  });

  test('longer_questions_use_wider_names', () => {
    expect(indicesOf('o', ['web'], time('2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'))).toEqual(
      ['2026', '2026.01', '2026.01.01', '2026.01.01.*', '2026.01.02', '2026.01.02.*', '2026.01.03', '2026.01.03.*'].map(
        (s) => `o-web-${s}`,
      ),
    );
    expect(indicesOf('o', ['web'], time('2025-11-01T00:00:00Z', '2026-02-01T00:00:00Z'))).toEqual(
      ['2025', '2026', '2025.11', '2025.11.*', '2025.12', '2025.12.*', '2026.01', '2026.01.*'].map((s) => `o-web-${s}`),
    );
    expect(indicesOf('o', ['web'], time('2000-01-01T00:00:00Z', '2004-01-01T00:00:00Z'))).toHaveLength(8);
    expect(indicesOf('o', ['web'], time('1900-01-01T00:00:00Z', '9999-01-01T00:00:00Z'))).toEqual(['o-web-*']);
    expect(indicesOf('o', ['web'])).toEqual(['o-web-*']);
  });
});
