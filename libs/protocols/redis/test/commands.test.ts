import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { keyOf, valueOf } from '../commands.ts';
import { splitInline } from '../inline.ts';
import { textLimit } from '../text.ts';
import { connection, resp, told } from './talk.ts';

describe('commands', () => {
  it('a_command_is_an_array_of_bulk_strings_and_its_name_is_told_in_upper_case', () => {
    expect(told(connection().client(resp('get', 'Key')).server('$5\r\nValue\r\n'))).toEqual(['GET Key → Value']);
  });

  it('an_inline_command_is_a_line', () => {
    expect(told(connection().client('set key "a \\"b\\" \\x41"\r\nPING\n').server('+OK\r\n+PONG\r\n'))).toEqual([
      'SET key a "b" A → OK',
      'PING → PONG',
    ]);
  });

  it.each([
    ['  a  b\t c ', ['a', 'b', 'c']],
    [`'it\\'s' "\\n\\r\\t\\b\\a\\x7a\\q"`, ["it's", '\n\r\t\b\x07zq']],
    ['"" x""', ['', 'x']],
    ['a "no end', ['a']],
    ["a 'b'c", ['a']],
    ['"\\', []],
    ['"\\x4', []],
  ])('an_inline_command_is_split_as_the_server_does: %s', (line, words) => {
    expect(splitInline(line)).toEqual(words);
  });

  it('empty_lines_and_arrays_of_nothing_are_no_commands', () => {
    expect(
      told(
        connection()
          .client('\r\n*0\r\n*-1\r\n' + resp('PING'))
          .server('+PONG\r\n'),
      ),
    ).toEqual(['PING → PONG']);
  });

  it('an_argument_longer_than_the_limit_is_cut_and_skipped_by_its_length', () => {
    const flow = connection().client(resp('SET', 'key', '*1\r\n'.repeat(50_000)) + resp('PING'));
    const records = flow.server('+OK\r\n+PONG\r\n').finish();
    expect(records.map((record) => record['db.operation.name'])).toEqual(['SET', 'PING']);
    expect(String(records[0]!['redis.value'])).toHaveLength(textLimit);
  });

  it('a_cut_does_not_split_a_character', () => {
    const text = Buffer.from(`a${'€'.repeat(400)}`).toString('latin1');
    const [record] = connection()
      .client(resp('SET', 'key', text))
      .server('+OK\r\n')
      .finish();
    expect(record!['redis.value']).toBe(`a${'€'.repeat(170)}`);
  });

  it('bytes_that_are_no_text_are_escaped', () => {
    expect(
      told(
        connection()
          .client(resp('SET', 'k', '\x00\xff"\x7f'))
          .server('+OK\r\n'),
      ),
    ).toEqual(['SET k \\x00\\xff"\\x7f → OK']);
  });

  it('a_hole_inside_an_argument_spares_what_follows', () => {
    const flow = connection()
      .client('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc')
      .gap(Side.source, 90)
      .client(`${'z'.repeat(7)}\r\n${resp('PING')}`);
    expect(told(flow.server('+OK\r\n+PONG\r\n'))).toEqual(['SET k abc → OK', 'PING → PONG']);
  });

  it('behind_a_hole_between_messages_a_client_that_waits_for_its_replies_is_read_from_its_next_command_on', () => {
    for (const side of [Side.source, Side.destination]) {
      const flow = connection().client(resp('GET', 'a')).gap(side, 10).server('1\r\n').client(resp('GET', 'b')).server('+two\r\n');
      expect(told(flow.client(resp('GET', 'c')).server('+three\r\n'))).toEqual(['GET a → unknown', 'GET b → two', 'GET c → three']);
      expect(flow.abandoned).toBeUndefined();
    }
  });

  it('behind_a_hole_what_is_not_one_whole_command_is_passed_over', () => {
    const parts = [resp('GET', 'b').slice(1), resp('GET', 'b') + resp('GET', 'c'), resp('GET', 'd').slice(0, -3), 'PING\r\n', '*0\r\n'];
    const flow = connection().client(resp('GET', 'a')).gap(Side.destination, 10);
    for (const part of parts) flow.client(part).server('+never\r\n');
    expect(told(flow)).toEqual(['GET a → unknown']);
  });

  it('behind_a_hole_in_what_the_client_sent_the_database_is_not_told', () => {
    const selected = (side: Side): unknown => {
      const flow = connection().client(resp('SELECT', '5')).server('+OK\r\n').gap(side, 10).client(resp('PING')).server('+PONG\r\n');
      return flow.finish().at(-1)!['db.namespace'];
    };
    expect([selected(Side.destination), selected(Side.source)]).toEqual(['5', undefined]);
  });

  it.each([
    ['a_client_that_does_not_wait', resp('GET', 'a') + resp('GET', 'b'), '+1\r\n'],
    ['a_transaction', resp('MULTI'), '+OK\r\n'],
    ['one_that_may_have_begun', resp('MULTI'), ''],
    ['a_subscription', resp('SUBSCRIBE', 'c'), '*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n'],
    ['replies_that_are_turned_off', resp('CLIENT', 'REPLY', 'OFF'), ''],
  ])('behind_a_hole_%s_is_not_read_and_that_is_counted', (_, commands, replies) => {
    const flow = connection().client(commands);
    if (replies !== '') flow.server(replies);
    flow.gap(Side.destination, 10).client(resp('GET', 'z')).server('+never\r\n');
    expect(flow.abandoned).toBe('redis: bytes missing between messages');
    expect(told(flow).join()).not.toContain('never');
  });

  it.each(['*1\r\n!4\r\nPING\r\n', '*1\r\n$-1\r\n', '*9999999999\r\n', '*1\r\n$99999999999999\r\n', `*${'1'.repeat(30)}`, '*x\r\n'])(
    'what_is_no_command_is_not_read_on: %j',
    (bytes) => {
      expect(
        told(
          connection()
            .client(bytes + resp('PING'))
            .server('-ERR Protocol error\r\n'),
        ),
      ).toEqual([' → ERR Protocol error']);
    },
  );

  it('a_line_without_end_is_bounded', () => {
    const flow = connection();
    for (let i = 0; i < 200; i++) flow.client('x'.repeat(1000));
    expect(flow.client('\r\n').finish()).toEqual([]);
  });

  it('any_commands_come_out_as_they_went_in_however_they_are_sliced', () => {
    const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (pairs, size) => {
        const flow = connection();
        const bytes = pairs.map(([key, value]) => resp('SET', key, value)).join('');
        for (let at = 0; at < bytes.length; at += size) flow.client(bytes.slice(at, at + size));
        const records = flow.finish();
        expect(records.map((record) => [record['redis.key'], record['redis.value']])).toEqual(pairs);
      }),
      { numRuns: 100 },
    );
  });
});

describe('keys and values', () => {
  it.each([
    ['GET k', 'k'],
    ['PING text', undefined],
    ['AUTH user secret', undefined],
    ['CONFIG SET requirepass secret', undefined],
    ['UNKNOWN secret', undefined],
    ['JSON.SET doc $ 1', 'doc'],
    ['OBJECT ENCODING k', 'k'],
    ['EVAL script 1 k arg', 'k'],
    ['EVAL script 0 arg', undefined],
    ['ZUNION 2 a b', 'a'],
    ['BLMPOP 0 2 a b LEFT', 'a'],
    ['MIGRATE host 6379 k 0 100', 'k'],
    ['XREADGROUP GROUP g c COUNT 1 BLOCK 0 NOACK STREAMS s >', 's'],
    ['XREAD COUNT 1', undefined],
    ['GET', undefined],
  ])('the_key_of_%s_is_%s', (text, key) => {
    const words = text.split(' ');
    expect(keyOf(words[0]!, words)).toBe(key);
  });

  it.each([
    ['SET k v EX 10', 'v'],
    ['SETEX k 10 v', 'v'],
    ['HSET h f v', 'v'],
    ['HSET h f v g w', undefined],
    ['LPUSH l a', 'a'],
    ['LPUSH l a b', undefined],
    ['GET k', undefined],
  ])('the_value_of_%s_is_%s', (text, value) => {
    const words = text.split(' ');
    expect(valueOf(words[0]!, words, words.length)).toBe(value);
  });
});
