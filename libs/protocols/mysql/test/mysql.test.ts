import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { Verdict } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { Capability, fullPacket } from '../protocol.ts';
import { pendingLimit } from '../stitcher.ts';
import { column, command, eof, error, greeting, login, ok, okForEof, packet, query, signedIn, told } from './talk.ts';

const name = 'mysql.command';
const text = 'db.query.text';
const outcome = 'event.outcome';
const rows = 'db.response.returned_rows';

const lines = (file: string): Record<string, unknown>[] =>
  readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('mysql', () => {
  it('user_and_database_stand_on_every_record', () => {
    const records = signedIn().client(query('SELECT 1')).server(ok(1)).client(command(1)).finish();
    expect(records.map((record) => [record[name], record['db.user'], record['db.namespace']])).toEqual([
      ['login', 'anna', 'shop'],
      ['query', 'anna', 'shop'],
      ['quit', 'anna', 'shop'],
    ]);
  });

  it('a_server_that_lets_nobody_in_is_known_by_its_error', () => {
    const refusal = packet(0, '\xff\x10\x04Too many connections');
    const detect = (bytes: string): Verdict =>
      protocol.stream!.detect(Buffer.from(bytes, 'latin1'), 0, bytes.length, { senderPort: 4444, receiverPort: 40_000 });
    expect(detect(refusal)).toBe(Verdict.server);
    expect(detect(refusal.slice(0, -1))).toBe(Verdict.needMore);
    expect(detect(`${refusal}x`)).toBe(Verdict.no);
    expect(detect(packet(0, '\xff\x10\x04Too many\0connections'))).toBe(Verdict.no);
    expect(detect(packet(0, '\xff\xe7\x03Too many connections'))).toBe(Verdict.no);
    expect(detect(packet(1, '\xff\x10\x04Too many connections'))).toBe(Verdict.no);
    const [record] = new TestFlow(protocol).server(refusal).finish();
    expect(record).toMatchObject({
      [outcome]: 'failure',
      'db.response.status_code': '1040',
      'error.message': 'Too many connections',
    });
  });

  it('a_password_stands_nowhere', () => {
    const flow = new TestFlow(protocol).server(greeting()).client(login()).server(packet(2, '\xfemysql_clear_password\0'));
    flow.client(packet(3, 'tellnone\0')).server(ok(4)).client(query("SET PASSWORD FOR 'anna' = 'tellnone'")).server(ok(1));
    expect(JSON.stringify(flow.finish())).not.toContain('tellnone');
    expect(flow.records[0]).toMatchObject({ [outcome]: 'success', 'mysql.authentication_plugin': 'mysql_clear_password' });
  });

  it('an_error_does_not_quote_a_statement_that_sets_a_password', () => {
    const syntax = 'check the manual for the right syntax to use near';
    const flow = signedIn()
      .client(query("CREATE USER anna IDENTIFIED BY 'tellnone' NONSENSE"))
      .server(error(1, 1064, `${syntax} 'BY 'tellnone' NONSENSE' at line 1`));
    flow.client(query("SELEKT 'a'")).server(error(1, 1064, `${syntax} 'SELEKT 'a'' at line 1`));
    expect(told(flow, 'error.message')).toEqual([[syntax], [`${syntax} 'SELEKT 'a'' at line 1`]]);
  });

  it('rows_end_with_an_eof_or_with_an_ok_where_that_was_agreed_on', () => {
    const row = '\x011';
    const old = signedIn()
      .client(query('SELECT 1'))
      .server(packet(1, '\x01') + column(2) + eof(3) + packet(4, row) + packet(5, row) + eof(6));
    expect(told(old, outcome, rows)).toEqual([['success', 2]]);
    const flow = signedIn(Capability.deprecateEof).client(query('SELECT 1'));
    expect(told(flow.server(packet(1, '\x01') + column(2) + packet(3, row) + okForEof(4)), outcome, rows)).toEqual([['success', 1]]);
  });

  it.each([
    ['a query', query('SELECT 1'), Verdict.client],
    ['one in lower case behind blanks', query('\n  select 1'), Verdict.client],
    ['one behind a comment', query('/* shop */ SELECT 1'), Verdict.client],
    ['one with attributes', command(3, '\0\x01UPDATE t SET a = 1'), Verdict.client],
    ['a statement to prepare', command(0x16, 'INSERT INTO t VALUES (?)'), Verdict.client],
    ['one that goes on', query('SELECT 1').slice(0, -1), Verdict.no],
    ['two', query('SELECT 1') + query('SELECT 2'), Verdict.no],
    ['what is no statement', query('HELLO'), Verdict.no],
    ['a ping', command(14), Verdict.no],
    ['an answer', packet(1, '\x03SELECT 1'), Verdict.no],
  ])('of_a_connection_from_its_middle_a_statement_is_known: %s', (_, part, verdict) => {
    const bytes = Buffer.from(part, 'latin1');
    expect(protocol.stream!.detect(bytes, 0, bytes.length, { senderPort: 40_000, receiverPort: 4444 })).toBe(verdict);
  });

  const described = packet(1, '\x01') + column(2);
  it.each([
    ['old', described + eof(3) + packet(4, '\x011') + packet(5, '\x012') + eof(6), 2],
    ['old, without rows', described + eof(3) + eof(4), 0],
    ['new', described + packet(3, '\x011') + packet(4, '\x012') + okForEof(5), 2],
    ['new, without rows', described + okForEof(3), 0],
    ['new, from a cache of descriptions', packet(1, '\x01\0') + packet(2, '\x011') + okForEof(3), 1],
  ])('a_connection_is_read_from_a_statement_on_whatever_was_agreed_on: %s', (_, answer, count) => {
    const flow = new TestFlow(protocol);
    for (let i = 0; i < 2; i++) flow.client(query('SELECT 1')).server(answer);
    flow.client(query('UPDATE t SET a = 1')).server(ok(1, 3)).client(command(14)).server(ok(1));
    expect(told(flow, name, outcome, rows, 'db.response.affected_rows')).toEqual([
      ['query', 'success', count, undefined],
      ['query', 'success', count, undefined],
      ['query', 'success', undefined, 3],
      ['ping', 'success', undefined, undefined],
    ]);
    expect(flow.abandoned).toBeUndefined();
  });

  it.each([
    ['old', column(2) + eof(3) + column(4) + eof(5), described + eof(3) + packet(4, '\0\x011') + eof(5)],
    ['new', column(2) + column(3), described + packet(3, '\0\x011') + okForEof(4)],
  ])('so_is_one_that_prepares_its_statements: %s', (_, descriptions, answer) => {
    const flow = new TestFlow(protocol)
      .client(command(0x16, 'SELECT ?'))
      .server(packet(1, '\0\x05\0\0\0\x01\0\x01\0\0\0\0') + descriptions);
    flow.client(command(0x17, '\x05\0\0\0\0\x01\0\0\0')).server(answer).client(command(14)).server(ok(1));
    expect(told(flow, name, text, outcome, rows)).toEqual([
      ['statement_prepare', 'SELECT ?', 'success', undefined],
      ['statement_execute', 'SELECT ?', 'success', 1],
      ['ping', undefined, 'success', undefined],
    ]);
  });

  it('whose_user_changes_then_does_not_tell_a_secret', () => {
    const flow = new TestFlow(protocol)
      .client(query('SELECT 1'))
      .server(ok(1))
      .client(command(0x11, 'anna\0\x08tellnoneshop\0\x21\0mysql_clear_password\0'))
      .server(ok(1));
    expect(told(flow, name, 'db.user', 'db.namespace')).toEqual([
      ['query', undefined, undefined],
      ['change_user', 'anna', 'shop'],
    ]);
    expect(JSON.stringify(flow.records)).not.toContain('tellnone');
  });

  it('so_are_queries_with_attributes', () => {
    const flow = new TestFlow(protocol).client(command(3, '\0\x01SELECT 1')).server(described + packet(3, '\x011') + okForEof(4));
    expect(told(flow, text, outcome, rows)).toEqual([['SELECT 1', 'success', 1]]);
  });

  it('several_results_are_one_record', () => {
    const result = packet(1, '\x01') + column(2) + eof(3) + packet(4, '\x011') + eof(5, 8);
    const flow = signedIn()
      .client(query('CALL p()'))
      .server(result + result + ok(6))
      .client(command(14))
      .server(ok(1));
    expect(told(flow, name, outcome, rows)).toEqual([
      ['query', 'success', 2],
      ['ping', 'success', undefined],
    ]);
  });

  it('an_error_among_rows_ends_them', () => {
    const flow = signedIn()
      .client(query('SELECT 1'))
      .server(packet(1, '\x01') + column(2) + eof(3) + packet(4, '\x011') + error(5, 1317, 'interrupted'));
    expect(told(flow, outcome, rows, 'db.response.status_code', 'error.message')).toEqual([['failure', 1, '1317', 'interrupted']]);
  });

  it('the_text_of_a_prepared_statement_is_carried_to_what_executes_it', () => {
    const flow = signedIn()
      .client(command(0x16, 'SELECT ?'))
      .server(packet(1, '\0\x05\0\0\0\x01\0\x01\0\0\0\0') + column(2) + eof(3) + column(4) + eof(5));
    flow.client(command(0x17, '\x05\0\0\0\0\x01\0\0\0')).server(packet(1, '\x01') + column(2) + eof(3) + packet(4, '\0\0\x01') + eof(5));
    flow.client(command(0x18, '\x05\0\0\0\0\0data') + command(0x1a, '\x05\0\0\0')).server(ok(1));
    flow.client(command(0x19, '\x05\0\0\0') + command(14)).server(ok(1));
    expect(told(flow, name, text, outcome, rows)).toEqual([
      ['statement_prepare', 'SELECT ?', 'success', undefined],
      ['statement_execute', 'SELECT ?', 'success', 1],
      ['statement_send_long_data', 'SELECT ?', 'unknown', undefined],
      ['statement_reset', 'SELECT ?', 'success', undefined],
      ['statement_close', 'SELECT ?', 'unknown', undefined],
      ['ping', undefined, 'success', undefined],
    ]);
  });

  it('a_cursor_has_no_rows_until_they_are_fetched', () => {
    const prepared = packet(1, '\0\x05\0\0\0\x01\0\0\0\0\0\0');
    const execute = command(0x17, '\x05\0\0\0\x01\x01\0\0\0');
    const fetch = command(0x1c, '\x05\0\0\0\x02\0\0\0');
    const row = '\0\0\x01';
    const open = 0x42;
    const old = signedIn()
      .client(command(0x16, 'SELECT 1'))
      .server(prepared + column(2) + eof(3));
    old.client(execute).server(packet(1, '\x01') + column(2) + eof(3, open));
    old.client(fetch).server(packet(1, row) + packet(2, row) + eof(3, open));
    const flow = signedIn(Capability.deprecateEof)
      .client(command(0x16, 'SELECT 1'))
      .server(prepared + column(2));
    flow.client(execute).server(packet(1, '\x01') + column(2) + okForEof(3, open));
    flow.client(fetch).server(packet(1, row) + packet(2, row) + okForEof(3, open));
    for (const one of [old, flow]) {
      expect(told(one, name, outcome, rows)).toEqual([
        ['statement_prepare', 'success', undefined],
        ['statement_execute', 'success', undefined],
        ['statement_fetch', 'success', 2],
      ]);
    }
  });

  it('attributes_of_a_query_stand_before_its_text', () => {
    const attributes = '\x01\x01\0\x01\xfe\0\x05trace\x04abcd';
    const flow = signedIn(Capability.queryAttributes)
      .client(query(`${attributes}SELECT 1`) + query('\0\x01SELECT 2'))
      .server(ok(1) + ok(1));
    expect(told(flow, text)).toEqual([['SELECT 1'], ['SELECT 2']]);
  });

  it('a_file_is_sent_up_to_an_empty_packet_whatever_its_packets_look_like', () => {
    const flow = signedIn().client(query("LOAD DATA LOCAL INFILE 'a.csv' INTO TABLE t")).server(packet(1, '\xfba.csv'));
    flow
      .client(packet(2, '\x031\n') + packet(256, '\x032\n') + packet(4, ''))
      .server(ok(5, 2))
      .client(command(14))
      .server(ok(1));
    expect(told(flow, name, outcome, 'mysql.local_file.name', 'mysql.local_file.size', 'db.response.affected_rows')).toEqual([
      ['query', 'success', 'a.csv', 6, 2],
      ['ping', 'success', undefined, undefined, undefined],
    ]);
  });

  it('each_of_several_files_of_one_query_is_sent_up_to_an_empty_packet', () => {
    const more = 10;
    const flow = signedIn().client(query("LOAD DATA LOCAL INFILE 'a' INTO TABLE t; LOAD DATA LOCAL INFILE 'b' INTO TABLE t"));
    flow.server(packet(1, '\xfba')).client(packet(2, '1\n') + packet(3, ''));
    // The packets of a long file are numbered anew from 0.
    flow.server(ok(4, 1, more) + packet(5, '\xfbb')).client(packet(6, '2\n') + packet(256, '~3\n') + packet(257, ''));
    flow.server(ok(258, 2)).client(command(14)).server(ok(1));
    expect(told(flow, name, outcome, 'mysql.local_file.size', 'db.response.affected_rows')).toEqual([
      ['query', 'success', 7, 3],
      ['ping', 'success', undefined, undefined],
    ]);
  });

  it('an_empty_file_is_over_whatever_the_server_says_of_its_progress', () => {
    const flow = signedIn().client(query("LOAD DATA LOCAL INFILE 'a' INTO TABLE t")).server(packet(1, '\xfba'));
    flow.client(packet(2, '')).server(packet(3, '\xff\xff\xff\x01\x01\x01\0\0\0\0') + ok(4));
    expect(told(flow.client(command(14)).server(ok(1)), name, outcome)).toEqual([
      ['query', 'success'],
      ['ping', 'success'],
    ]);
  });

  it('what_a_replica_has_got_is_no_command', () => {
    const flow = signedIn().client(command(0x12, '\x04\0\0\0\0\0\x02\0\0\0log'));
    flow.server(packet(1, '\0\xef\x01event')).client(packet(0, '\xef\x08\0\0\0\0\0\0\0log')).server(packet(2, '\0\xef\x01event'));
    expect(flow.abandoned).toBeUndefined();
    expect(told(flow, name, outcome)).toEqual([['binlog_dump', 'unknown']]);
    expect(signedIn().client(packet(0, '\xef\x08')).abandoned).toBe('mysql: no command where one begins');
  });

  it('a_statement_and_a_row_past_16_mb_come_in_several_packets', () => {
    const full = Buffer.alloc(4 + fullPacket, 0x61);
    full.set([0xff, 0xff, 0xff, 0, 3]);
    const flow = signedIn()
      .client(full)
      .client(packet(1, 'the rest'))
      .server(packet(1, '\x01') + column(2) + eof(3));
    flow.server(full).server(packet(5, '\xfe')).server(eof(6)).client(query('SELECT 1')).server(ok(1));
    expect(told(flow, outcome, rows, 'mysql.query.truncated')).toEqual([
      ['success', 1, true],
      ['success', undefined, undefined],
    ]);
  });

  it('a_server_that_ends_the_connection_says_why', () => {
    const flow = signedIn().server(error(0, 4031, 'disconnected by the server because of inactivity'));
    expect(told(flow, name, outcome, 'db.response.status_code')).toEqual([['error', 'failure', '4031']]);
  });

  const schema = 'db.namespace';
  const close = command(0x19, '\x05\0\0\0');
  const result = packet(1, '\x01') + column(2) + eof(3) + packet(4, '\x011') + eof(5);

  it('behind_a_hole_between_packets_a_client_that_waits_for_its_answers_is_read_from_its_next_command_on', () => {
    for (const side of [Side.source, Side.destination]) {
      const flow = signedIn()
        .client(query('SELECT 1'))
        .gap(side, 100)
        .server('rest of it')
        .client(`${close}${query('SELECT 2')}`);
      flow
        .server(result)
        .client(query('SELECT 3'))
        .server(error(1, 1146, 'no'));
      expect(flow.abandoned).toBeUndefined();
      expect(told(flow, text, outcome, rows, schema)).toEqual([
        ['SELECT 1', 'unknown', undefined, 'shop'],
        [undefined, 'unknown', undefined, side === Side.source ? undefined : 'shop'],
        ['SELECT 2', 'success', 1, side === Side.source ? undefined : 'shop'],
        ['SELECT 3', 'failure', undefined, side === Side.source ? undefined : 'shop'],
      ]);
    }
  });

  it('behind_a_hole_the_database_is_not_told_where_it_may_have_changed', () => {
    for (const change of [command(2, 'other'), query('USE other')]) {
      const flow = signedIn().client(change).gap(Side.destination, 11).client(query('SELECT 1')).server(result);
      expect(told(flow, schema, outcome).at(-1)).toEqual([undefined, 'success']);
    }
  });

  it('behind_a_hole_what_is_not_one_whole_command_is_passed_over', () => {
    const parts = [query('SELECT 1').slice(1), query('A') + query('B'), query('A').slice(0, -1), packet(1, '\x03A'), command(0x7f), close];
    const flow = signedIn().client(query('SELECT 1')).gap(Side.destination, 9);
    for (const part of parts.slice(0, -1)) flow.client(part).server(result);
    expect(told(flow, text, outcome)).toEqual([['SELECT 1', 'unknown']]);
    expect(told(signedIn().gap(Side.destination, 9).client(close), name)).toEqual([['statement_close']]);
  });

  it('a_client_that_does_not_wait_is_not_read_behind_a_hole_between_packets_nor_is_a_sign_in', () => {
    const flow = signedIn()
      .client(query('SELECT 1') + query('SELECT 2'))
      .server(ok(1))
      .gap(Side.destination, 100);
    expect(flow.abandoned).toMatch(/missing/);
    expect(told(flow, outcome)).toEqual([['success'], ['unknown']]);
    expect(new TestFlow(protocol).server(greeting()).client(login()).gap(Side.destination, 100).abandoned).toMatch(/missing/);
  });

  it('a_client_that_nobody_answers_is_told_all_the_same_in_bounded_memory', () => {
    const flow = signedIn();
    for (let i = 0; i < pendingLimit + 10; i++) flow.client(query('SELECT 1'));
    expect(flow.records.length).toBeGreaterThan(pendingLimit);
    expect(flow.pastLimit).toBe(1);
  });

  it('thousands_of_commands_that_a_client_sends_ahead_find_their_answers', () => {
    const flow = signedIn();
    for (let i = 0; i < 3000; i++) flow.client(query(`DO ${i}`));
    for (let i = 0; i < 3000; i++) flow.server(i % 1000 === 999 ? error(1, 1064, 'no') : ok(1));
    const failed = ['DO 999', 'DO 1999', 'DO 2999'];
    expect(told(flow, 'db.query.text', outcome)).toEqual(
      Array.from({ length: 3000 }, (_, i) => [`DO ${i}`, failed.includes(`DO ${i}`) ? 'failure' : 'success']),
    );
  });

  it.each([
    ['SET NAMES cp1251', 'ж'],
    ["set names 'CP1251' COLLATE cp1251_bin", 'ж'],
    ['/*!40101 SET NAMES cp1251 */', 'ж'],
    ['SET autocommit=1, NAMES cp1251', 'ж'],
    ['SET CHARACTER SET cp1251', 'ж'],
    ['SET CHARSET `cp1251`', 'ж'],
    ['SET @@session.character_set_client = cp1251', 'ж'],
    ['SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT', '\ufffd'],
    ['SET NAMES unknown', '\ufffd'],
    ["SELECT 'SET NAMES cp1251'", '\ufffd'],
  ])('behind_%s_a_text_is_read_as_that', (chosen, read) => {
    const flow = signedIn().client(query(chosen)).server(ok(1)).client(query("SELECT '\xe6'")).server(ok(1));
    expect(told(flow, text).at(-1)).toEqual([`SELECT '${read}'`]);
  });

  it('a_character_set_that_is_refused_is_not_chosen', () => {
    const flow = signedIn()
      .client(query('SET NAMES cp1251'))
      .server(error(1, 1115, 'Unknown'))
      .client(query("SELECT '\xe6'"));
    expect(told(flow, text).at(-1)).toEqual(["SELECT '\ufffd'"]);
  });

  it('statements_are_what_the_client_said_in_whatever_character_set', () => {
    const said = lines('fixtures/character-sets.truth.ndjson').map((one) => [
      one['text'],
      one['code'] === null ? null : String(one['code']),
    ]);
    const queries = lines('goldens/character-sets.ndjson').filter(
      (record) => record[name] === 'query' && !String(record[text]).startsWith('SET NAMES'),
    );
    expect(queries.map((record) => [record[text], record['db.response.status_code'] ?? null])).toEqual(said);
    const told = queries.map((record) => record['error.message']).filter((message) => message !== undefined);
    expect(told.slice(0, 3)).toEqual(['Größe – 12 €', 'размер', '尺寸運'].map((word) => `Table 'shop.${word}' doesn't exist`));
  });

  it('what_the_client_says_it_did_is_what_the_records_say', () => {
    const done = lines('fixtures/pymysql.truth.ndjson').map((one) => [
      one['text'],
      one['rows'],
      one['affected'],
      one['code'] === null ? null : String(one['code']),
    ]);
    const queries = lines('goldens/pymysql.ndjson').filter(
      (record) => record[name] === 'query' && !['SELECT 0', 'COMMIT'].includes(String(record[text])),
    );
    const fields = [text, rows, 'db.response.affected_rows', 'db.response.status_code'];
    expect(queries.map((record) => fields.map((field) => record[field] ?? null))).toEqual(done);
  });
});
