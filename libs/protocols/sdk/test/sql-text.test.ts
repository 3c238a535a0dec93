import { describe, expect, it } from 'vitest';
import { operationOf, sqlText, statementLimit, withoutPasswords } from '../sql-text.ts';

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

  it.each([
    ["ALTER ROLE a PASSWORD 'x''y' VALID UNTIL 'z'", "ALTER ROLE a PASSWORD '***' VALID UNTIL 'z'"],
    ["CREATE ROLE a PASSWORD E'x\\'y'", "CREATE ROLE a PASSWORD E'***'"],
    ["CREATE USER 'a'@'h' IDENTIFIED WITH native BY 'x'", "CREATE USER 'a'@'h' IDENTIFIED WITH native BY '***'"],
    ["CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('x')", "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('***')"],
    ["SET PASSWORD FOR 'a'@'h' = 'x", "SET PASSWORD FOR 'a'@'h' = '***'"],
    ["CHANGE MASTER TO MASTER_USER='a', MASTER_PASSWORD='x'", "CHANGE MASTER TO MASTER_USER='a', MASTER_PASSWORD='***'"],
    ["SELECT 1 WHERE password = 'x'", "SELECT 1 WHERE password = 'x'"],
    ["SET NAMES 'utf8mb4'", "SET NAMES 'utf8mb4'"],
  ])('passwords_that_are_set_are_masked: %j', (text, masked) => {
    expect(withoutPasswords(text)).toBe(masked);
  });

  it('a_cut_leaves_no_half_character', () => {
    const bytes = Buffer.from('x'.repeat(statementLimit - 1) + 'ü');
    expect(sqlText(bytes, 0, bytes.length)).toBe('x'.repeat(statementLimit - 1));
  });
});
