import { describe, expect, it } from 'vitest';
import { operationOf, sqlText, statementLimit } from '../sql-text.ts';

describe('sql text', () => {
  it.each([
    ['  select 1', 'SELECT'],
    ['-- note\n/* more */ (SELECT 1)', 'SELECT'],
    [';', undefined],
    ['/* never closed', undefined],
    ['', undefined],
  ])('the_first_word_of_%j_is_%s', (text, word) => {
    expect(operationOf(text)).toBe(word);
  });

  it('a_cut_leaves_no_half_character', () => {
    const bytes = Buffer.from('x'.repeat(statementLimit - 1) + 'ü');
    expect(sqlText(bytes, 0, bytes.length)).toBe('x'.repeat(statementLimit - 1));
  });
});
