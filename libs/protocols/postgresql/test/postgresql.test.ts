import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { Verdict } from '../../sdk/module.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { pendingLimit } from '../stitcher.ts';
import {
  bind,
  bound,
  complete,
  error,
  execute,
  message,
  ok,
  parse,
  parsed,
  query,
  ready,
  row,
  rowDescription,
  signedIn,
  sslRequest,
  startup,
  sync,
  told,
} from './talk.ts';

const text = 'db.query.text';
const outcome = 'event.outcome';
const rows = 'db.response.returned_rows';
const kind = 'postgresql.message';
const newFlow = (): TestFlow => new TestFlow(protocol);

describe('postgresql', () => {
  it('user_database_and_application_stand_on_every_record', () => {
    const records = signedIn()
      .client(query('SELECT 1'))
      .server(complete('SELECT 1') + ready)
      .client(message('X'))
      .finish();
    expect(records.map((record) => record[kind])).toEqual(['startup', 'simple_query', 'terminate']);
    for (const record of records) {
      expect(record).toMatchObject({ 'db.user': 'anna', 'db.namespace': 'shop', 'postgresql.application_name': 'loom' });
    }
  });

  it('a_database_that_is_not_named_is_that_of_the_user', () => {
    const [record] = newFlow().client(message('', '\0\x03\0\0user\0anna\0\0')).finish();
    expect(record).toMatchObject({ 'db.user': 'anna', 'db.namespace': 'anna', [outcome]: 'unknown' });
  });

  it('a_password_stands_nowhere', () => {
    const flow = newFlow()
      .client(startup)
      .server(message('R', '\0\0\0\x03'))
      .client(message('p', 'tellnobody\0'))
      .server(ok + ready);
    flow.client(query("ALTER ROLE anna PASSWORD 'tellnobody'")).server(complete('ALTER ROLE') + ready);
    expect(JSON.stringify(flow.finish())).not.toContain('tellnobody');
  });

  it('an_error_does_not_quote_a_statement_that_sets_a_password', () => {
    const syntax = 'unterminated quoted string at or near';
    const flow = signedIn()
      .client(query("ALTER ROLE anna PASSWORD 'tellnobody"))
      .server(error('42601', `${syntax} "'tellnobody"`) + ready);
    flow.client(query("SELECT 'a")).server(error('42601', `${syntax} "'a"`) + ready);
    flow.client(query("CREATE ROLE anna PASSWORD 'tellnobody'")).server(error('42710', 'role "anna" already exists') + ready);
    expect(told(flow, 'error.message')).toEqual([[syntax], [`${syntax} "'a"`], ['role "anna" already exists']]);
  });

  it('the_text_of_a_parse_is_carried_to_what_executes_it_by_the_names_of_statement_and_portal', () => {
    const flow = signedIn()
      .client(parse('s1', 'SELECT 1') + parse('s2', 'SELECT 2') + sync)
      .server(parsed + parsed + ready);
    flow.client(bind('p', 's2') + bind('', 's1') + execute('p') + execute() + sync);
    flow.server(bound + bound + row + row + complete('SELECT 2') + row + complete('SELECT 1') + ready);
    expect(told(flow, kind, text, rows)).toEqual([
      ['parse', 'SELECT 1', undefined],
      ['parse', 'SELECT 2', undefined],
      ['execute', 'SELECT 2', 2],
      ['execute', 'SELECT 1', 1],
    ]);
  });

  it('texts_are_read_in_the_encoding_that_the_client_chose', () => {
    const chosen = (encoding: string): string => message('S', `client_encoding\0${encoding}\0`);
    const flow = signedIn()
      .server(chosen('LATIN1'))
      .client(query("SELECT 'gr\xf6\xdfe'"))
      .server(error('42601', 'ung\xfcltig') + ready);
    flow.server(chosen('SJIS')).client(parse('', "SELECT '\x95\x5c'")).server(parsed);
    flow
      .server(chosen('UTF8'))
      .client(query("SELECT '\xc3\xb6'"))
      .server(complete('SELECT 1') + ready);
    flow
      .server(chosen('MULE_INTERNAL'))
      .client(query("SELECT 'x'"))
      .server(complete('SELECT 1') + ready);
    expect(told(flow, text, 'error.message')).toEqual([
      ["SELECT 'größe'", 'ungültig'],
      ["SELECT '表'", undefined],
      ["SELECT 'ö'", undefined],
      ["SELECT 'x'", undefined],
    ]);
  });

  it('pipelined_queries_get_their_own_answers', () => {
    const flow = signedIn().client(query('A') + query('B') + query('C') + message('X'));
    flow.server(complete('A') + ready + error('42601', 'no') + ready).server(rowDescription + row + complete('SELECT 1') + ready);
    expect(told(flow, text, outcome, rows)).toEqual([
      ['A', 'success', undefined],
      ['B', 'failure', undefined],
      ['C', 'success', 1],
      [undefined, 'unknown', undefined],
    ]);
  });

  it('after_an_error_everything_up_to_the_sync_is_skipped_also_what_is_sent_later', () => {
    const flow = signedIn().client(parse('', 'BAD') + bind('', '') + execute());
    flow
      .server(error('42601', 'syntax error'))
      .client(parse('', 'LATE') + sync + query('GOOD'))
      .server(ready + complete('GOOD') + ready);
    expect(told(flow, kind, text, outcome, 'postgresql.skipped', 'db.response.status_code')).toEqual([
      ['parse', 'BAD', 'failure', undefined, '42601'],
      ['execute', 'BAD', 'failure', true, undefined],
      ['parse', 'LATE', 'failure', true, undefined],
      ['simple_query', 'GOOD', 'success', undefined, undefined],
    ]);
  });

  it('a_bind_that_fails_is_told_by_the_execute_behind_it', () => {
    const flow = signedIn()
      .client(parse('', 'SELECT $1') + bind('', '') + execute() + sync)
      .server(parsed + error('22P02', 'bad value') + ready);
    expect(told(flow, kind, outcome, 'error.message')).toEqual([
      ['parse', 'success', undefined],
      ['execute', 'failure', 'bad value'],
    ]);
  });

  it('a_sync_before_the_data_of_an_extended_copy_is_not_waited_for', () => {
    const flow = signedIn()
      .client(parse('', 'COPY t FROM STDIN') + bind('', '') + execute() + sync)
      .server(parsed + bound + message('G', '\0\0\0'));
    flow.client(message('d', '1\n') + message('d', '2\n') + message('c') + sync).server(complete('COPY 2') + ready);
    flow.client(query('NEXT')).server(complete('NEXT') + ready);
    expect(told(flow, text, outcome, 'db.response.affected_rows', 'postgresql.copy.bytes').slice(1)).toEqual([
      ['COPY t FROM STDIN', 'success', 2, 4],
      ['NEXT', 'success', undefined, undefined],
    ]);
  });

  it.each([
    ['3.0', message('', '\0\x03\0\0user\0a\0\0'), Verdict.client],
    ['3.2', message('', '\0\x03\0\x02user\0a\0\0'), Verdict.client],
    ['3.9999, which no server has', message('', '\0\x03\x27\x0f_pq_.a\0\0user\0a\0\0'), Verdict.client],
    ['3.9999, cut before its first name', message('', '\0\x03\x27\x0fuser\0a\0\0').slice(0, 8), Verdict.needMore],
    ['what names nothing', message('', '\0\x03\x27\x0f\0\0\0\0\0\0'), Verdict.no],
    ['4.0', message('', '\0\x04\0\0user\0a\0\0'), Verdict.no],
    ['a cancel request of 3.0', message('', `\x04\xd2\x16\x2e\0\0\0\x07${'k'.repeat(4)}`), Verdict.client],
    ['a cancel request of 3.2', message('', `\x04\xd2\x16\x2e\0\0\0\x07${'k'.repeat(256)}`), Verdict.client],
    ['one with too long a key', message('', `\x04\xd2\x16\x2e\0\0\0\x07${'k'.repeat(257)}`), Verdict.no],
  ])('what_opens_a_connection_is_known_by_its_version: %s', (_, opening, verdict) => {
    const bytes = Buffer.from(opening, 'latin1');
    expect(protocol.stream!.detect(bytes, 0, bytes.length, { senderPort: 40_000, receiverPort: 4444 })).toBe(verdict);
  });

  it.each([
    ['a query', query('SELECT 1'), Verdict.client],
    ['an empty query', query(''), Verdict.client],
    ['steps up to their Sync', parse('s', 'SELECT 2') + bind('', 's') + execute() + sync, Verdict.client],
    ['a portal that is read on', execute() + sync, Verdict.client],
    ['a query that goes on', query('SELECT 1').slice(0, -1), Verdict.no],
    ['a text with a zero in it', query('SELECT\0 1'), Verdict.no],
    ['two questions', query('SELECT 1') + query('SELECT 2'), Verdict.no],
    ['steps without their Sync', parse('s', 'SELECT 2') + bind('', 's'), Verdict.no],
    ['a Sync alone', sync, Verdict.no],
    ['a farewell', message('X'), Verdict.no],
    ['a method of HTTP', 'POST / HTTP/1.1\r\n\r\n', Verdict.no],
  ])('of_a_connection_from_its_middle_a_whole_question_is_known: %s', (_, part, verdict) => {
    const bytes = Buffer.from(part, 'latin1');
    expect(protocol.stream!.detect(bytes, 0, bytes.length, { senderPort: 40_000, receiverPort: 4444 })).toBe(verdict);
  });

  it('a_connection_is_read_from_a_question_on', () => {
    const flow = newFlow()
      .client(query('SELECT 1'))
      .server(rowDescription + row + complete('SELECT 1') + ready);
    flow.client(bind('', 's') + execute() + sync).server(bound + row + complete('SELECT 1') + ready);
    expect(told(flow, text, outcome, rows)).toEqual([
      ['SELECT 1', 'success', 1],
      [undefined, 'success', 1],
    ]);
    expect(flow.abandoned).toBeUndefined();
  });

  it('one_whose_sign_in_was_answered_before_the_client_was_heard_is_read_and_its_password_is_not', () => {
    const flow = newFlow()
      .server(message('R', '\0\0\0\x03'))
      .client(message('p', 'tellnobody\0'))
      .server(ok + ready);
    flow.client(query('SELECT 1')).server(complete('SELECT 1') + ready);
    const records = flow.finish();
    expect(records.map((record) => record[text])).toEqual(['SELECT 1']);
    expect(JSON.stringify(records)).not.toContain('tellnobody');
  });

  it('a_cancel_request_names_the_process_and_not_its_key', () => {
    const flow = newFlow().client(message('', `\x04\xd2\x16\x2e\0\0\0\x07${'key!'.repeat(8)}`));
    const [record] = flow.finish();
    expect(record).toMatchObject({ [kind]: 'cancel_request', 'postgresql.process_id': 7 });
    expect(JSON.stringify(record)).not.toContain('key!');
  });

  it('an_error_that_nobody_asked_for_is_a_record_of_its_own', () => {
    expect(told(signedIn().server(error('57P01', 'terminating connection')), kind, outcome, 'error.message')).toEqual([
      ['error', 'failure', 'terminating connection'],
    ]);
  });

  it('tls_refused_the_startup_follows_in_the_clear', () => {
    const records = newFlow()
      .client(sslRequest)
      .server('N')
      .client(startup)
      .server(ok + ready)
      .finish();
    expect(records.map((record) => [record[kind], record[outcome]])).toEqual([
      ['ssl_request', 'failure'],
      ['startup', 'success'],
    ]);
  });

  it('a_server_too_old_for_tls_answers_with_an_error', () => {
    const records = newFlow().client(sslRequest).server(error('0A000', 'unsupported protocol')).client(startup).finish();
    expect(records.map((record) => [record[kind], record[outcome]])).toEqual([
      ['ssl_request', 'failure'],
      ['startup', 'unknown'],
    ]);
  });

  it('a_hello_that_was_captured_before_the_answer_goes_to_tls', () => {
    const flow = newFlow().client(sslRequest).client('\x16\x03\x01hello').server('S');
    expect(flow.handedOver).toMatchObject({ protocol: 'tls', consumed: 1, early: { side: Side.source } });
    expect(Buffer.from(flow.handedOver!.early!.bytes).toString('latin1')).toBe('\x16\x03\x01hello');
  });

  it('a_hole_within_rows_spares_the_connection', () => {
    const flow = signedIn().client(query('SELECT 1')).server(`${rowDescription}D\0\0\0\x14abc`).gap(Side.destination, 13);
    flow.server(row + complete('SELECT 2') + ready);
    expect(told(flow, outcome, rows)).toEqual([['success', 2]]);
  });

  const extended = bind('', 's') + execute() + sync;
  const answer = bound + row + complete('SELECT 1') + ready;

  it('behind_a_hole_between_messages_a_client_that_waits_for_its_answers_is_read_from_its_next_question_on', () => {
    for (const side of [Side.source, Side.destination]) {
      const flow = signedIn()
        .client(parse('s', 'SELECT 2') + sync)
        .server(parsed + ready)
        .client(query('SELECT 1'));
      flow.gap(side, 100).server(`rest${ready}`).client(extended).server(answer).client(query('SELECT 3')).server(error('42P01', 'no'));
      expect(flow.abandoned).toBeUndefined();
      expect(told(flow, text, outcome, rows)).toEqual([
        ['SELECT 2', 'success', undefined],
        ['SELECT 1', 'unknown', undefined],
        [side === Side.source ? undefined : 'SELECT 2', 'success', 1],
        ['SELECT 3', 'failure', undefined],
      ]);
    }
  });

  it('behind_a_hole_what_is_not_one_whole_question_is_passed_over', () => {
    const parts = [
      query('SELECT 1').slice(1),
      query('A') + query('B'),
      bind('', 's') + execute(),
      `${extended}x`,
      message('d', 'x') + sync,
      'Q\0\0\0\x03',
    ];
    const flow = signedIn().client(query('SELECT 1')).gap(Side.destination, 9);
    for (const part of parts) flow.client(part).server(answer);
    expect(told(flow, text, outcome)).toEqual([['SELECT 1', 'unknown']]);
  });

  it('a_client_that_does_not_wait_is_not_read_behind_a_hole_between_messages', () => {
    const flow = signedIn()
      .client(query('SELECT 1') + query('SELECT 2'))
      .server(complete('SELECT 1') + ready)
      .gap(Side.destination, 100);
    expect(flow.abandoned).toMatch(/missing/);
    flow.client(query('SELECT 3')).server(complete('SELECT 1') + ready);
    expect(told(flow, outcome)).toEqual([['success'], ['unknown']]);
    const opening = newFlow().client(startup.slice(0, 9)).gap(Side.source, startup.length);
    expect(opening.abandoned).toMatch(/missing/);
  });

  it('a_client_that_nobody_answers_is_told_all_the_same_in_bounded_memory', () => {
    const flow = newFlow().client(startup);
    for (let i = 0; i < pendingLimit + 10; i++) flow.client(query('SELECT 1'));
    expect(flow.records.length).toBeGreaterThan(pendingLimit);
    expect(flow.pastLimit).toBe(1);
    expect(told(flow, outcome).every(([one]) => one === 'unknown')).toBe(true);
  });

  it('behind_more_than_may_wait_commands_are_paired_again_once_all_is_answered', () => {
    const step = bind('', 's') + execute();
    const flow = signedIn().client(parse('s', 'INSERT') + step.repeat(pendingLimit) + sync);
    flow.client(query('SELECT 1')).client(step);
    flow.server(parsed + (bound + complete('INSERT 0 1')).repeat(pendingLimit) + ready + row + complete('SELECT 1') + ready);
    // This one's answer is still to come: it is not that of the next.
    flow.client(sync + step + sync).server(bound + complete('INSERT 0 7') + ready);
    flow.server(bound + complete('INSERT 0 2') + ready);
    flow.client(query('SELECT 2')).server(row + row + complete('SELECT 2') + ready);
    flow.client(step + sync).server(bound + error('23505', 'twice') + ready);
    const end = told(flow, text, outcome, 'db.response.affected_rows', rows).slice(-5);
    expect(end).toEqual([
      ['SELECT 1', 'unknown', undefined, undefined],
      ['INSERT', 'unknown', undefined, undefined],
      ['INSERT', 'unknown', undefined, undefined],
      ['SELECT 2', 'success', undefined, 2],
      ['INSERT', 'failure', undefined, undefined],
    ]);
  });

  it('what_the_client_says_it_did_is_what_the_records_say', () => {
    const lines = (file: string): Record<string, unknown>[] =>
      readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const done = lines('fixtures/psycopg.truth.ndjson').map(({ text: sent, rows: count, code }) => [
      sent,
      count ?? undefined,
      code ?? undefined,
    ]);
    const records = lines('goldens/psycopg.ndjson').filter((record) => record['postgresql.application_name'] === 'shuttle');
    const isCommand = (record: Record<string, unknown>): boolean =>
      record['db.response.status_code'] !== undefined ||
      (['execute', 'simple_query'].includes(String(record[kind])) && !record['postgresql.skipped']);
    expect(records.filter(isCommand).map((record) => [record[text], record[rows], record['db.response.status_code']])).toEqual(done);
  });
});
