import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Capture } from '@orbweaver/contracts/http/captures.ts';
import type { SearchAnswer } from '@orbweaver/contracts/http/search.ts';
import { CaptureMaker, manyFlows } from './capture-maker.ts';
import { problemOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ uploadLimit: '1MB' });
});
afterAll(() => server.stop());

const search = async (datasets: string[], query: string) =>
  (await (await server.post('search', { datasets, query })).json()) as SearchAnswer;

const talk = new CaptureMaker()
  .exchange(
    '10.0.0.7',
    40_000,
    '10.0.0.9',
    80,
    'GET /login?user=joe&password=hunter2 HTTP/1.1\r\nHost: shop.test\r\nAuthorization: Bearer abc.def\r\nCookie: sid=s3cret; theme=dark\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: sid=n3w; HttpOnly\r\n\r\nok',
  )
  .build();

test('an_uploaded_capture_is_analysed_and_its_records_are_found', async () => {
  const capture = Capture.parse(await server.bringIn('talk.pcap', talk));
  expect(capture).toMatchObject({
    name: 'talk.pcap',
    state: 'done',
    progress: 1,
    packets: 8,
    bytes: talk.length,
    sha256: createHash('sha256').update(talk).digest('hex'),
    uploaded_by: 'admin',
    records: { flow: 1, http: 1 },
    first: '2026-01-02T03:04:05.001000Z',
    last: '2026-01-02T03:04:05.008000Z',
    summary: { packets: 8, in_flows: 8, not_ip: 0, refused: {} },
  });
  const { records } = await search(['http'], 'log.file.path: "talk.pcap"');
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200, 'url.domain': 'shop.test' });
});

test('secrets_never_reach_the_store', async () => {
  const { records } = await search(['http'], 'url.domain: shop.test');
  expect(JSON.stringify(records)).not.toMatch(/hunter2|abc\.def|s3cret|n3w/);
  expect(records[0]).toMatchObject({
    'url.original': '/login?user=joe&password=***',
    'url.query': 'user=joe&password=***',
    'http.request.headers': { authorization: 'Bearer ***', cookie: 'sid=***; theme=***' },
    'http.response.headers': { 'set-cookie': 'sid=***; HttpOnly' },
  });
});

test('the_file_can_be_had_back_as_it_was', async () => {
  const [{ id }] = (await server.get('captures')) as [Capture];
  const response = await server.call(`captures/${id}/file`);
  expect(Buffer.from(await response.arrayBuffer()).equals(talk)).toBe(true);
  expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''talk.pcap");
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
});

test('the_same_capture_again_is_refused_and_named', async () => {
  const response = await server.upload('copy.pcap', talk);
  expect(response.status).toBe(409);
  expect((await problemOf(response)).detail).toContain('talk.pcap');
});

test('two_captures_of_one_name_are_told_apart', async () => {
  const first = await server.bringIn('same.pcap', manyFlows(3));
  const second = await server.bringIn('same.pcap', gzipSync(manyFlows(4)));
  expect([first.name, second.name]).toEqual(['same.pcap', 'same (2).pcap']);
  expect([first.records['flow'], second.records['flow']]).toEqual([3, 4]);
});

test('deleting_a_capture_takes_its_records_and_its_file', async () => {
  const { id, name } = await server.bringIn('gone.pcap', manyFlows(5).fill(0x11, 60, 61));
  expect((await search(['flow'], `log.file.path: "${name}"`)).total.value).toBe(5);
  expect((await server.call(`captures/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await search(['flow'], `log.file.path: "${name}"`)).total.value).toBe(0);
  expect((await server.call(`captures/${id}`)).status).toBe(404);
  expect((await server.call(`captures/${id}`, { method: 'DELETE' })).status).toBe(404);
  expect(await readdir(join(server.data, 'captures'))).not.toContain(`${id}.capture`);
});

test('what_is_no_capture_is_refused_and_leaves_nothing', async () => {
  const before = await readdir(join(server.data, 'captures'));
  const cases: [string, Buffer, number, RegExp][] = [
    ['text', Buffer.from('Hello, this is a text file.\n'), 415, /text/],
    ['empty', Buffer.alloc(0), 415, /empty/],
    ['zeros', Buffer.alloc(100_000), 415, /pcap/],
    ['gzipped text', gzipSync('Hello, this is a text file.\n'), 415, /text/],
  ];
  for (const [what, body, status, detail] of cases) {
    const response = await server.upload(`${what}.pcap`, body);
    expect(response.status, what).toBe(status);
    expect((await problemOf(response)).detail, what).toMatch(detail);
  }
  expect(await readdir(join(server.data, 'captures'))).toEqual(before);
});

test('a_capture_that_ends_early_is_done_with_a_word_on_it', async () => {
  const capture = await server.bringIn('cut.pcap', manyFlows(10).subarray(0, -7));
  expect(capture.state).toBe('done');
  expect(capture.packets).toBe(9);
  expect(capture.message).toMatch(/byte \d+/);
});

test('an_upload_over_the_limit_is_refused_told_or_not', async () => {
  const large = Buffer.concat([manyFlows(1), Buffer.alloc(1_200_000)]);
  const told = await server.upload('large.pcap', large);
  expect(told.status).toBe(413);
  expect((await problemOf(told)).detail).toContain('1.0 MB');
  const chunks = new ReadableStream({
    start(controller) {
      for (let i = 0; i < large.length; i += 65_536) controller.enqueue(large.subarray(i, i + 65_536));
      controller.close();
    },
  });
  // The server answers and closes while the rest is still coming; whether the client sees the answer or a broken connection is the network's choice.
  const untold = await server.upload('large.pcap', chunks).catch(() => undefined);
  if (untold !== undefined) expect(untold.status).toBe(413);
  const names = ((await server.get('captures')) as Capture[]).map(({ name }) => name);
  expect(names).not.toContain('large.pcap');
});

test('an_upload_that_breaks_off_leaves_nothing', async () => {
  const before = await readdir(join(server.data, 'captures'));
  const partial = manyFlows(100);
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${server.server.url}/api/v1/captures?name=broken.pcap`, {
      method: 'POST',
      headers: { authorization: server.authorization, 'content-type': 'application/octet-stream', 'content-length': partial.length * 2 },
    });
    request.on('error', () => {
      resolve();
    });
    request.write(partial, () => request.destroy());
  });
  await expect.poll(() => readdir(join(server.data, 'captures'))).toEqual(before);
});

test('without_the_content_type_of_a_file_an_upload_is_refused', async () => {
  const response = await server.call('captures?name=a.pcap', {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: 'x',
  });
  expect(response.status).toBe(415);
  const json = await server.post('captures?name=a.pcap', {});
  expect(json.status).toBe(415);
  const name = await server.upload('../../etc/passwd', talk);
  expect((await problemOf(name)).errors?.[0]?.path).toBe('name');
});

test('deleting_a_capture_leaves_the_records_that_another_has_as_well', async () => {
  const shared = new CaptureMaker()
    .exchange('10.1.0.1', 41_000, '10.1.0.2', 80, 'GET /shared HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n')
    .build();
  const first = Capture.parse(await server.bringIn('plain.pcap', shared));
  const second = Capture.parse(await server.bringIn('packed.pcap.gz', gzipSync(shared)));
  expect((await search(['http'], 'url.path: "/shared"')).total.value).toBe(1);
  expect((await server.call(`captures/${second.id}`, { method: 'DELETE' })).status).toBe(204);
  await expect.poll(async () => ((await server.get(`captures/${first.id}`)) as Capture).state, { timeout: 30_000 }).toBe('done');
  const { records } = await search(['http'], 'url.path: "/shared"');
  expect(records.map((record) => record['log.file.path'])).toEqual(['plain.pcap']);
});
