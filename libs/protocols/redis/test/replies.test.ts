import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { connection, resp, told } from './talk.ts';

const asked = (reply: string): string => told(connection().client(resp('GET', 'k')).server(reply))[0]!.replace('GET k → ', '');

describe('replies', () => {
  it.each([
    ['+OK\r\n', 'OK'],
    [':-12\r\n', '-12'],
    ['$0\r\n\r\n', ''],
    ['$3\r\na\nb\r\n', 'a\nb'],
    ['$-1\r\n', 'success'],
    ['*-1\r\n', 'success'],
    ['_\r\n', 'success'],
    ['#t\r\n', 'true'],
    ['#f\r\n', 'false'],
    [',1.5e3\r\n', '1.5e3'],
    ['(123456789012345678901\r\n', '123456789012345678901'],
    ['=8\r\ntxt:text\r\n', 'text'],
    ['-ERR no\r\n', 'ERR no'],
    ['!6\r\nERR no\r\n', 'ERR no'],
    ['*0\r\n', 'success'],
    ['*2\r\n+a\r\n*1\r\n$1\r\nb\r\n', 'success'],
    ['%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n', 'success'],
    ['|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n$1\r\nx\r\n', 'x'],
    ['*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n', 'success'],
    ['\n\n+OK\r\n', 'OK'],
  ])('%j', (reply, text) => {
    expect(asked(reply)).toBe(text);
  });

  it('a_type_that_only_resp3_has_tells_the_version', () => {
    const records = connection()
      .client(resp('GET', 'a') + resp('GET', 'b'))
      .server('+x\r\n_\r\n')
      .finish();
    expect(records.map((record) => record['redis.resp_version'])).toEqual([2, 3]);
  });

  it('errors_are_failures_and_those_inside_an_aggregate_are_not', () => {
    const records = connection()
      .client(resp('INCR', 'k') + resp('EXEC'))
      .server('-WRONGTYPE no\r\n*1\r\n-ERR inner\r\n')
      .finish();
    expect(records.map((record) => record['event.outcome'])).toEqual(['failure', 'success']);
  });

  it('a_hole_inside_a_string_spares_what_follows', () => {
    const flow = connection()
      .client(resp('GET', 'a') + resp('GET', 'b'))
      .server('$100\r\nabc')
      .gap(Side.destination, 90)
      .server('1234567\r\n+next\r\n');
    expect(told(flow)).toEqual(['GET a → abc', 'GET b → next']);
  });

  it('what_is_no_reply_ends_it_and_is_counted', () => {
    const flow = connection().client(resp('GET', 'a')).server('HTTP/1.1 400\r\n');
    expect(told(flow)).toEqual(['GET a → unknown']);
    expect(flow.abandoned).toBe('redis: no reply where one was due');
  });

  it('aggregates_deeper_than_any_server_sends_end_it', () => {
    const flow = connection().client(resp('GET', 'a')).server('*1\r\n'.repeat(100));
    expect(flow.abandoned).toBe('redis: no reply where one was due');
  });

  it('a_reply_without_a_command_is_kept', () => {
    expect(told(connection().server('-ERR max number of clients reached\r\n'))).toEqual([' → ERR max number of clients reached']);
  });
});
