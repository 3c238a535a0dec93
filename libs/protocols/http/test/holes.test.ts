import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { searchLimit } from '../analyzer.ts';
import { headLimit, headerLimit } from '../head-reader.ts';
import { protocol } from '../module.ts';
import { client, hear, pairs, pick, recordsOf, server, type Event } from './talk.ts';

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
const ok = (body = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const hole = (gap: 'client' | 'server', length: number): Event => ({ gap, length });

describe('a hole', () => {
  it('within_a_body_of_known_length_is_counted_and_pairing_goes_on', () => {
    const records = recordsOf(
      [
        client(get('/1')),
        server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab'),
        hole('server', 5),
        server('xyz'),
        client(get('/2')),
        server(ok('q')),
      ],
      { keep: true },
    );
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(
      pick(
        records[0],
        'flow.missed_bytes',
        'http.response.body.bytes',
        'http.response.body.hash.md5',
        'http.response.body.kept_bytes',
        'http.response.truncated',
      ),
    ).toEqual({
      'flow.missed_bytes': 5,
      'http.response.body.bytes': 10,
      'http.response.body.kept_bytes': 2,
    });
    expect(records[1]).not.toHaveProperty(['flow.missed_bytes']);
  });

  it('within_a_chunk_is_counted_and_pairing_goes_on', () => {
    const records = recordsOf([
      client(get('/1')),
      server(`${chunkedHead}a\r\nab`),
      hole('server', 6),
      server(`yz\r\n0\r\n\r\n`),
      client(get('/2')),
      server(ok()),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 6, 'http.response.body.bytes': 10 });
  });

  it('that_ends_a_body_and_more_ends_the_message_and_looks_for_the_next', () => {
    const records = recordsOf([
      client(get('/1')),
      server('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab'),
      hole('server', 100),
      server(`tail of something\r\n${ok('later')}`),
      client(get('/3')),
      server(ok('third')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', '- - 200', 'GET /3 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 2, 'http.response.body.bytes': 4 });
    expect(records[1]).toMatchObject({ 'flow.missed_bytes': 98 });
  });

  it('in_chunk_framing_truncates_the_response_and_the_next_start_line_answers_the_only_open_request', () => {
    const records = recordsOf([
      client(get('/1')),
      server(`${chunkedHead}3\r\nabc\r\n`),
      hole('server', 50),
      client(get('/2')),
      server(`junk HTTP/1.1 nonsense\r\n${ok('two')}`),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 50, 'http.response.truncated': true });
  });

  it('where_a_response_began_leaves_its_request_unanswered_and_the_next_is_paired', () => {
    const records = recordsOf([client(get('/1')), hole('server', 40), server('rest of a body'), client(get('/2')), server(ok('two'))]);
    expect(pairs(records)).toEqual(['GET /1 -', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 40 });
  });

  it('with_several_requests_open_ends_pairing_since_it_cannot_be_told_whose_the_next_response_is', () => {
    const records = recordsOf([
      client(get('/1') + get('/2') + get('/3')),
      hole('server', 40),
      server(ok('?') + ok('?')),
      client(get('/4')),
      server(ok('4')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 -', 'GET /2 -', 'GET /3 -', '- - 200', '- - 200', 'GET /4 -', '- - 200']);
  });

  it('in_the_head_of_a_request_keeps_what_is_known_of_it', () => {
    const records = recordsOf([
      client('GET /1 HTTP/1.1\r\nHost: a\r\nCoo'),
      hole('client', 30),
      client(`kie: x\r\n\r\n`),
      server(ok('1')),
      client(get('/2')),
      server(ok('2')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 30, 'http.request.truncated': true, 'url.domain': 'a' });
  });

  it('in_the_head_of_a_response_keeps_what_is_known_of_it', () => {
    const records = recordsOf([
      client(get('/1')),
      server('HTTP/1.1 404 Not Found\r\nContent-'),
      hole('server', 30),
      server('x\r\n\r\n'),
      client(get('/2')),
      server(ok('2')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 404', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'flow.missed_bytes': 30, 'http.response.truncated': true });
  });

  it('that_swallowed_a_request_leaves_its_response_alone', () => {
    const records = recordsOf([
      client(get('/1')),
      server(ok('1')),
      hole('client', 60),
      server(ok('2')),
      client(get('/3')),
      server(ok('3')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', '- - 200', 'GET /3 200']);
    expect(records[2]).toMatchObject({ 'flow.missed_bytes': 60 });
  });

  it('that_swallowed_requests_of_a_pipelining_client_ends_pairing', () => {
    const records = recordsOf([
      client(get('/1') + get('/2')),
      server(ok('1') + ok('2')),
      client(get('/3')),
      hole('client', 60),
      client(get('/5')),
      server(ok('3') + ok('4') + ok('5')),
    ]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200', 'GET /3 200', 'GET /5 -', '- - 200', '- - 200']);
  });

  it('at_the_very_beginning_is_passed_over_on_either_side', () => {
    const late = [hole('client', 9), client(`lost\r\n\r\n${get('/1')}`), server(ok()), client(get('/2')), server(ok())];
    expect(pairs(recordsOf(late))).toEqual(['GET /1 -', '- - 200', 'GET /2 200']);
    expect(pairs(recordsOf([hole('server', 9), server('binary\0\r\nbody'), client(get('/1')), server(ok())]))).toEqual(['GET /1 200']);
  });

  it('a_start_line_is_found_right_behind_binary_octets', () => {
    const request = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nb';
    const records = recordsOf([hole('client', 1), client(`\xff\xfe{}${request}`), hole('server', 1), server(`\0\0\0${ok('z')}`)]);
    expect(pairs(records)).toEqual(['POST /x -', '- - 200']);
    expect(records[0]).toMatchObject({ 'http.request.body.bytes': 1 });
    expect(records[1]).toMatchObject({ 'http.response.body.bytes': 1 });
  });
});

describe('octets that belong to nothing', () => {
  it('in_front_of_a_request_line_are_told_of_once', () => {
    const records = recordsOf([client(`\x7f\0\x01 ${get('/1')}`), server(ok()), client(get('/2')), server(ok())]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(records[0]).toMatchObject({ 'http.anomalies': ['octets-before-start-line'] });
    expect(records[1]).not.toHaveProperty(['http.anomalies']);
  });

  it('are_the_rest_of_something_behind_a_hole', () => {
    const [record] = recordsOf([hole('client', 3), client(`\x7f\0\x01 ${get('/1')}`), server(ok())]);
    expect(record).not.toHaveProperty(['http.anomalies']);
  });
});

describe('bounds', () => {
  it('a_head_past_its_limit_is_cut_and_the_stream_goes_on', () => {
    const flood = `GET /big HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(headLimit)}\r\n\r\n`;
    for (const pieces of [Infinity, 1460]) {
      const { records } = hear([client(flood + get('/2'))], {}, pieces);
      expect(pairs(records), String(pieces)).toEqual(expect.arrayContaining(['GET /2 -']));
    }
  });

  it('header_lines_past_their_limit_are_not_kept_but_still_frame_the_body', () => {
    const many = Array.from({ length: headerLimit + 5 }, (_, i) => `h${i}: 1\r\n`).join('');
    const records = recordsOf([client(`POST / HTTP/1.1\r\nHost: a\r\n${many}Content-Length: 2\r\n\r\nab${get('/2')}`)]);
    expect(pairs(records)).toEqual(['POST / -', 'GET /2 -']);
    expect(records[0]).toMatchObject({ 'http.anomalies': ['headers-past-limit'], 'http.request.body.bytes': 2 });
  });

  it('a_stream_without_a_start_line_is_given_up_with_a_reason', () => {
    const flow = new TestFlow(protocol).client(get('/1'));
    const noise = Buffer.alloc(1 << 20, 'no start line here\n');
    for (let sent = 0; sent <= searchLimit + noise.length; sent += noise.length) flow.send(Side.destination, noise);
    expect(flow.abandoned).toBe('http-no-start-line');
    expect(pairs(flow.finish())).toEqual(['GET /1 -']);
  });
});
