import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { waitingLimit } from '../stitcher.ts';
import { client, hear, pairs, pick, recordsOf, server, type Event } from './talk.ts';

const ok = (body = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${headers}\r\n`;

describe('a request with its response', () => {
  it('is_one_record_with_all_that_records_promise', () => {
    const request =
      'POST /a%20b/c?q=1&r=2 HTTP/1.1\r\nHost: Www.Example.com:8080\r\nReferer: http://r.test/\r\nUser-Agent: t/1\r\n' +
      'Content-Type: application/JSON; charset=utf-8\r\nContent-Length: 4\r\n\r\n{ } ';
    const response = 'HTTP/1.1 201 Created\r\nContent-Type: Text/Html;charset=x\r\nContent-Length: 5\r\n\r\nhello';
    const [record] = recordsOf([client(request), server(response)]);
    expect(record).toMatchObject({
      'event.dataset': 'http',
      'http.request.method': 'POST',
      'url.original': '/a%20b/c?q=1&r=2',
      'url.domain': 'www.example.com',
      'url.port': 8080,
      'url.path': '/a%20b/c',
      'url.query': 'q=1&r=2',
      'http.version': '1.1',
      'http.request.referrer': 'http://r.test/',
      'user_agent.original': 't/1',
      'http.request.mime_type': 'application/json',
      'http.request.body.bytes': 4,
      'http.request.bytes': request.length,
      'http.response.status_code': 201,
      'http.response.status_phrase': 'Created',
      'http.response.mime_type': 'text/html',
      'http.response.body.bytes': 5,
      'http.response.bytes': response.length,
      'http.response.body.hash.md5': createHash('md5').update('hello').digest('hex'),
      'http.response.body.hash.sha256': createHash('sha256').update('hello').digest('hex'),
      'http.response.time_to_first_byte': 1_000_000,
      'event.outcome': 'success',
      'http.transaction.ordinal': 1,
    });
    expect(record).not.toHaveProperty('http.anomalies');
    expect(record).not.toHaveProperty(['http.response.truncated']);
    expect(record!['http.request.headers']).toEqual({
      host: 'Www.Example.com:8080',
      referer: 'http://r.test/',
      'user-agent': 't/1',
      'content-type': 'application/JSON; charset=utf-8',
      'content-length': '4',
    });
  });

  it('headers_are_joined_in_lower_case_and_a_prototype_is_only_a_name', () => {
    const [record] = recordsOf([client('GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a:2\r\n__proto__: p\r\nempty:\r\n\r\n')]);
    const headers = record!['http.request.headers'] as Record<string, string>;
    expect(headers['x-a']).toBe('1, 2');
    expect(headers['empty']).toBe('');
    expect(Object.entries(headers)).toContainEqual(['__proto__', 'p']);
  });

  it('header_values_are_read_as_utf8_where_they_are_and_as_latin1_else', () => {
    const utf8 = Buffer.from('naïve').toString('latin1');
    const [record] = recordsOf([client(`GET /${utf8} HTTP/1.1\r\nHost: a\r\nA: ${utf8}\r\nB: na\xefve\r\n\r\n`)]);
    expect(record).toMatchObject({ 'url.path': '/naïve', 'http.request.headers': { a: 'naïve', b: 'na\xefve' } });
  });

  it('pipelined_requests_get_their_responses_in_order', () => {
    const records = recordsOf([client(get('/1') + get('/2') + get('/3')), server(ok('a') + ok('bb')), server(ok('ccc'))]);
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200', 'GET /3 200']);
    expect(records.map((r) => [r['event.id'], r['http.response.body.bytes'], r['http.transaction.ordinal']])).toEqual([
      ['test-http-0', 1, 1],
      ['test-http-1', 2, 2],
      ['test-http-2', 3, 3],
    ]);
  });

  it('of_requests_that_wait_past_the_limit_the_oldest_goes_out_and_is_counted', () => {
    const flow = new TestFlow(protocol).client(get('/').repeat(waitingLimit + 3));
    expect([flow.records.length, flow.pastLimit]).toEqual([3, 3]);
    expect(flow.finish()).toHaveLength(waitingLimit + 3);
  });

  it('a_request_without_a_response_is_kept', () => {
    const [record, ...more] = recordsOf([client(get('/'))]);
    expect(more).toEqual([]);
    expect(Object.keys(record!).filter((name) => name.startsWith('http.response'))).toEqual([]);
    expect(record).toMatchObject({ 'http.request.method': 'GET', 'event.outcome': 'unknown' });
  });

  it('a_response_without_a_request_is_kept', () => {
    const [record, ...more] = recordsOf([server(ok('x'))]);
    expect(more).toEqual([]);
    expect(Object.keys(record!).filter((name) => name.startsWith('http.request') || name.startsWith('url.'))).toEqual([]);
    expect(record).toMatchObject({ 'http.response.status_code': 200, 'http.version': '1.1' });
  });

  it('the_side_that_opened_the_connection_may_be_the_server', () => {
    expect(pairs(recordsOf([server(get('/reverse')), client(ok())]))).toEqual(['GET /reverse 200']);
  });

  it('an_answer_before_the_whole_request_is_paired_and_the_record_waits_for_the_request', () => {
    const flow = new TestFlow(protocol);
    flow.client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc').server('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
    expect(flow.records).toEqual([]);
    flow.client('def');
    expect(pairs(flow.records)).toEqual(['POST / 413']);
    expect(flow.records[0]).not.toHaveProperty(['http.response.time_to_first_byte']);
  });

  it('an_answer_to_an_unfinished_head_is_paired_with_it', () => {
    const head = 'GET /slow HTTP/1.1\r\nHost: a\r\nX: ';
    const timeout = 'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n';
    expect(pairs(recordsOf([client(head), server(timeout)]))).toEqual(['GET /slow 408']);
    expect(pairs(recordsOf([client(head), server(timeout), client('y\r\n\r\n')]))).toEqual(['GET /slow 408']);
    expect(pairs(recordsOf([client('GET /sl'), server(timeout)]))).toEqual(['- - 408']);
  });

  it('a_client_that_never_gets_answers_is_kept_under_a_bound_and_late_answers_do_not_slip', () => {
    const flow = new TestFlow(protocol);
    for (let i = 0; i < 300; i++) flow.client(get(`/${i}`));
    expect(pairs(flow.records)).toHaveLength(44);
    flow.server(Array.from({ length: 45 }, () => ok()).join(''));
    const late = flow.records.slice(44);
    expect(pairs(late.slice(0, 44))).toEqual(Array.from({ length: 44 }, () => '- - 200'));
    expect(pairs(late.slice(44))).toEqual(['GET /44 200']);
    expect(flow.finish()).toHaveLength(300 + 44);
  });
});

describe('bodies', () => {
  it('a_chunked_body_counts_without_its_framing_and_keeps_trailers', () => {
    const body = '5;ext="a;b"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 9\r\n\r\n';
    const { records, flow } = hear(
      [client(get('/')), server(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`), client(get('/2')), server(ok())],
      { keep: true },
    );
    expect(pairs(records)).toEqual(['GET / 200', 'GET /2 200']);
    expect(records[0]).toMatchObject({
      'http.response.body.bytes': 11,
      'http.response.bytes': 47 + body.length,
      'http.response.trailers': { 'x-sum': '9' },
      'http.response.body.kept_bytes': 11,
      'http.response.body.hash.md5': createHash('md5').update('hello world').digest('hex'),
    });
    expect(String(Buffer.from(flow.kept.get(String(records[0]!['http.response.body.content_id']))!))).toBe('hello world');
  });

  it('a_body_until_close_is_whole_with_fin_and_truncated_with_rst', () => {
    const start = [client('GET / HTTP/1.0\r\n\r\n'), server('HTTP/1.0 200 OK\r\n\r\nabc'), server('def')];
    const [whole] = recordsOf([...start, { close: 'server' }]);
    expect(whole).toMatchObject({
      'http.version': '1.0',
      'http.response.body.bytes': 6,
      'http.response.body.hash.md5': createHash('md5').update('abcdef').digest('hex'),
    });
    expect(whole).not.toHaveProperty(['http.response.truncated']);
    const [broken] = recordsOf([...start, { close: 'server', reason: 'rst' }]);
    expect(broken).toMatchObject({ 'http.response.body.bytes': 6, 'http.response.truncated': true });
    expect(broken).not.toHaveProperty(['http.response.body.hash.md5']);
  });

  it('answers_to_head_and_statuses_without_body_have_none', () => {
    const records = recordsOf([
      client('HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n'),
      server('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'),
      client(get('/204')),
      server('HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n'),
      client(get('/304')),
      server('HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nTransfer-Encoding: chunked\r\n\r\n'),
      client(get('/last')),
      server(ok('z')),
    ]);
    expect(pairs(records)).toEqual(['HEAD /h 200', 'GET /204 204', 'GET /304 304', 'GET /last 200']);
    expect(records.map((r) => r['http.response.body.bytes'])).toEqual([0, 0, 0, 1]);
    expect(records.map((r) => r['http.anomalies'])).toEqual([undefined, ['content-length-without-body'], undefined, undefined]);
  });

  it('a_body_that_stops_short_is_truncated_and_has_no_hash', () => {
    const [record] = recordsOf([client(get('/')), server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), { close: 'server' }]);
    expect(pick(record, 'http.response.body.bytes', 'http.response.truncated', 'http.response.body.hash.md5')).toEqual({
      'http.response.body.bytes': 3,
      'http.response.truncated': true,
    });
  });

  it('hashes_can_be_switched_off_and_an_empty_body_has_none', () => {
    const talk = [client(get('/')), server(ok('x')), client(get('/2')), server(ok())];
    expect(recordsOf(talk, { hashes: false })[0]).not.toHaveProperty(['http.response.body.hash.md5']);
    expect(recordsOf(talk)[1]).not.toHaveProperty(['http.response.body.hash.md5']);
  });

  it('a_large_body_is_hashed_over_all_its_pieces_beside_other_large_bodies', () => {
    const body = Buffer.alloc(300_000, 'spider');
    const flows = Array.from({ length: 40 }, () =>
      new TestFlow(protocol).client(get('/')).server(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`),
    );
    for (let at = 0; at < body.length; at += 7000) for (const flow of flows) flow.send(Side.destination, body.subarray(at, at + 7000));
    const sha256 = createHash('sha256').update(body).digest('hex');
    for (const flow of flows)
      expect(flow.records[0]).toMatchObject({ 'http.response.body.bytes': 300_000, 'http.response.body.hash.sha256': sha256 });
  });

  it('the_parts_of_a_form_are_told', () => {
    const part = (head: string, content: string): string => `--xYz\r\n${head}\r\n\r\n${content}\r\n`;
    const body =
      `preamble\r\n${part('Content-Disposition: form-data; name="a"', 'one\r\n--xY two')}` +
      `${part('content-disposition: form-data; name="f"; filename="c:\\\\cat \\"x\\".png"\r\nContent-Type: image/PNG', '12345')}` +
      `${part('Content-Disposition: form-data; name="g"; filename*=UTF-8\'\'na%C3%AFve.txt', '')}--xYz--\r\nepilogue`;
    const [record] = recordsOf([
      client(
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary="xYz"\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    ]);
    expect(record!['http.request.body.parts']).toEqual([
      { name: 'a', 'file.size': 13 },
      { name: 'f', 'file.name': 'c:\\cat "x".png', 'file.mime_type': 'image/png', 'file.size': 5 },
      { name: 'g', 'file.name': 'naïve.txt', 'file.size': 0 },
    ]);
  });
});

describe('interim responses and hand-overs', () => {
  it('a_continue_is_not_the_answer', () => {
    const [record, ...more] = recordsOf([
      client('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'),
      server('HTTP/1.1 100 Continue\r\n\r\n'),
      client('ab'),
      server(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok('yes')}`),
    ]);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      'http.response.status_code': 200,
      'http.response.interim_status_codes': [100, 103],
      'http.request.body.bytes': 2,
    });
  });

  it('an_upgrade_hands_over_to_the_protocol_that_the_server_names', () => {
    const request = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n';
    const { flow, records } = hear([client(request), server(`${answer}\x81\x02hi`), client('never seen')]);
    expect(pairs(records)).toEqual(['GET /chat 101']);
    expect(flow.handedOver).toEqual({ protocol: 'websocket', consumed: answer.length });
    const h2c = hear([client(request.replace('websocket', 'h2c')), server(answer.replace('WebSocket', 'h2c'))]);
    expect(h2c.flow.handedOver?.protocol).toBe('http2');
    const other = hear([client(request), server(answer.replace('WebSocket', 'foo/2'))]);
    expect(other.flow.handedOver?.protocol).toBeUndefined();
  });

  it('an_upgrade_that_the_server_ignores_leaves_http_and_what_was_held_is_read', () => {
    const request = 'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    const { flow, records } = hear([client(request), client(get('/2')), server(ok('a')), server(ok('b'))]);
    expect(flow.handedOver).toBeUndefined();
    expect(pairs(records)).toEqual(['GET /1 200', 'GET /2 200']);
  });

  it('a_tunnel_is_handed_over_for_detection_with_what_the_client_said_early', () => {
    const connect = 'CONNECT db.test:443 HTTP/1.1\r\nHost: db.test:443\r\n\r\n';
    const answer = 'HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n';
    const { flow, records } = hear([client(`${connect}\x16\x03\x01`), client('\x00'), server(`${answer}abc`)]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      'http.request.method': 'CONNECT',
      'url.domain': 'db.test',
      'url.port': 443,
      'http.response.body.bytes': 0,
    });
    expect(flow.handedOver).toMatchObject({ protocol: undefined, consumed: answer.length });
    expect([...flow.handedOver!.early!.bytes]).toEqual([0x16, 3, 1, 0]);
    expect(flow.handedOver!.early!.side).toBe(Side.source);
  });

  it('a_refused_tunnel_stays_http', () => {
    const connect = 'CONNECT db.test:443 HTTP/1.1\r\nHost: db.test\r\n\r\n';
    const refused = 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno';
    const records = recordsOf([client(connect), server(refused), client(connect), server(refused), client(get('/'))]);
    expect(pairs(records)).toEqual(['CONNECT db.test:443 407', 'CONNECT db.test:443 407', 'GET / -']);
  });

  it('a_tunnel_of_which_only_the_client_is_seen_is_handed_over_once_it_has_said_enough', () => {
    const { flow, records } = hear([client('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'), client('x'.repeat(70_000))]);
    expect(pairs(records)).toEqual(['CONNECT a:1 -']);
    expect(flow.handedOver!.early!.bytes).toHaveLength(70_000);
  });
});

describe('a server that takes TLS alone', () => {
  const alert = '\x15\x03\x03\0\x02\x02\x0a';

  it.each([1, 2, 6, 7])('answers_with_an_alert_however_it_is_cut: %i octets at a time', (pieces) => {
    const { records } = hear([client(get('/')), server(alert), { close: 'server' }], {}, pieces);
    expect(records).toMatchObject([{ 'url.path': '/', 'http.anomalies': ['no-status-line', 'answered-with-tls'] }]);
  });

  it('of_several_requests_the_first_says_so', () => {
    const [first, second] = recordsOf([client(get('/1') + get('/2')), server(alert.replace('\x0a', '\x46'))]);
    expect(first).toMatchObject({ 'url.path': '/1', 'http.anomalies': ['answered-with-tls'] });
    expect(second).not.toHaveProperty('http.anomalies');
  });

  it.each([
    ['behind_a_hole', [client(get('/')), { gap: 'server', length: 9 }, server(alert)]],
    ['behind_an_answer', [client(get('/')), server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), client(get('/')), server(alert)]],
    ['behind_connect', [client('CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n'), server(alert)]],
    ['behind_an_upgrade', [client('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0\r\n\r\n'), server(alert)]],
    ['of_the_client', [client(get('/')), client(alert)]],
    ['with_another_level', [client(get('/')), server(alert.replace('\x02\x0a', '\x03\x0a'))]],
    ['with_another_length', [client(get('/')), server(alert.replace('\0\x02', '\0\x03'))]],
  ] satisfies [string, Event[]][])('is_not_told: %s', (_, events) => {
    const records = recordsOf(events);
    expect(records[0]).toHaveProperty(['http.request.method']);
    expect(records.flatMap((record) => record['http.anomalies'] ?? [])).not.toContain('answered-with-tls');
  });
});

describe('old and odd messages', () => {
  it('http_09_is_one_line_and_a_body_until_close', () => {
    const [record, ...more] = recordsOf([client('GET /old\r\n'), server('<html>'), server('x'), { close: 'server' }]);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      'http.version': '0.9',
      'url.path': '/old',
      'http.response.body.bytes': 7,
      'http.anomalies': ['no-status-line'],
    });
    expect(record).not.toHaveProperty(['http.response.status_code']);
  });

  it('http_09_behind_another_answer_begins_when_its_own_first_byte_came', () => {
    const first = server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    for (const answer of [[server('<html>')], [server('HT'), server('ML')]]) {
      const [, record] = recordsOf([client(get('/')), first, client('GET /old\r\n'), ...answer, { close: 'server' }]);
      expect(record).toMatchObject({ 'url.path': '/old', 'http.version': '0.9', 'http.response.time_to_first_byte': 1_000_000 });
    }
  });

  it('http_09_answered_by_a_newer_server_has_a_status', () => {
    const [record] = recordsOf([client('GET /old\n'), server('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')]);
    expect(record).toMatchObject({ 'http.version': '1.1', 'http.response.status_code': 400 });
  });

  it('an_answer_of_internet_radio_has_a_status_and_no_version', () => {
    const radio = 'ICY 200 OK\r\nicy-name: x\r\nContent-Type: audio/mpeg\r\n\r\n';
    const [record, ...more] = recordsOf([client('GET /a HTTP/1.0\r\n\r\n'), server(radio), server('....'), { close: 'server' }]);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      'http.version': '1.0',
      'http.response.status_code': 200,
      'http.response.status_phrase': 'OK',
      'http.response.headers': { 'icy-name': 'x', 'content-type': 'audio/mpeg' },
      'http.response.body.bytes': 4,
    });
    expect(record).not.toHaveProperty('http.anomalies');
    expect(pairs(recordsOf([client('ICY 200 HTTP/1.1\r\nHost: a\r\n\r\n')]))).toEqual(['ICY 200 -']);
  });

  it('an_answer_that_is_no_http_leaves_the_request_unanswered_and_says_so', () => {
    const [record, ...more] = recordsOf([client(get('/')), server('YCI 200 OK\r\nicy-name: x\r\n\r\n....')]);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ 'url.path': '/', 'http.anomalies': ['no-status-line'] });
  });

  it.each(['YCI 200 OK', 'HTTP/1.1 20'])('an_answer_without_an_end_of_line_is_none_once_its_side_has_ended: %s', (answer) => {
    const ended = new TestFlow(protocol).client(get('/')).server(answer).close(Side.destination).finish();
    expect(ended).toMatchObject([{ 'url.path': '/', 'http.anomalies': ['no-status-line'] }]);
    const underWay = new TestFlow(protocol).client(get('/')).server(answer).finish();
    expect(underWay).toMatchObject([{ 'url.path': '/' }]);
    expect(underWay[0]).not.toHaveProperty('http.anomalies');
  });

  it('absolute_targets_name_the_host_and_may_contradict_the_header', () => {
    const [record] = recordsOf([client('GET http://bob:secret@[2001:DB8::1]:81/p?q HTTP/1.1\r\nHost: other.test\r\n\r\n')]);
    expect(record).toMatchObject({
      'url.scheme': 'http',
      'url.domain': '[2001:db8::1]',
      'url.port': 81,
      'url.path': '/p',
      'url.query': 'q',
      'user.name': 'bob',
      'http.anomalies': ['host-differs-from-target'],
    });
  });

  it('users_and_forwarded_addresses_are_taken_from_headers', () => {
    const basic = Buffer.from('alice:secret').toString('base64');
    const [a, b] = recordsOf([
      client(get('/', `Authorization: Basic ${basic}\r\nX-Forwarded-For: 203.0.113.7, 10.0.0.1\r\nX-Request-Id: r-1\r\n`)),
      client(get('/', 'Authorization: Digest realm="r, s", username="bob"\r\nX-Forwarded-For: unknown\r\n')),
    ]);
    expect(a).toMatchObject({ 'user.name': 'alice', 'network.forwarded_ip': '203.0.113.7', 'http.request.id': 'r-1' });
    expect(b).toMatchObject({ 'user.name': 'bob' });
    expect(b).not.toHaveProperty(['network.forwarded_ip']);
  });

  it('whom_a_proxy_knows_is_the_user_where_nobody_else_asks', () => {
    const proxy = `Proxy-Authorization: Basic ${Buffer.from('carol:secret').toString('base64')}\r\n`;
    const both = `${proxy}Authorization: Digest username="bob"\r\n`;
    const [connect] = recordsOf([client(`CONNECT db.test:443 HTTP/1.1\r\nHost: db.test:443\r\n${proxy}\r\n`)]);
    expect(connect).toMatchObject({ 'user.name': 'carol' });
    expect(recordsOf([client(get('/', both))])[0]).toMatchObject({ 'user.name': 'bob' });
  });

  it('empty_lines_before_a_message_are_passed_over', () => {
    expect(pairs(recordsOf([client(`\r\n\r\n${get('/')}\r\n${get('/2')}`), server(`${ok()}\r\n${ok()}`)]))).toEqual([
      'GET / 200',
      'GET /2 200',
    ]);
  });

  it('odd_octets_before_a_start_line_are_passed_over', () => {
    expect(pairs(recordsOf([client(`\xdd\0\0\0 ${get('/1')}`), server(`\0\0${ok()}`), client(get('/2')), server(ok())]))).toEqual([
      'GET /1 200',
      'GET /2 200',
    ]);
  });

  it.each([
    ['GET / HTTP/1.1\nHost: a\n\n', 'bare-line-feed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n  b\r\n\r\n', 'folded-header'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n', 'blank-before-colon'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX(y: a\r\n\r\n', 'invalid-header-name'],
    ['GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n', 'header-without-colon'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 'control-character'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n', 'bare-carriage-return'],
    ['GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 'odd-blanks-in-start-line'],
    ['GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 'blank-in-target'],
    ['GET HTTP/1.1\r\nHost: a\r\n\r\n', 'missing-target'],
    ['GET / HTTP/1.1\r\n\r\n', 'missing-host'],
    ['GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 'repeated-host'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n', 'repeated-content-length'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'content-length-and-transfer-encoding',
    ],
    ['POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'transfer-encoding-in-old-version'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked, chunked\r\n\r\n0\r\n\r\n', 'odd-transfer-encoding'],
  ])('%j_is_read_and_flagged_as_%s', (request, anomaly) => {
    const records = recordsOf([client(request + get('/next')), server(ok() + ok())]);
    expect(records.map((r) => r['http.anomalies'])).toEqual([[anomaly], undefined]);
    expect(records.map((r) => r['http.response.status_code'])).toEqual([200, 200]);
  });

  it.each([
    ['Content-Length: 1\r\nContent-Length: 2\r\n', 'conflicting-content-length'],
    ['Content-Length: -1\r\n', 'invalid-content-length'],
    ['Content-Length: 18446744073709551615\r\n', 'invalid-content-length'],
    ['Transfer-Encoding: chunked, identity\r\n', 'transfer-encoding-not-chunked-last'],
    ['Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n', 'invalid-chunk-size'],
    ['Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n', 'invalid-chunk-end'],
  ])('a_request_framed_by_%j_is_flagged_and_the_next_start_line_is_found', (framing, anomaly) => {
    const records = recordsOf([client(`POST /bad HTTP/1.1\r\nHost: a\r\n${framing}\r\n0\r\n\r\n${get('/hidden')}`)]);
    expect(pairs(records)).toEqual(['POST /bad -', 'GET /hidden -']);
    expect(records[0]).toMatchObject({ 'http.anomalies': [anomaly], 'http.request.truncated': true });
  });

  it('leading_zeros_are_only_zeros', () => {
    const records = recordsOf([
      client(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000000000000000000003\r\n\r\nXXX${get('/next')}`),
    ]);
    expect(pairs(records)).toEqual(['POST / -', 'GET /next -']);
  });

  it('a_folded_value_is_one_line', () => {
    const [record] = recordsOf([client('GET / HTTP/1.1\r\nHost: a\r\nX-Long: one \r\n\t two\r\n three\r\n\r\n')]);
    expect(record).toMatchObject({ 'http.request.headers': { 'x-long': 'one two three' } });
  });

  it('a_response_with_a_broken_length_goes_on_until_the_close', () => {
    const [record] = recordsOf([client(get('/')), server('HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nxyz'), { close: 'server' }]);
    expect(record).toMatchObject({ 'http.response.body.bytes': 3, 'http.anomalies': ['invalid-content-length'] });
  });
});
