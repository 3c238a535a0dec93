import type { RawTalk } from './raw-talk.ts';

const ok = (body = 'ok'): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: loom.test\r\n\r\n`;
const post = (target: string, headers: string, body = ''): string => `POST ${target} HTTP/1.1\r\nHost: loom.test\r\n${headers}\r\n${body}`;

/** What no well-behaved client or server says: each shape that the analyzer flags, and the old ways of HTTP. */
export const oddTalks: readonly RawTalk[] = [
  { client: [get('/pipelined/1') + get('/pipelined/2') + get('/pipelined/3'), 50], server: [ok('1') + ok('22'), 10, ok('333')] },
  { client: ['GET /zero-nine\r\n', 50], server: ['<html>nothing but a body</html>'] },
  {
    client: ['GET /bare HTTP/1.1\nHost: loom.test\nX-Folded: one\n  two\nX-Blank : 1\n\n', 50],
    server: ['HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  },
  {
    client: [post('/both', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${get('/hidden')}`), 50],
    server: [ok() + ok()],
  },
  { client: [post('/two-lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n', `abc\r\n${get('/after')}`), 50], server: [ok()] },
  { client: [post('/bad-chunk', 'Transfer-Encoding: chunked\r\n', `zz\r\n${get('/after')}`), 50], server: [ok()] },
  { client: [get('/until-close'), 50], server: ['HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil ', 20, 'the end'] },
  { client: [get('/reset'), 50], server: ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it'], end: 'rst' },
  {
    client: [post('/unfinished', 'Content-Length: 50\r\n', 'less'), 50],
    server: ['HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'],
  },
  { client: ['GET /slow HTTP/1.1\r\nHost: loom.test\r\nX-', 50], server: ['HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'] },
  { client: ['get /lower-case HTTP/1.1\r\nHost: loom.test\r\n\r\n', 50], server: [ok()] },
  { client: ['GET http://other.test:8080/absolute?x=1#y HTTP/1.1\r\nHost: loom.test\r\n\r\n', 50], server: [ok()] },
  {
    client: ['BREW /pot HTTP/1.1\r\nHost: [::1]:80\r\nAuthorization: Digest username="anna", realm="pot"\r\n\r\n', 50],
    server: ["HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n"],
  },
];
