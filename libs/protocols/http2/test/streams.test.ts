import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { detectStream } from '../detect.ts';
import { protocol } from '../module.ts';
import { streamLimit } from '../stitcher.ts';
import { Verdict } from '../../sdk/module.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

function frame(type: number, flags: number, stream: number, payload: string | Uint8Array = ''): Buffer {
  const body = Buffer.from(payload as string);
  const header = Buffer.alloc(9);
  header.writeUIntBE(body.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, body]);
}

/** Literals that do not go into the table. */
function block(fields: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(fields).map(([name, value]) =>
      Buffer.from(`\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`, 'latin1'),
    ),
  );
}

const get = (path: string, more: Record<string, string> = {}): Buffer =>
  block({ ':method': 'GET', ':scheme': 'https', ':authority': 'Loom.test:8443', ':path': path, ...more });
const ok = (more: Record<string, string> = {}): Buffer => block({ ':status': '200', ...more });
const settings = frame(4, 0, 0);
const code = (number: number): Buffer => Buffer.from([0, 0, 0, number]);

function open(): TestFlow {
  return new TestFlow(protocol).client(Buffer.concat([preface, settings])).server(settings);
}

const pairs = (flow: TestFlow): string[] =>
  flow
    .finish()
    .map(
      (r) => `${String(r['http.request.method'] ?? '-')} ${String(r['url.path'] ?? '-')} ${String(r['http.response.status_code'] ?? '-')}`,
    );

describe('a client that is greeted with HTTP/2', () => {
  const greeted = (): TestFlow => new TestFlow(protocol).server(settings);

  it('and_speaks_HTTP_1_is_handed_over_however_it_is_cut', () => {
    const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(greeted().client(request).handedOver).toEqual({ protocol: 'http', consumed: 0 });
    for (let at = 1; at < 5; at++) {
      expect(greeted().client(request.slice(0, at)).client(request.slice(at)).handedOver).toEqual({
        protocol: 'http',
        consumed: 0,
        early: { side: Side.source, bytes: Buffer.from(request.slice(0, at)) },
      });
    }
  });

  it('and_speaks_it_as_well_is_read_however_it_is_cut', () => {
    const all = Buffer.concat([preface, settings, frame(1, 5, 1, get('/a'))]);
    for (let at = 1; at < 8; at++) {
      const flow = greeted().client(all.subarray(0, at)).client(all.subarray(at));
      expect(flow.handedOver).toBeUndefined();
      expect(pairs(flow.server(frame(1, 5, 1, ok())))).toEqual(['GET /a 200']);
    }
  });

  it('is_not_taken_for_one_that_was_heard_first_or_behind_a_hole', () => {
    const early = new TestFlow(protocol).client('GET / HTTP/1.1\r\n').server(settings);
    const holed = greeted().gap(Side.source, 10).client('GET / HTTP/1.1\r\n');
    for (const flow of [early, holed]) expect(flow.handedOver).toBeUndefined();
  });
});

describe('a stream', () => {
  it('is_one_record', () => {
    const flow = open();
    flow.client(frame(1, 5, 1, get('/a?b=1', { cookie: 'x=1', 'user-agent': 't/1' })));
    flow.server(Buffer.concat([frame(1, 4, 1, ok({ 'content-type': 'text/plain' })), frame(0, 0, 1, 'hel'), frame(0, 9, 1, '\x02lo\0\0')]));
    expect(flow.records[0]).toMatchObject({
      'http.version': '2',
      'http2.stream.id': 1,
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'url.domain': 'loom.test',
      'url.port': 8443,
      'url.path': '/a',
      'url.query': 'b=1',
      'user_agent.original': 't/1',
      'http.request.headers': { cookie: 'x=1', 'user-agent': 't/1' },
      'http.response.status_code': 200,
      'http.response.body.bytes': 5,
      'http.response.time_to_first_byte': 1_000_000,
      'event.outcome': 'success',
    });
    expect(flow.records[0]).not.toHaveProperty(['http.anomalies']);
  });

  it('is_answered_in_any_order', () => {
    const flow = open();
    for (const id of [1, 3, 5]) flow.client(frame(1, 5, id, get(`/${id}`)));
    for (const id of [5, 1, 3]) flow.server(frame(1, 5, id, ok()));
    expect(pairs(flow)).toEqual(['GET /5 200', 'GET /1 200', 'GET /3 200']);
  });

  it('has_headers_in_several_frames_padding_priority_interim_answers_and_trailers', () => {
    const flow = open();
    const headers = get('/long', { a: 'x'.repeat(100) });
    const padded = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 15]), headers.subarray(0, 20), Buffer.alloc(3)]);
    flow.client(Buffer.concat([frame(1, 0x29, 1, padded), frame(9, 0, 1, headers.subarray(20, 60)), frame(9, 4, 1, headers.subarray(60))]));
    flow.server(
      Buffer.concat([frame(1, 4, 1, block({ ':status': '103' })), frame(1, 4, 1, ok()), frame(1, 5, 1, block({ 'x-sum': '1' }))]),
    );
    expect(flow.finish()[0]).toMatchObject({
      'url.path': '/long',
      'http.request.headers': { a: 'x'.repeat(100) },
      'http.response.interim_status_codes': [103],
      'http.response.trailers': { 'x-sum': '1' },
    });
  });

  it('joins_the_crumbs_of_a_cookie', () => {
    const crumbs = Buffer.concat([get('/'), block({ cookie: 'a=1' }), block({ cookie: 'b=2' })]);
    const [record] = open()
      .client(frame(1, 5, 1, crumbs))
      .finish();
    expect(record!['http.request.headers']).toEqual({ cookie: 'a=1; b=2' });
  });

  it('that_is_reset_goes_out_at_once_and_what_comes_late_for_it_opens_nothing', () => {
    const flow = open()
      .client(frame(1, 4, 1, get('/x')))
      .server(frame(1, 4, 1, ok()));
    flow.client(frame(3, 0, 1, code(8)));
    expect(flow.records[0]).toMatchObject({
      'http2.error_code': 'CANCEL',
      'http.request.truncated': true,
      'http.response.truncated': true,
    });
    flow.server(Buffer.concat([frame(0, 1, 1, 'late'), frame(1, 5, 1, ok())]));
    expect(flow.finish()).toHaveLength(1);
  });

  it('past_the_last_one_of_a_goaway_goes_out_unanswered', () => {
    const flow = open().client(Buffer.concat([frame(1, 5, 1, get('/1')), frame(1, 5, 3, get('/3'))]));
    flow.server(frame(7, 0, 0, Buffer.concat([code(1), code(11)])));
    expect(flow.records).toHaveLength(1);
    expect(flow.records[0]).toMatchObject({ 'url.path': '/3', 'http2.error_code': 'ENHANCE_YOUR_CALM' });
    flow.server(frame(1, 5, 1, ok()));
    expect(pairs(flow)).toEqual(['GET /3 -', 'GET /1 200']);
  });

  it('that_the_server_pushes_is_a_record_with_the_promised_request', () => {
    const flow = open().client(frame(1, 5, 1, get('/')));
    flow.server(Buffer.concat([frame(5, 4, 1, Buffer.concat([code(2), get('/pushed')])), frame(1, 5, 2, ok()), frame(1, 5, 1, ok())]));
    expect(flow.finish()[0]).toMatchObject({
      'url.path': '/pushed',
      'http2.pushed': true,
      'http2.stream.id': 2,
      'http.response.status_code': 200,
    });
  });

  it('of_a_tunnel_has_its_authority_as_target', () => {
    const [record] = open()
      .client(frame(1, 4, 1, block({ ':method': 'CONNECT', ':authority': 'db.test:443' })))
      .finish();
    expect(record).toMatchObject({ 'url.original': 'db.test:443', 'url.domain': 'db.test', 'url.port': 443 });
  });

  it('of_an_extended_connect_has_a_path_beside_its_authority', () => {
    const [record] = open()
      .client(
        frame(1, 4, 1, block({ ':method': 'CONNECT', ':protocol': 'websocket', ':authority': 'loom.test:81', ':path': '/rooms?id=7' })),
      )
      .finish();
    expect(record).toMatchObject({ 'url.domain': 'loom.test', 'url.port': 81, 'url.path': '/rooms', 'url.query': 'id=7' });
    expect(record).not.toHaveProperty(['http.anomalies']);
  });

  it('of_a_tunnel_that_was_granted_is_looked_into_under_the_name_that_was_asked_for', () => {
    const ask = { ':method': 'CONNECT', ':protocol': 'websocket', ':authority': 'loom.test', ':path': '/rooms' };
    const flow = open().client(Buffer.concat([frame(1, 4, 1, block(ask)), frame(0, 0, 1, 'too early')]));
    expect(flow.carried).toBeUndefined();
    flow.server(Buffer.concat([frame(1, 4, 1, ok()), frame(0, 8, 1, '\x02from server\0\0')])).client(frame(0, 0, 1, 'from client'));
    expect(flow.carried!.map((bytes) => Buffer.from(bytes).toString())).toEqual(['from client', 'from server']);
    expect(flow.carriedAs).toMatchObject({ protocol: 'websocket', facts: { transaction: { request: { target: '/rooms' } } } });
    expect(flow.carriedAs!.ended).toBeUndefined();
    flow.client(frame(0, 1, 1)).server(frame(0, 1, 1));
    expect(flow.carriedAs!.ended).toBe('fin');
  });

  it('of_a_tunnel_ends_what_it_carries_where_that_breaks_off_or_has_a_hole', () => {
    const tunnel = (): TestFlow =>
      open()
        .client(frame(1, 4, 1, block({ ':method': 'CONNECT', ':authority': 'db.test:443' })))
        .server(frame(1, 4, 1, ok()));
    expect(tunnel().carriedAs).toEqual({ protocol: undefined, facts: expect.any(Object) as object });
    expect(tunnel().server(frame(3, 0, 1, code(8))).carriedAs).toMatchObject({ ended: 'rst' });
    expect(tunnel().gap(Side.source, 50).carriedAs).toMatchObject({ ended: 'evicted' });
    const refused = open().client(frame(1, 4, 1, block({ ':method': 'CONNECT', ':authority': 'db.test:443' })));
    expect(refused.server(frame(1, 4, 1, block({ ':status': '403' }))).carriedAs).toBeUndefined();
  });
});

describe('what would smuggle a request, handed on in HTTP/1,', () => {
  const anomalies = (fields: Record<string, string>, ...data: string[]): unknown => {
    const flow = open().client(
      frame(
        1,
        data.length === 0 ? 5 : 4,
        1,
        block({ ':method': 'POST', ':scheme': 'http', ':authority': 'a.test', ':path': '/', ...fields }),
      ),
    );
    data.forEach((text, i) => flow.client(frame(0, i === data.length - 1 ? 1 : 0, 1, text)));
    return flow.server(frame(1, 5, 1, ok())).records[0]!['http.anomalies'];
  };

  it('is_a_length_that_is_not_the_bodys', () => {
    const differs = ['content-length-differs-from-body'];
    expect(anomalies({ 'content-length': '0' }, 'GET /', ' HTTP/1.1')).toEqual(differs);
    expect(anomalies({ 'content-length': '9' }, 'short')).toEqual(differs);
    expect(anomalies({ 'content-length': '9' })).toEqual(differs);
    expect(anomalies({ 'content-length': '5' }, 'ex', 'act')).toBeUndefined();
    expect(anomalies({}, 'without')).toBeUndefined();
  });

  it('is_no_length_of_an_answer_that_may_have_none_or_of_a_body_with_a_hole', () => {
    const head = open().client(frame(1, 5, 1, block({ ':method': 'HEAD', ':scheme': 'http', ':authority': 'a.test', ':path': '/' })));
    expect(head.server(frame(1, 5, 1, ok({ 'content-length': '500' }))).records[0]).not.toHaveProperty(['http.anomalies']);
    const unchanged = open().client(frame(1, 5, 1, get('/')));
    const answer = block({ ':status': '304', 'content-length': '500' });
    expect(unchanged.server(frame(1, 5, 1, answer)).records[0]).not.toHaveProperty(['http.anomalies']);
    const holed = open().client(frame(1, 5, 1, get('/')));
    holed.server(frame(1, 4, 1, ok({ 'content-length': '500' }))).gap(Side.destination, 100);
    expect(holed.server(Buffer.concat([settings, frame(0, 1, 1, 'end')])).records[0]).not.toHaveProperty(['http.anomalies']);
  });

  it('is_a_header_of_a_connection_and_what_ends_a_line_or_a_word', () => {
    expect(anomalies({ 'transfer-encoding': 'chunked' }, '0')).toEqual(['connection-header']);
    expect(anomalies({ connection: 'close' })).toEqual(['connection-header']);
    expect(anomalies({ 'x-a': 'b\r\ntransfer-encoding: chunked' })).toEqual(['control-character']);
    expect(anomalies({ ':path': '/ HTTP/1.1\r\nx: y' })).toEqual(['control-character', 'blank-in-target']);
    expect(anomalies({ 'x-A': 'b' })).toEqual(['invalid-header-name']);
    expect(anomalies({ 'x-a: b': 'c' })).toEqual(['invalid-header-name']);
    expect(anomalies({ 'x-a': 'caf\xe9\t' })).toBeUndefined();
    expect(anomalies({ 'x-trace-bin': '\0\r\n' })).toBeUndefined();
  });
});

describe('a grpc call', () => {
  it('counts_messages_and_fails_by_its_status', () => {
    const flow = open().client(frame(1, 4, 1, get('/loom.v1.Weaver/Weave', { 'content-type': 'application/grpc+proto' })));
    flow.client(frame(0, 0, 1, '\0\0\0\0\x03ab')).client(frame(0, 1, 1, 'c\0\0\0\0\0'));
    flow.server(
      Buffer.concat([frame(1, 4, 1, ok({ 'content-type': 'application/grpc' })), frame(0, 0, 1, '\x01\0\0\0\x01x\0\0\0\0\x09cut')]),
    );
    flow.server(frame(1, 5, 1, block({ 'grpc-status': '14' })));
    expect(flow.records[0]).toMatchObject({
      'rpc.system': 'grpc',
      'rpc.service': 'loom.v1.Weaver',
      'rpc.method': 'Weave',
      'rpc.grpc.status_code': 14,
      'rpc.request.messages': 2,
      'rpc.response.messages': 1,
      'event.outcome': 'failure',
    });
    expect(flow.protocols).toContain('grpc');
  });

  it('that_is_broken_off_before_its_status_has_no_outcome', () => {
    const flow = open().client(frame(1, 4, 1, get('/loom.v1.Weaver/Weave', { 'content-type': 'application/grpc' })));
    flow.server(frame(1, 4, 1, ok({ 'content-type': 'application/grpc' }))).client(frame(3, 0, 1, code(8)));
    expect(flow.records[0]).toMatchObject({ 'http2.error_code': 'CANCEL', 'event.outcome': 'unknown' });
    expect(flow.records[0]).not.toHaveProperty(['rpc.grpc.status_code']);
    const refused = open().client(frame(1, 5, 1, get('/loom.v1.Weaver/Weave', { 'content-type': 'application/grpc' })));
    refused.server(frame(1, 5, 1, block({ ':status': '503' })));
    expect(refused.records[0]).toMatchObject({ 'event.outcome': 'failure' });
  });
});

describe('a call whose frames are in the body', () => {
  const web = { 'content-type': 'application/grpc-web+proto' };
  const post = (more: Record<string, string>): Buffer =>
    block({ ':method': 'POST', ':scheme': 'http', ':authority': 'a.test', ':path': '/api/loom.v1.Weaver/Weave', ...more });
  const trailers = '\x80\0\0\0\x0egrpc-status: 5';
  const utf8 = (text: string): Buffer => Buffer.from(text, 'latin1');
  const asked = (more: Record<string, string>): TestFlow => open().client(frame(1, 5, 1, post(more)));

  it('of_grpc_web_is_told_as_one_of_grpc', () => {
    const flow = open().client(Buffer.concat([frame(1, 4, 1, post(web)), frame(0, 1, 1, '\0\0\0\0\x01a')]));
    flow.server(Buffer.concat([frame(1, 4, 1, ok(web)), frame(0, 0, 1, '\0\0\0\0\x02a'), frame(0, 1, 1, utf8(`b${trailers}`))]));
    expect(flow.records[0]).toMatchObject({
      'rpc.system': 'grpc',
      'rpc.service': 'loom.v1.Weaver',
      'rpc.method': 'Weave',
      'rpc.grpc.status_code': 5,
      'rpc.request.messages': 1,
      'rpc.response.messages': 1,
      'event.outcome': 'failure',
    });
    expect(flow.protocols).toContain('grpc-web');
    expect(flow.protocols).not.toContain('grpc');
  });

  it('is_counted_by_the_type_of_the_request_where_that_of_the_answer_is_hidden', () => {
    const hidden = Buffer.concat([ok(), Buffer.from([0xbe])]);
    const flow = asked(web).server(Buffer.concat([frame(1, 4, 1, hidden), frame(0, 1, 1, utf8(`\0\0\0\0\0${trailers}`))]));
    expect(flow.records[0]).toMatchObject({ 'http2.hidden_headers': 1, 'rpc.response.messages': 1, 'rpc.grpc.status_code': 5 });
  });

  it('is_counted_no_further_behind_a_hole_between_frames', () => {
    const flow = asked(web).server(Buffer.concat([frame(1, 4, 1, ok(web)), frame(0, 0, 1, '\0\0\0\0\x01a')]));
    flow.gap(Side.destination, 40).server(Buffer.concat([frame(0, 0, 1, '\0\0\0\0\x01c'), frame(0, 1, 1, utf8(trailers))]));
    expect(flow.finish()[0]).toMatchObject({ 'rpc.response.messages': 1, 'event.outcome': 'unknown' });
    expect(flow.records[0]).not.toHaveProperty(['rpc.grpc.status_code']);
  });

  it('of_connect_has_its_error_in_the_body_unless_the_answer_was_captured_before_the_request', () => {
    const unary = { 'content-type': 'application/proto', 'connect-protocol-version': '1' };
    const answer = block({ ':status': '503', 'content-type': 'application/json' });
    const answered = Buffer.concat([frame(1, 4, 1, answer), frame(0, 1, 1, '{"code":"unavailable"}')]);
    expect(asked(unary).server(answered).records[0]).toMatchObject({
      'rpc.system': 'connect_rpc',
      'rpc.connect_rpc.error_code': 'unavailable',
      'rpc.response.messages': 0,
      'event.outcome': 'failure',
    });
    const early = open()
      .server(answered)
      .client(frame(1, 5, 1, post(unary)));
    expect(early.finish()[0]).toMatchObject({ 'rpc.system': 'connect_rpc', 'rpc.request.messages': 1, 'event.outcome': 'failure' });
    expect(early.records[0]).not.toHaveProperty(['rpc.response.messages']);
  });
});

describe('what is missing', () => {
  it('of_data_is_counted_and_the_framing_goes_on', () => {
    const flow = open().client(frame(1, 5, 1, get('/')));
    flow.server(Buffer.concat([frame(1, 4, 1, ok()), frame(0, 0, 1, 'x'.repeat(100)).subarray(0, 50)]));
    flow.gap(Side.destination, 59).server(frame(0, 1, 1, 'end'));
    expect(flow.records[0]).toMatchObject({ 'http.response.body.bytes': 103, 'flow.missed_bytes': 59 });
    expect(flow.records[0]).not.toHaveProperty(['http.response.body.hash.md5']);
  });

  it('of_a_header_block_hides_what_later_ones_refer_to_and_nothing_is_invented', () => {
    const indexed = Buffer.concat([get('/a'), Buffer.from('4001780131', 'hex')]);
    const flow = open()
      .client(frame(1, 5, 1, indexed))
      .server(frame(1, 5, 1, ok()))
      .gap(Side.source, 40);
    flow.client(frame(8, 0, 0, code(9))).client(frame(1, 5, 3, Buffer.concat([get('/b'), Buffer.from([0xbe])])));
    flow.server(frame(1, 5, 3, ok()));
    expect(flow.records[1]).toMatchObject({ 'url.path': '/b', 'http2.hidden_headers': 1 });
    expect(flow.records[1]).not.toHaveProperty(['http.request.headers']);
  });

  it('between_frames_may_be_of_any_body_under_way_and_none_of_them_has_a_hash', () => {
    const grpc = { 'content-type': 'application/grpc' };
    const flow = open();
    for (const id of [1, 3, 5]) flow.client(frame(1, 5, id, get('/loom.v1.Weaver/Weave', grpc)));
    flow.server(Buffer.concat([frame(1, 4, 1, ok(grpc)), frame(0, 0, 1, '\0\0\0\0\x01a')]));
    flow.server(Buffer.concat([frame(1, 4, 3, ok()), frame(0, 1, 3, 'whole')]));
    flow.gap(Side.destination, 40);
    const after = Buffer.concat([frame(0, 0, 1, '\0\0\0\0\x01c'), frame(1, 5, 1, block({ 'grpc-status': '0' })), frame(1, 5, 5, ok())]);
    flow.server(after);
    const [whole, holed, answeredBehind] = flow.finish();
    expect(whole).toMatchObject({ 'http2.stream.id': 3, 'http.response.body.bytes': 5 });
    expect(whole).toHaveProperty(['http.response.body.hash.sha256']);
    expect(whole).not.toHaveProperty(['flow.missed_bytes']);
    expect(holed).toMatchObject({ 'http2.stream.id': 1, 'rpc.response.messages': 1, 'flow.missed_bytes': 40 });
    expect(holed).not.toHaveProperty(['http.response.body.hash.sha256']);
    expect(answeredBehind).toMatchObject({ 'http2.stream.id': 5, 'flow.missed_bytes': 40 });
  });

  it('before_trailers_is_a_body_of_which_nothing_is_known', () => {
    const [record] = new TestFlow(protocol)
      .server(Buffer.concat([frame(0, 0, 7, 'end'), frame(1, 5, 7, block({ 'x-sum': '1' }))]))
      .finish();
    expect(record).toMatchObject({ 'http2.stream.id': 7, 'http.response.headers': { 'x-sum': '1' } });
    expect(record).not.toHaveProperty(['http.response.body.bytes']);
  });

  it('before_the_capture_leaves_open_who_asks_until_a_header_block_tells', () => {
    const answered = new TestFlow(protocol).client(Buffer.concat([frame(1, 4, 7, ok()), frame(0, 1, 7, 'hello')]));
    expect(answered.records[0]).toMatchObject({ 'http.response.status_code': 200, 'http.response.body.bytes': 5 });
    expect(answered.records[0]).not.toHaveProperty(['http.request.body.bytes']);
    const asked = new TestFlow(protocol).server(Buffer.concat([frame(1, 4, 9, get('/up')), frame(0, 1, 9, 'hello')]));
    expect(asked.finish()[0]).toMatchObject({ 'url.path': '/up', 'http.request.body.bytes': 5 });
  });

  it('before_the_capture_is_a_whole_side_or_the_beginning', () => {
    const responses = new TestFlow(protocol).server(
      Buffer.concat([settings, frame(1, 5, 7, ok()), frame(1, 5, 9, block({ ':status': '404' }))]),
    );
    expect(pairs(responses)).toEqual(['- - 200', '- - 404']);
    const requests = new TestFlow(protocol).client(Buffer.concat([preface, settings, frame(1, 5, 1, get('/only'))]));
    expect(pairs(requests)).toEqual(['GET /only -']);
  });

  it('a_connection_from_the_middle_on_is_recognised_by_frames_in_a_row', () => {
    const middle = Buffer.concat([frame(8, 0, 0, code(9)), frame(1, 5, 7, get('/')), frame(6, 0, 0, '12345678')]);
    expect(detectStream(middle, 0, middle.length)).toBe(Verdict.either);
    expect(detectStream(middle, 0, middle.length - 1)).toBe(Verdict.needMore);
    expect(detectStream(Buffer.concat([middle.subarray(0, 13), Buffer.from('not a frame at all')]), 0, 31)).toBe(Verdict.no);
  });

  it('a_header_block_or_a_promise_tells_who_sends_the_frames', () => {
    const role = (...frames: Buffer[]): Verdict => {
      const bytes = Buffer.concat([frame(8, 0, 0, code(9)), ...frames, frame(8, 0, 0, code(9)), frame(8, 0, 0, code(9))]);
      return detectStream(bytes, 0, bytes.length);
    };
    const headers = (octet: number): Verdict => role(frame(1, 5, 7, Buffer.from([octet, 0x84])));
    expect([0x82, 0x87, 0x41, 0x01, 0x14].map(headers)).toEqual(Array<Verdict>(5).fill(Verdict.client));
    expect([0x88, 0x8e, 0x48, 0x08, 0x1e].map(headers)).toEqual(Array<Verdict>(5).fill(Verdict.server));
    expect([0x80, 0x8f, 0xbe, 0x40, 0x4f, 0x21, 0x00, 0x0f].map(headers)).toEqual(Array<Verdict>(8).fill(Verdict.either));
    expect(role(frame(1, 0x2d, 7, Buffer.from([1, 0, 0, 0, 0, 9, 0x88, 0])))).toBe(Verdict.server);
    expect(role(frame(5, 4, 7, Buffer.concat([code(8), Buffer.from([0x82])])))).toBe(Verdict.server);
    expect(role(frame(0, 0, 7, 'x'), frame(0, 0, 7, 'y'), frame(1, 5, 9, Buffer.from([0x83])))).toBe(Verdict.client);
  });
});

describe('bounds', () => {
  it('the_stream_opened_first_goes_out_when_too_many_are_open', () => {
    const flow = open();
    for (let id = 1; id <= 2 * 1025; id += 2) flow.client(frame(1, 5, id, get(`/${id}`)));
    expect(flow.records).toHaveLength(1);
    expect(flow.records[0]!['url.path']).toBe('/1');
    expect(flow.pastLimit).toBe(1);
  });

  it('late_answers_on_streams_that_went_out_push_out_no_others', () => {
    const flow = open();
    const ids = Array.from({ length: 3 * streamLimit }, (_, number) => 2 * number + 1);
    for (const id of ids) flow.client(frame(1, 5, id, get(`/${id}`)));
    for (const id of ids) flow.server(frame(1, 5, id, ok()));
    const wentOut = ids.slice(0, 2 * streamLimit).map((id) => `GET /${id} -`);
    expect(pairs(flow)).toEqual([...wentOut, ...ids.slice(2 * streamLimit).map((id) => `GET /${id} 200`)]);
    expect(flow.pastLimit).toBe(2 * streamLimit);
  });

  it('an_answer_that_was_captured_before_its_request_is_kept_for_it', () => {
    const flow = open().client(frame(1, 5, 1, get('/1')));
    flow.server(Buffer.concat([frame(1, 5, 3, ok()), frame(1, 5, 1, ok())])).client(frame(1, 5, 3, get('/3')));
    expect(pairs(flow)).toEqual(['GET /1 200', 'GET /3 200']);
  });

  it('continuation_frames_without_end_are_not_gathered_without_end', () => {
    const flow = open().client(frame(1, 1, 1, get('/flood')));
    for (let i = 0; i < 40; i++) flow.client(frame(9, 0, 1, Buffer.alloc(16_000, 0x82)));
    flow.client(frame(9, 4, 1)).server(frame(1, 5, 1, ok()));
    expect(flow.finish()[0]).toMatchObject({ 'http.anomalies': ['headers-past-limit'], 'http.response.status_code': 200 });
  });

  it('a_stream_without_frames_is_given_up_with_a_reason', () => {
    const flow = new TestFlow(protocol);
    const junk = Buffer.alloc(1 << 20, 0x7f);
    for (let i = 0; i < 5; i++) flow.client(junk).server(junk);
    expect(flow.abandoned).toBe('http2-no-frame');
  });
});
