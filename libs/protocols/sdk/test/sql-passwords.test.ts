import { describe, expect, it } from 'vitest';
import { withoutPasswords, withoutQuotation } from '../sql-passwords.ts';
import type { SqlQuoting } from '../sql-text.ts';

describe('passwords in sql', () => {
  it.each([
    ["ALTER ROLE a PASSWORD 'x''y' VALID UNTIL 'z'", "ALTER ROLE a PASSWORD '***' VALID UNTIL 'z'"],
    ["CREATE ROLE a PASSWORD E'x\\'y'", "CREATE ROLE a PASSWORD E'***'"],
    ["CREATE ROLE a PASSWORD U&'x'", "CREATE ROLE a PASSWORD U&'***'"],
    ["CREATE ROLE a PASSWORD\n'x'\n'y'", "CREATE ROLE a PASSWORD\n'***'\n'***'"],
    ['ALTER ROLE a PASSWORD $$x$$', "ALTER ROLE a PASSWORD '***'"],
    ['ALTER ROLE a PASSWORD $q$x$q$ NOLOGIN', "ALTER ROLE a PASSWORD '***' NOLOGIN"],
    ["ALTER ROLE a PASSWORD 'x\\'; ALTER ROLE b PASSWORD 'y'", "ALTER ROLE a PASSWORD '***'; ALTER ROLE b PASSWORD '***'"],
    ["-- Anna's role\nALTER ROLE a PASSWORD 'x'", "-- Anna's role\nALTER ROLE a PASSWORD '***'"],
    ["ALTER ROLE a PASSWORD /* it's /* */ hers */ 'x'", "ALTER ROLE a PASSWORD /* it's /* */ hers */ '***'"],
    ["ALTER ROLE \"it's\" PASSWORD 'x'", "ALTER ROLE \"it's\" PASSWORD '***'"],
    ["BEGIN; ALTER ROLE a PASSWORD 'x'; COMMIT", "BEGIN; ALTER ROLE a PASSWORD '***'; COMMIT"],
    ["DO $$BEGIN ALTER ROLE a PASSWORD 'x'; END$$", "DO $$BEGIN ALTER ROLE a PASSWORD '***'; END$$"],
    ["DO $$BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END$$", "DO $$BEGIN EXECUTE 'ALTER ROLE a PASSWORD '***'; END$$"],
    [
      "DO $$BEGIN EXECUTE format('CREATE ROLE %I PASSWORD %L', 'a', 'x'); PERFORM 'y'; END$$",
      "DO $$BEGIN EXECUTE format('CREATE ROLE %I PASSWORD %L', '***', '***'); PERFORM 'y'; END$$",
    ],
    ["EXECUTE 'ALTER ROLE a PASSWORD ' || quote_literal('x')", "EXECUTE 'ALTER ROLE a PASSWORD ' || quote_literal('***')"],
    ["INSERT INTO texts VALUES ('forgot_password', 'x')", "INSERT INTO texts VALUES ('forgot_password', 'x')"],
    ["CREATE SUBSCRIPTION s CONNECTION 'host=h password=x' PUBLICATION p", "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION p"],
    ["SELECT dblink_connect('host=h password=x y')", "SELECT dblink_connect('host=h password=***')"],
    ["SELECT * FROM a WHERE j #> '{b}' = 'password' -- it's", "SELECT * FROM a WHERE j #> '{b}' = 'password' -- it's"],
    ["SELECT $1, 'password'", "SELECT $1, 'password'"],
  ])('postgresql: %j', (text, told) => {
    expect(withoutPasswords(text, 'postgresql')).toBe(told);
  });

  it.each([
    ["CREATE USER 'a'@'h' IDENTIFIED WITH native BY 'x'", "CREATE USER 'a'@'h' IDENTIFIED WITH native BY '***'"],
    [
      "ALTER USER a IDENTIFIED BY 'x' REPLACE 'y', b IDENTIFIED BY 'z'",
      "ALTER USER a IDENTIFIED BY '***' REPLACE '***', b IDENTIFIED BY '***'",
    ],
    ["CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('x')", "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('***')"],
    ['CREATE USER a IDENTIFIED WITH p AS 0x2411', "CREATE USER a IDENTIFIED WITH p AS '***'"],
    ["CREATE USER a IDENTIFED BY 'x'", "CREATE USER a IDENTIFED BY '***'"],
    ["SET PASSWORD FOR 'a'@'h' = 'x", "SET PASSWORD FOR 'a'@'h' = '***'"],
    [
      "CHANGE MASTER TO MASTER_USER='a', MASTER_PASSWORD='x', MASTER_HOST='h'",
      "CHANGE MASTER TO MASTER_USER='a', MASTER_PASSWORD='***', MASTER_HOST='h'",
    ],
    ["START REPLICA USER='a' PASSWORD='x'", "START REPLICA USER='a' PASSWORD='***'"],
    ["SELECT 1; CREATE USER a IDENTIFIED BY 'x'", "SELECT 1; CREATE USER a IDENTIFIED BY '***'"],
    ["/*!50003 CREATE USER a IDENTIFIED BY 'x' */", "/*!50003 CREATE USER a IDENTIFIED BY '***' */"],
    ["/*!40101 SET PASSWORD = 'x' */", "/*!40101 SET PASSWORD = '***' */"],
    ["/*M!100100 SET PASSWORD FOR a = 'x' */", "/*M!100100 SET PASSWORD FOR a = '***' */"],
    ["# it's\nCREATE USER a IDENTIFIED BY 'x'", "# it's\nCREATE USER a IDENTIFIED BY '***'"],
    ["CREATE USER `it's` IDENTIFIED BY 'x'", "CREATE USER `it's` IDENTIFIED BY '***'"],
    ["SELECT 1--'x'; CREATE USER a IDENTIFIED BY 'y'", "SELECT 1--'x'; CREATE USER a IDENTIFIED BY '***'"],
    ['PREPARE s FROM "ALTER USER a IDENTIFIED BY \'x\'"', 'PREPARE s FROM "ALTER USER a IDENTIFIED BY \'***"'],
    ["EXECUTE IMMEDIATE 'SET PASSWORD = ''x", "EXECUTE IMMEDIATE 'SET PASSWORD =***"],
    ["SELECT 1 WHERE password = 'x'", "SELECT 1 WHERE password = 'x'"],
    ["UPDATE people SET password = 'x' WHERE a = 'b'", "UPDATE people SET password = 'x' WHERE a = 'b'"],
    ["INSERT INTO people (name, password) VALUES ('a', 'b')", "INSERT INTO people (name, password) VALUES ('a', 'b')"],
    ["SET NAMES 'utf8mb4'", "SET NAMES 'utf8mb4'"],
  ])('mysql: %j', (text, told) => {
    expect(withoutPasswords(text, 'mysql')).toBe(told);
  });

  it('texts_within_texts_are_read_to_a_bounded_depth', () => {
    const wrap = (depth: number): string => {
      const tags = Array.from({ length: depth }, (_, i) => `$q${'x'.repeat(i)}$`);
      return tags.reduce((text, tag) => `${tag}${text}${tag}`, "ALTER ROLE a PASSWORD 'secret'");
    };
    for (const depth of [1, 3, 4, 50]) expect(withoutPasswords(wrap(depth), 'postgresql')).not.toContain('secret');
    expect(withoutPasswords(wrap(3), 'postgresql')).toContain('ALTER ROLE');
    expect(withoutPasswords(wrap(4), 'postgresql')).not.toContain('ALTER ROLE');
  });

  it.each<SqlQuoting>(['mysql', 'postgresql'])('wherever_a_statement_of_%s_is_cut_no_password_is_left', (quoting) => {
    const text = "/* it's */ CREATE USER a IDENTIFIED BY 'Zzz'; ALTER USER b PASSWORD 'Zzz' VALID UNTIL 'x'";
    for (let end = 0; end <= text.length; end++) expect(withoutPasswords(text.slice(0, end), quoting)).not.toContain('Z');
  });

  it('what_a_server_quotes_is_left_out', () => {
    expect(withoutQuotation("the right syntax to use near 'x' at line 1")).toBe('the right syntax to use near');
    expect(withoutQuotation('Syntaxfehler bei »x«')).toBe('Syntaxfehler bei');
    expect(withoutQuotation('syntax error at end of input')).toBe('syntax error at end of input');
  });
});
