import { gzipSync } from 'node:zlib';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { describe, expect, it } from 'vitest';
import { errorLimit } from '../rpc/call-body.ts';
import { endLimit } from '../rpc/message-count.ts';
import { client, hear, pick, recordsOf, server, timeless, type Event } from './talk.ts';

const names = 'system service method grpc.status_code connect_rpc.error_code request.messages response.messages'.split(' ');
const told = (record: TrafficRecord | undefined): Record<string, unknown> =>
  pick(record, ...names.map((name) => `rpc.${name}`), 'event.outcome');

/** A frame as Latin-1. */
function frame(flags: number, text: string | Uint8Array): string {
  const body = Buffer.from(text as string, 'latin1');
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]).toString('latin1');
}

const trailers = (text: string): string => frame(0x80, text);
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const path = '/loom.v1.Weaver/Weave';

function post(type: string, body: string, more = '', target = path): string {
  return `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function answer(type: string, body: string, more = '', status = 200): string {
  const line = type === '' ? '' : `Content-Type: ${type}\r\n`;
  return `HTTP/1.1 ${status} X\r\n${line}${more}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function chunked(type: string, ...chunks: string[]): string {
  const body = [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
}

const toldOf = (...events: Event[]): Record<string, unknown> => told(recordsOf(events)[0]);
const call = { 'rpc.service': 'loom.v1.Weaver', 'rpc.method': 'Weave' };

describe('a call of grpc-web', () => {
  const web = 'application/grpc-web+proto';
  const asks = client(post(web, frame(0, 'warp')));

  it('counts_messages_and_has_its_status_in_the_last_frame_however_it_is_cut', () => {
    const body = [frame(0, 'one'), frame(1, ''), trailers('Grpc-Status: 5\r\ngrpc-message: none\r\n')].join('');
    const events = [asks, server(chunked(`${web}; charset=utf-8`, body.slice(0, 3), body.slice(3)))];
    const { records, flow } = hear(events);
    expect(told(records[0])).toEqual({
      ...call,
      'rpc.system': 'grpc',
      'rpc.grpc.status_code': 5,
      'rpc.request.messages': 1,
      'rpc.response.messages': 2,
      'event.outcome': 'failure',
    });
    expect(flow.protocols).toContain('grpc-web');
    expect(timeless(hear(events, {}, 1).records)).toEqual(timeless(records));
  });

  it('has_its_status_in_the_headers_where_it_has_no_body', () => {
    expect(toldOf(asks, server(answer(web, '', 'grpc-status: 12\r\n')))).toMatchObject({
      'rpc.grpc.status_code': 12,
      'rpc.response.messages': 0,
      'event.outcome': 'failure',
    });
    expect(toldOf(asks, server(answer(web, '', 'grpc-status: 0\r\n', 503)))).toMatchObject({ 'event.outcome': 'failure' });
    expect(toldOf(asks, server(answer('', '', 'Grpc-Status: 0\r\n')))).toMatchObject({
      'rpc.grpc.status_code': 0,
      'event.outcome': 'success',
    });
  });

  it('in_base64_may_be_padded_behind_each_frame_and_cut_anywhere', () => {
    const text = 'application/grpc-web-text';
    const frames = [frame(0, 'a'), frame(0, 'bc'), frame(0, 'def'), trailers('grpc-status:0')];
    for (const body of [frames.map(base64).join(''), base64(frames.join(''))]) {
      const events = [client(post(text, base64(frame(0, 'warp')))), server(answer(`${text}+proto`, body))];
      for (let piece = 1; piece < 9; piece++) {
        expect(told(hear(events, {}, piece).records[0])).toEqual({
          ...call,
          'rpc.system': 'grpc',
          'rpc.grpc.status_code': 0,
          'rpc.request.messages': 1,
          'rpc.response.messages': 3,
          'event.outcome': 'success',
        });
      }
    }
  });

  it('in_base64_is_longer_than_what_is_decoded_at_a_time', () => {
    const body = base64(frame(0, 'a')) + base64(frame(0, 'b').repeat(2000) + trailers('grpc-status: 0'));
    const heard = toldOf(client(post('application/grpc-web-text', '')), server(answer('application/grpc-web-text', body)));
    expect(heard).toMatchObject({ 'rpc.response.messages': 2001, 'rpc.grpc.status_code': 0 });
  });

  it('in_base64_that_is_none_has_the_messages_before_and_no_status', () => {
    const good = base64(frame(0, 'abcd'));
    const rest = base64(frame(0, 'abcd') + trailers('grpc-status: 0'));
    for (const odd of ['*', '=', '====', 'A===', 'AA=A', '\xff']) {
      const heard = toldOf(client(post('application/grpc-web-text', '')), server(answer('application/grpc-web-text', good + odd + rest)));
      expect(heard).toMatchObject({ 'rpc.response.messages': 1, 'event.outcome': 'unknown' });
      expect(heard).not.toHaveProperty(['rpc.grpc.status_code']);
    }
  });

  it('in_base64_ends_its_count_with_a_hole', () => {
    const text = base64(frame(0, 'x'.repeat(300)));
    const after = text.slice(104) + base64(trailers('grpc-status: 0'));
    const whole = answer('application/grpc-web-text', text + text.slice(0, 104) + after);
    const at = whole.length - after.length - 4;
    const holed = [server(whole.slice(0, at)), { gap: 'server', length: 4 } as const, server(whole.slice(at + 4))];
    const heard = toldOf(client(post('application/grpc-web-text', '')), ...holed);
    expect(heard).toMatchObject({ 'rpc.response.messages': 1, 'event.outcome': 'unknown' });
  });

  it('that_is_broken_off_or_says_no_status_has_no_outcome', () => {
    const whole = answer(web, frame(0, 'one') + trailers('grpc-status: 0'));
    const unknown = { 'rpc.response.messages': 1, 'event.outcome': 'unknown' };
    for (const odd of [whole.slice(0, -1), answer(web, frame(0, 'one') + trailers('grpc-message: x')), answer(web, frame(0, 'one'))]) {
      expect(toldOf(asks, server(odd))).toMatchObject(unknown);
      expect(toldOf(asks, server(odd))).not.toHaveProperty(['rpc.grpc.status_code']);
    }
    expect(toldOf(asks, server(whole))).toMatchObject({ 'rpc.grpc.status_code': 0, 'event.outcome': 'success' });
  });

  it('ends_with_its_trailers_whatever_comes_behind_them', () => {
    const body = frame(0, 'x') + trailers('grpc-status: 0') + frame(0, 'y') + trailers('grpc-status: 9');
    expect(toldOf(asks, server(answer(web, body)))).toMatchObject({ 'rpc.response.messages': 1, 'rpc.grpc.status_code': 0 });
  });

  it('that_a_proxy_refuses_is_a_call_of_which_the_answer_tells_nothing', () => {
    expect(toldOf(asks, server(answer('text/html', '<h1>no</h1>', '', 503)))).toEqual({
      ...call,
      'rpc.system': 'grpc',
      'rpc.request.messages': 1,
      'event.outcome': 'failure',
    });
  });

  it('with_a_hole_is_counted_on_only_where_the_next_frame_is_certain', () => {
    const body = frame(0, 'x'.repeat(100)) + frame(0, 'y') + trailers('grpc-status: 12');
    const head = answer(web, body).slice(0, -body.length);
    const holed = (at: number, length: number): Record<string, unknown> =>
      toldOf(asks, server(head + body.slice(0, at)), { gap: 'server', length }, server(body.slice(at + length)));
    expect(holed(50, 40)).toMatchObject({ 'rpc.response.messages': 2, 'rpc.grpc.status_code': 12 });
    expect(holed(50, 60)).toMatchObject({ 'rpc.response.messages': 0, 'event.outcome': 'unknown' });
    expect(holed(body.length - 2, 1)).toMatchObject({ 'rpc.response.messages': 2, 'event.outcome': 'unknown' });
    expect(holed(body.length - 2, 1)).not.toHaveProperty(['rpc.grpc.status_code']);
  });

  it('below_a_content_coding_has_no_counts', () => {
    const body = gzipSync(Buffer.from(frame(0, 'x') + trailers('grpc-status: 0'), 'latin1')).toString('latin1');
    expect(toldOf(asks, server(answer(web, body, 'Content-Encoding: gzip\r\n')))).toEqual({
      ...call,
      'rpc.system': 'grpc',
      'rpc.request.messages': 1,
      'event.outcome': 'unknown',
    });
  });

  it('has_trailers_that_are_compressed_or_past_the_limit', () => {
    const packed = frame(0x81, gzipSync('grpc-status: 7\r\n'));
    expect(toldOf(asks, server(answer(web, packed)))).toMatchObject({ 'rpc.grpc.status_code': 7, 'rpc.response.messages': 0 });
    const bomb = frame(0x81, gzipSync(`grpc-status: 7\r\n${'x'.repeat(1 << 20)}`));
    const long = (length: number): string => trailers('grpc-status: 7\r\n'.padEnd(length, 'x'));
    expect(toldOf(asks, server(answer(web, long(endLimit))))).toMatchObject({ 'rpc.grpc.status_code': 7 });
    for (const odd of [bomb, frame(0x81, 'grpc-status: 7'), long(endLimit + 1), frame(0x84, 'grpc-status: 7')]) {
      const heard = toldOf(asks, server(answer(web, odd)));
      expect(heard).toMatchObject({ 'event.outcome': 'unknown' });
      expect(heard).not.toHaveProperty(['rpc.grpc.status_code']);
    }
  });

  it('is_told_by_either_side_alone', () => {
    expect(toldOf(asks)).toEqual({ ...call, 'rpc.system': 'grpc', 'rpc.request.messages': 1, 'event.outcome': 'unknown' });
    expect(toldOf(server(answer(web, frame(0, 'x') + trailers('grpc-status: 0'))))).toEqual({
      'rpc.system': 'grpc',
      'rpc.grpc.status_code': 0,
      'rpc.response.messages': 1,
      'event.outcome': 'success',
    });
  });

  it('has_its_service_behind_the_prefix_of_the_server_and_before_a_query', () => {
    const targets = [`/api/v2${path}`, `${path}?x=/y/z`, `http://a${path}`, path];
    for (const target of targets) expect(toldOf(client(post(web, '', '', target)))).toMatchObject(call);
    expect(toldOf(client(post(web, '', '', '/Weave')))).toMatchObject({ 'rpc.method': 'Weave' });
    expect(toldOf(client(post(web, '', '', '/Weave')))).not.toHaveProperty(['rpc.service']);
  });
});

describe('a stream of connect', () => {
  const type = 'application/connect+json';
  const asks = client(post(type, frame(0, '{}') + frame(0, '{}')));
  const ends = (text: string, flags = 0x02): Record<string, unknown> =>
    toldOf(asks, server(chunked(type, frame(0, '{}') + frame(flags, text))));

  it('counts_messages_and_succeeds_without_an_error_at_its_end', () => {
    expect(ends('{}')).toEqual({
      ...call,
      'rpc.system': 'connect_rpc',
      'rpc.request.messages': 2,
      'rpc.response.messages': 1,
      'event.outcome': 'success',
    });
    expect(ends('{"metadata":{"a":["b"]},"error":null}')).toMatchObject({ 'event.outcome': 'success' });
  });

  it('fails_by_the_error_at_its_end', () => {
    const json = '{"error":{"code":"unavailable","message":"caf\\u00e9"}}';
    for (const heard of [ends(json), ends(gzipSync(json).toString('latin1'), 0x03)]) {
      expect(heard).toMatchObject({ 'rpc.connect_rpc.error_code': 'unavailable', 'rpc.response.messages': 1, 'event.outcome': 'failure' });
    }
  });

  it('does_not_have_codes_that_are_none', () => {
    for (const json of ['{"error":{}}', '{"error":{"code":"mine"}}', '{"error":{"code":5}}', '{"error":"x"}']) {
      expect(ends(json)).toMatchObject({ 'event.outcome': 'failure' });
      expect(ends(json)).not.toHaveProperty(['rpc.connect_rpc.error_code']);
    }
  });

  it('has_no_outcome_where_its_end_did_not_come_or_makes_no_sense', () => {
    for (const odd of ['', '[]', '{', `{"a":"${'x'.repeat(endLimit)}"}`]) expect(ends(odd)).toMatchObject({ 'event.outcome': 'unknown' });
    expect(ends('{}', 0x03)).toMatchObject({ 'event.outcome': 'unknown' });
    expect(ends('{}', 0)).toMatchObject({ 'event.outcome': 'unknown', 'rpc.response.messages': 2 });
  });
});

describe('a unary call of connect', () => {
  const version = 'Connect-Protocol-Version: 1\r\n';
  const asks = client(post('application/json', '{}', version));
  const fails = (body: string, more = '', type = 'application/json'): Record<string, unknown> =>
    toldOf(asks, server(answer(type, body, more, 404)));

  it('has_a_message_each_way', () => {
    const success = {
      ...call,
      'rpc.system': 'connect_rpc',
      'rpc.request.messages': 1,
      'rpc.response.messages': 1,
      'event.outcome': 'success',
    };
    const { records, flow } = hear([asks, server(answer('application/json', '{"code":"not_found"}'))]);
    expect(told(records[0])).toEqual(success);
    expect(flow.protocols).toContain('connect-rpc');
    expect(toldOf(client(post('application/proto', '', version)), server(answer('application/proto', '')))).toEqual(success);
    const get = (query: string): Event => client(`GET ${path}?${query} HTTP/1.1\r\nHost: a\r\n\r\n`);
    for (const query of ['connect=v1&encoding=json&message=%7B%7D', 'base64=1&connect=v1&encoding=proto&message=']) {
      expect(toldOf(get(query), server(answer('application/proto', 'x')))).toEqual(success);
    }
    for (const query of ['connect=v1', 'connect=v12&encoding=json&message=', 'encoding=json&message=&x=connect=v1']) {
      expect(toldOf(get(query), server(answer('application/json', '{}')))).toEqual({ 'event.outcome': 'success' });
    }
  });

  it('fails_by_the_code_in_the_body_of_its_answer', () => {
    const json = '{"code":"not_found","message":"no such thread"}';
    const failure = {
      ...call,
      'rpc.system': 'connect_rpc',
      'rpc.connect_rpc.error_code': 'not_found',
      'rpc.request.messages': 1,
      'rpc.response.messages': 0,
      'event.outcome': 'failure',
    };
    expect(fails(json, '', 'Application/JSON; charset=utf-8')).toEqual(failure);
    expect(fails(gzipSync(json).toString('latin1'), 'Content-Encoding: gzip\r\n')).toEqual(failure);
  });

  it('has_no_code_where_the_body_tells_none_breaks_off_or_is_past_the_limit', () => {
    const long = (length: number): string => `{"code":"not_found","message":"${'x'.repeat(length - 33)}"}`;
    expect(fails(long(errorLimit))).toHaveProperty(['rpc.connect_rpc.error_code'], 'not_found');
    const json = '{"code":"not_found"}';
    const broken = toldOf(asks, server(answer('application/json', json, '', 404).slice(0, -1)));
    const [begun, ended] = answer('application/json', '{"code":"not_found","message":"abc"}', '', 404).split('b');
    const holed = toldOf(asks, server(begun!), { gap: 'server', length: 1 }, server(ended!));
    for (const heard of [
      broken,
      holed,
      fails('{"code":"gone"}'),
      fails('<p>'),
      fails(json, '', 'text/html'),
      fails(long(errorLimit + 1)),
    ]) {
      expect(heard).toMatchObject({ 'rpc.system': 'connect_rpc', 'event.outcome': 'failure' });
      expect(heard).not.toHaveProperty(['rpc.connect_rpc.error_code']);
    }
  });

  it('that_is_broken_off_has_no_outcome', () => {
    expect(toldOf(asks, server(answer('application/json', '{"a":1}').slice(0, -1)))).toMatchObject({
      'rpc.request.messages': 1,
      'rpc.response.messages': 0,
      'event.outcome': 'unknown',
    });
    expect(toldOf(client(post('application/json', '{}', version).slice(0, -1)))).toMatchObject({ 'rpc.request.messages': 0 });
  });

  it('is_not_what_only_looks_like_one', () => {
    const failure = server(answer('application/json', '{"code":"not_found"}', '', 404));
    for (const request of [
      post('application/json', '{}'),
      post('application/proto', ''),
      post('application/json', '{}', 'Connect-Protocol-Version: 2\r\n'),
      post('application/json', '{}', version).replace('POST', 'PUT'),
      post('application/grpc', ''),
      post('application/connection', ''),
      post('application/grpc-webs', ''),
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      expect(toldOf(client(request), failure)).toEqual({ 'event.outcome': 'failure' });
    }
  });
});
