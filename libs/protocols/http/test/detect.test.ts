import { describe, expect, it } from 'vitest';
import { Verdict, detectionLimit } from '../../sdk/module.ts';
import { detect } from '../detect.ts';

const on = (text: string, receiverPort = 49_000): number => {
  const bytes = Buffer.from(`~~${text}~~`, 'latin1');
  return detect(bytes, 2, bytes.length - 2, { senderPort: 40_000, receiverPort });
};

describe('detection', () => {
  it.each([
    'GET / HTTP/1.1\r\n',
    'POST /x HTTP/1.0\n',
    'get /lower HTTP/1.1\r\n',
    'PROPFIND /dav HTTP/1.1\r\n',
    'X-ODD_method * HTTP/1.1\r\n',
    'CONNECT db.test:443 HTTP/1.1\r\n',
    'GET http://a.test/ HTTP/1.1\r\n',
    'GET /with blanks in it HTTP/1.1\r\n',
    'GET HTTP/1.1\r\n',
    '\r\n\r\n GET / HTTP/1.1\r\n',
  ])('%j_is_a_client_on_any_port', (line) => {
    expect(on(line)).toBe(Verdict.client);
  });

  it.each(['HTTP/1.1 200 OK\r\n', 'HTTP/1.0 404\r\n', 'HTTP/1.1 100 '])('%j_is_a_server_on_any_port', (line) => {
    expect(on(line)).toBe(Verdict.server);
  });

  it.each([
    'INVITE sip:bob@b.test SIP/2.0\r\n',
    'SIP/2.0 200 OK\r\n',
    'DESCRIBE rtsp://a.test/ RTSP/1.0\r\n',
    'RTSP/1.0 200 OK\r\n',
    'ICY 200 OK\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'HTTP/1.1 OK\r\n',
    'HTTP/x\r\n',
    'SSH-2.0-OpenSSH_9.6\r\n',
    'EHLO mail.test\r\n',
    'GET key\r\n',
    'GET / WTTP/1.1\r\n',
    '\x16\x03\x01\x02\x00\x01',
    `${'A'.repeat(40)} / HTTP/1.1\r\n`,
    'GET /\0 HTTP/1.1\r\n',
  ])('%j_is_not_http', (line) => {
    expect(on(line)).toBe(Verdict.no);
  });

  it('a_request_without_a_version_is_taken_on_a_web_port_only', () => {
    expect(on('GET /old\r\n', 80)).toBe(Verdict.client);
    expect(on('GET /old\r\n', 6379)).toBe(Verdict.no);
    expect(on('FETCH /old\r\n', 80)).toBe(Verdict.no);
  });

  it('the_beginning_of_a_start_line_waits_for_more', () => {
    for (const line of ['\r\nGET /a?b HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n']) {
      for (let end = 0; end < line.length; end++)
        expect([Verdict.needMore, Verdict.server], line.slice(0, end)).toContain(on(line.slice(0, end)));
    }
  });

  it('a_target_longer_than_detection_sees_is_known_by_itself_where_the_method_is_not', () => {
    const long = 'x'.repeat(detectionLimit);
    expect([`CUSTOM /${long}`, `CUSTOM http://a.test/${long}`].map((text) => on(text))).toEqual([Verdict.client, Verdict.client]);
    expect([`custom text/${long}`, `word / word ${long}`, `CUSTOM ${long}`].map((text) => on(text))).toEqual(Array(3).fill(Verdict.no));
  });

  it('a_target_longer_than_detection_sees_is_known_by_its_method', () => {
    expect(on(`GET /${'a'.repeat(detectionLimit)}`)).toBe(Verdict.client);
    expect(on(' '.repeat(100))).toBe(Verdict.no);
  });
});
