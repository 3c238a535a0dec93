import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { pendingLimit } from '../stitcher.ts';
import { bulk, connection, resp, told } from './talk.ts';

const array = (...parts: string[]): string => `*${parts.length}\r\n${parts.join('')}`;
const push = (...parts: string[]): string => `>${parts.length}\r\n${parts.join('')}`;

describe('pairing', () => {
  it('pipelined_commands_get_their_replies_in_order', () => {
    const flow = connection().client(resp('GET', 'a') + resp('BLPOP', 'q', '0') + resp('GET', 'b'));
    expect(
      told(
        flow
          .server('+1\r\n')
          .server(array(bulk('q'), bulk('job')))
          .server('+2\r\n'),
      ),
    ).toEqual(['GET a → 1', 'BLPOP q → success', 'GET b → 2']);
  });

  it('a_command_without_a_reply_comes_out_at_the_end', () => {
    expect(told(connection().client(resp('GET', 'a')))).toEqual(['GET a → unknown']);
  });

  it('it_lasts_from_the_first_byte_of_the_command_to_the_last_of_the_reply', () => {
    const flow = connection().client('*2\r\n').client('$3\r\nGET\r\n$1\r\na\r\n').server('$1\r\n').server('x').server('\r\n');
    expect(flow.finish()[0]).toMatchObject({ 'event.duration': 4_000_000 });
  });

  it('commands_that_wait_are_bounded_and_the_replies_of_those_given_up_do_not_slip', () => {
    const flow = connection();
    for (let i = 0; i < pendingLimit + 10; i++) flow.client(resp('GET', `k${i}`));
    expect([flow.records.length, flow.pastLimit]).toEqual([10, 10]);
    for (let i = 0; i < pendingLimit + 10; i++) flow.server(`+v${i}\r\n`);
    const answered = flow.finish().filter((record) => record['redis.reply'] !== undefined);
    expect(answered).toHaveLength(pendingLimit);
    for (const record of answered) expect(String(record['redis.key']).slice(1)).toBe(String(record['redis.reply']).slice(1));
  });

  it('thousands_of_commands_in_one_go_find_their_replies', () => {
    const numbers = Array.from({ length: 3000 }, (_, i) => i);
    const flow = connection().client(numbers.map((i) => resp('GET', `k${i}`)).join(''));
    flow.server(numbers.map((i) => `:${i}\r\n`).join(''));
    expect(flow.finish().map((record) => [record['redis.key'], record['redis.reply']])).toEqual(numbers.map((i) => [`k${i}`, `${i}`]));
  });

  it('replies_in_a_row_that_nobody_was_seen_to_ask_for_are_one_record', () => {
    const flow = connection().server('+PONG\r\n').server(':1\r\n'.repeat(1000)).server('-ERR no\r\n+OK\r\n');
    flow.client(resp('GET', 'a')).server('$1\r\nv\r\n').server('$1\r\nw\r\n');
    expect(told(flow)).toEqual([' → ERR no', 'GET a → v', ' → success']);
    expect(flow.records.map((record) => record['redis.replies'])).toEqual([1003, undefined, 1]);
    expect(flow.records[0]).toMatchObject({ 'event.outcome': 'failure', 'event.duration': 2_000_000 });
  });

  it('replies_that_are_turned_off_are_not_waited_for', () => {
    const flow = connection().client(resp('CLIENT', 'REPLY', 'OFF') + resp('PING') + resp('CLIENT', 'REPLY', 'SKIP'));
    flow.client(resp('CLIENT', 'REPLY', 'ON') + resp('GET', 'a')).server('+OK\r\n+1\r\n');
    expect(told(flow)).toEqual(['CLIENT → unknown', 'PING → unknown', 'CLIENT → unknown', 'CLIENT → OK', 'GET a → 1']);
  });

  it('one_reply_is_skipped_and_no_more', () => {
    const flow = connection()
      .client(resp('CLIENT', 'REPLY', 'SKIP') + resp('PING') + resp('GET', 'a'))
      .server('+1\r\n');
    expect(told(flow)).toEqual(['CLIENT → unknown', 'PING → unknown', 'GET a → 1']);
  });

  it('in_a_transaction_each_command_is_answered_that_it_is_queued', () => {
    const flow = connection()
      .client(resp('MULTI') + resp('SELECT', '5') + resp('EXEC'))
      .server('+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n');
    expect(told(flow)).toEqual(['MULTI → OK', 'SELECT → QUEUED', 'EXEC → success']);
    expect(flow.records[1]).not.toHaveProperty('db.namespace');
  });

  it('a_subscription_is_answered_by_a_message_for_each_channel_and_messages_answer_nothing', () => {
    const joined = (kind: string, name: string, count: number): string => array(bulk(kind), bulk(name), `:${count}\r\n`);
    const message = array(bulk('message'), bulk('a'), bulk('text'));
    const flow = connection()
      .client(resp('SUBSCRIBE', 'a', 'b'))
      .server(joined('subscribe', 'a', 1) + message + joined('subscribe', 'b', 2));
    flow.client(resp('PING')).server(message + array(bulk('pong'), bulk('')));
    flow.client(resp('UNSUBSCRIBE') + resp('LRANGE', 'l', '0', '-1'));
    flow.server(joined('unsubscribe', 'a', 1) + joined('unsubscribe', 'b', 0) + message);
    expect(told(flow)).toEqual(['SUBSCRIBE → success', 'PING → success', 'UNSUBSCRIBE → success', 'LRANGE l → success']);
    expect(flow.records[0]).toMatchObject({ 'event.duration': 1_000_000 });
  });

  it('pushes_of_resp3_answer_nothing_but_a_subscription', () => {
    const flow = connection().client(resp('SUBSCRIBE', 'a') + resp('GET', 'k'));
    flow.server(push(bulk('subscribe'), bulk('a'), ':1\r\n') + push(bulk('message'), bulk('a'), bulk('x')));
    flow.server(push(bulk('invalidate'), array(bulk('k'))) + '$1\r\nv\r\n');
    expect(told(flow)).toEqual(['SUBSCRIBE → success', 'GET k → v']);
  });

  it('a_refused_subscription_is_refused_once', () => {
    const flow = connection()
      .client(resp('SUBSCRIBE', 'a', 'b') + resp('PING'))
      .server('-NOPERM no\r\n+PONG\r\n');
    expect(told(flow)).toEqual(['SUBSCRIBE → NOPERM no', 'PING → PONG']);
  });

  it('lines_of_monitor_answer_nothing', () => {
    const flow = connection().client(resp('MONITOR')).server('+OK\r\n+1700000000.123456 [0 127.0.0.1:5] "get" "k"\r\n');
    expect(told(flow.client(resp('PING')).server('+1700000000.123457 [0 lua] "get"\r\n+PONG\r\n'))).toEqual([
      'MONITOR → OK',
      'PING → PONG',
    ]);
  });

  it('behind_psync_there_are_no_replies', () => {
    const flow = connection()
      .client(resp('PSYNC', '?', '-1'))
      .server('\n+FULLRESYNC abc 0\r\n$5\r\nREDIS');
    flow.server(resp('PING')).client(resp('REPLCONF', 'ACK', '0'));
    expect(told(flow)).toEqual(['PSYNC → FULLRESYNC abc 0']);
    expect(flow.isDone).toBe(true);
  });

  it.each(['$100\r\nREDIS0011', '$EOF:0123456789abcdef0123456789abcdef01234567\r\nREDIS0011'])(
    'the_head_of_the_database_answers_sync: %j',
    (answer) => {
      const flow = connection().client(resp('SYNC')).server(`\n\n${answer}`).server('+what is no reply');
      expect(told(flow)).toEqual(['SYNC → success']);
      expect(flow.isDone).toBe(true);
      expect(flow.abandoned).toBeUndefined();
    },
  );

  it('lines_of_a_monitor_that_began_before_the_capture_are_no_replies', () => {
    const flow = connection().server('+1700000000.123456 [0 127.0.0.1:5] "config" "set" "requirepass" "hunter2"\r\n');
    expect(told(flow)).toEqual([]);
  });
});

describe('signing in', () => {
  const fields = (records: TrafficRecord[]): unknown[] =>
    records.map((record) => [record['db.user'], record['db.namespace'], record['redis.resp_version']]);

  it('user_database_and_version_stand_on_every_record_from_then_on', () => {
    const flow = connection().client(resp('AUTH', 'ada', 'secret') + resp('SELECT', '7') + resp('HELLO', '3') + resp('RESET'));
    expect(fields(flow.server('+OK\r\n+OK\r\n%0\r\n+RESET\r\n').finish())).toEqual([
      ['ada', undefined, 2],
      ['ada', '7', 2],
      ['ada', '7', 3],
      [undefined, undefined, 2],
    ]);
  });

  it('a_refused_password_changes_nothing', () => {
    const flow = connection()
      .client(resp('AUTH', 'ada', 'wrong') + resp('HELLO', '3', 'AUTH', 'eve', 'x'))
      .server('-WRONGPASS\r\n-WRONGPASS\r\n');
    expect(fields(flow.finish())).toEqual([
      [undefined, undefined, 2],
      [undefined, undefined, 2],
    ]);
  });

  it('a_password_is_on_no_record_not_even_in_an_error_that_quotes_it', () => {
    const secret = 'hunter2';
    const flow = connection().client(resp('AUTH', secret) + resp('AUTH', 'ada', secret) + resp('HELLO', '3', 'AUTH', 'ada', secret));
    flow.client(
      resp('ACL', 'SETUSER', 'x', `>${secret}`) +
        resp('CONFIG', 'SET', 'requirepass', secret) +
        resp('ACL', 'GENPASS') +
        `AUTH ${secret}\r\n`,
    );
    const unknown = `-ERR unknown command 'AUTH', with args beginning with: '${secret}' \r\n`;
    flow.server(unknown + '+OK\r\n%0\r\n+OK\r\n+OK\r\n' + bulk(secret) + unknown);
    expect(flow.finish()).toHaveLength(7);
    expect(JSON.stringify(flow.records)).not.toContain(secret);
  });

  it('an_error_of_a_command_that_carries_passwords_does_not_quote_its_arguments', () => {
    const flow = connection().client(resp('ACL', 'SETUSER', 'ada', '<hunter2') + resp('GET'));
    flow.server("-ERR Error in ACL SETUSER modifier '<hunter2': no such password\r\n-ERR wrong number of arguments for 'get' command\r\n");
    expect(flow.finish().map((record) => record['error.message'])).toEqual([
      'ERR Error in ACL SETUSER modifier',
      "ERR wrong number of arguments for 'get' command",
    ]);
  });
});

describe('a connection', () => {
  const restsAfter = (command: string, reply: string): boolean =>
    new TestFlow(protocol, { rests: true }).client(command).server(reply).rested > 0;

  it('is_at_rest_between_commands', () => {
    expect(restsAfter(resp('GET', 'a'), bulk('x'))).toBe(true);
    expect(restsAfter(resp('HELLO', '3'), '%1\r\n+proto\r\n:3\r\n')).toBe(true);
  });

  it.each([
    ['a_reply_is_due', resp('GET', 'a') + resp('GET', 'b'), bulk('x')],
    ['a_reply_has_not_come_whole', resp('GET', 'a'), '$5\r\nhel'],
    ['a_line_has_not_come_whole', resp('GET', 'a'), bulk('x') + ':1'],
    ['attributes_wait_for_their_reply', resp('GET', 'a'), bulk('x') + '|1\r\n+ttl\r\n:3\r\n'],
    ['a_command_has_not_come_whole', resp('GET', 'a') + '*1\r\n', bulk('x')],
    ['somebody_is_signed_in', resp('AUTH', 'ada', 'x'), '+OK\r\n'],
    ['a_database_is_chosen', resp('SELECT', '1'), '+OK\r\n'],
    ['commands_are_queued', resp('MULTI'), '+OK\r\n'],
    ['channels_are_heard', resp('SUBSCRIBE', 'a'), array(bulk('subscribe'), bulk('a'), ':1\r\n')],
    ['nothing_is_answered', resp('GET', 'a') + resp('CLIENT', 'REPLY', 'OFF'), bulk('x')],
    ['replies_came_that_nobody_asked_for', resp('GET', 'a'), bulk('x') + bulk('y')],
  ])('is_not_at_rest_while_%s', (_, command, reply) => {
    expect(restsAfter(command, reply)).toBe(false);
  });
});

describe('fixtures', () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

  it.each(['resp2', 'resp3', 'pipelining', 'reply-modes'])('what_the_server_says_it_carried_out_is_what_was_told: %s', (name) => {
    const asked = [...read(`fixtures/${name}.asked.txt`).matchAll(/ \[\d+ (\S+)\] "(\w+)"/g)].filter(([, from]) => from !== 'lua');
    const carriedOut = asked.map(([, from, operation]) => `${from!.split(':')[1]!} ${operation!.toUpperCase()}`).sort();
    const lines = read(`goldens/${name}.ndjson`).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as TrafficRecord);
    // The monitor leaves out what administrators do, and what was refused before it was carried out.
    const seen = new Set(carriedOut);
    const told = records.map((record) => `${String(record['source.port'])} ${String(record['db.operation.name'])}`);
    expect(told.filter((line) => seen.has(line)).sort()).toEqual(carriedOut);
  });
});
