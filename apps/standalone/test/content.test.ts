import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchAnswer } from '@orbweaver/contracts/http/search.ts';
import { maxDecodedBytes } from '@orbweaver/search-api/records/decode-content.ts';
import { CaptureMaker } from './capture-maker.ts';
import { problemOf, startTestServer, type TestServer } from './test-server.ts';

const page = Buffer.from('<script>alert(1)</script>'.repeat(40));
const codings: Record<string, Buffer> = {
  gzip: gzipSync(page),
  deflate: deflateSync(page),
  br: brotliCompressSync(page),
  zstd: zstdCompressSync(page),
};
const odd: Record<string, [coding: string, body: Buffer, plain: Buffer | undefined]> = {
  'bare deflate': ['deflate', deflateRawSync(page), page],
  twice: ['gzip, br', brotliCompressSync(gzipSync(page)), page],
  unknown: ['x-secret', page, undefined],
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const maker = new CaptureMaker();
  let port = 40_000;
  const add = (name: string, coding: string, body: Buffer) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: ${coding}\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
    maker.exchange(
      '10.0.0.7',
      port++,
      '10.0.0.9',
      80,
      `GET /${encodeURIComponent(name)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      Buffer.concat([Buffer.from(head), body]),
    );
  };
  for (const [coding, body] of Object.entries(codings)) add(coding, coding, body);
  for (const [name, [coding, body]] of Object.entries(odd)) add(name, coding, body);
  // Some 33 kB that claim to be 33 MB, in one segment of a jumbo frame.
  add('bomb', 'gzip', gzipSync(Buffer.alloc(maxDecodedBytes + 1_000_000), { level: 9 }));
  await server.bringIn('bodies.pcap', maker.build());
});
afterAll(() => server.stop());

async function body(path: string, parameters = ''): Promise<Response> {
  const query = `url.path: "/${encodeURIComponent(path)}"`;
  const { records } = (await (await server.post('search', { datasets: ['http'], query })).json()) as SearchAnswer;
  return server.call(`records/${records[0]!['event.id']}/content/http.response.body.content_id${parameters}`);
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('a_kept_body_comes_as_it_was_on_the_wire_and_decoded_where_asked', async () => {
  for (const [coding, wire] of Object.entries(codings)) {
    expect((await bytesOf(await body(coding))).equals(wire), coding).toBe(true);
    expect((await bytesOf(await body(coding, '?decode=1&dataset=http'))).equals(page), coding).toBe(true);
  }
});

test('odd_codings_are_undone_where_they_can_be', async () => {
  for (const [name, [, , plain]] of Object.entries(odd)) {
    const response = await body(name, '?decode=1');
    if (plain === undefined) expect((await problemOf(response)).status, name).toBe(415);
    else expect((await bytesOf(response)).equals(plain), name).toBe(true);
  }
});

test('what_a_few_bytes_claim_to_be_is_bounded', async () => {
  const decoded = await bytesOf(await body('bomb', '?decode=1'));
  expect(decoded.length).toBe(maxDecodedBytes);
});

test('bytes_from_the_wire_are_never_a_page', async () => {
  const { headers } = await body('gzip', '?decode=1');
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
});

test('a_field_that_opens_nothing_is_not_found', async () => {
  const { records } = (await (await server.post('search', { datasets: ['http'], size: 1 })).json()) as SearchAnswer;
  for (const name of ['http.request.body.content_id', 'url.path', '__proto__', 'nothing'])
    expect((await server.call(`records/${records[0]!['event.id']}/content/${name}`)).status, name).toBe(404);
});
