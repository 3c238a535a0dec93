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
    expect(operationOf(text, 'mysql')).toBe(word);
    expect(operationOf(text, 'postgresql')).toBe(word);
  });

  it.each([
    ['# note\nselect 1', 'SELECT', undefined],
    ["/*!40101 SET NAMES 'utf8' */", 'SET', undefined],
    ['/*!set @a = 1 */', 'SET', undefined],
    ['/*M!100100 SET WAIT_TIMEOUT=DEFAULT */', 'SET', undefined],
    ['/*! straight */ select 1', 'STRAIGHT', 'SELECT'],
    ['/*/ still */ select 1', 'SELECT', 'SELECT'],
    ['/* a /* b */ c */ select 1', 'C', 'SELECT'],
  ])('what_is_a_comment_depends_on_the_database: %j', (text, mysql, postgresql) => {
    expect(operationOf(text, 'mysql')).toBe(mysql);
    expect(operationOf(text, 'postgresql')).toBe(postgresql);
  });

  it('a_cut_leaves_no_half_character', () => {
    const bytes = Buffer.from('x'.repeat(statementLimit - 1) + 'ü');
    expect(sqlText(bytes, 0, bytes.length)).toBe('x'.repeat(statementLimit - 1));
  });
});
