import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openElasticsearchStore } from '@orbweaver/platform/store/elasticsearch/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { freePort } from '@orbweaver/testing/stack/ports.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const repository = join(import.meta.dirname, '../..');
const sample = join(repository, 'libs/testing/captures/sample/shop.pcapng.gz');
const elasticsearch = await sharedServer('elasticsearch');
const redis = await sharedServer('redis');

let data = '';
let control: Service;
let search: Service;
let controlUrl = '';
let searchUrl = '';
let records: readonly Record<string, unknown>[] = [];

/** What `orbweaver analyze` says of the sample lies in Elasticsearch; a control-api and a search-api are up. */
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orbweaver-pipeline-'));
  const { stdout } = await promisify(execFile)(join(repository, 'apps/cli/bin/orbweaver'), ['analyze', '--summary', 'none', sample], {
    maxBuffer: 64 << 20,
  });
  records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const prefix = `${ownPrefix()}orbweaver`;
  const store = await openElasticsearchStore(
    datasets.map(({ schema }) => schema),
    { nodes: [elasticsearch.address], prefix },
  );
  await store.writer.append(Buffer.from(stdout));
  await store.writer.flush();
  await store.close();

  const [controlPort, searchPort] = [await freePort(), await freePort()];
  controlUrl = `http://127.0.0.1:${controlPort}/api/v1`;
  searchUrl = `http://127.0.0.1:${searchPort}/api/v1`;
  const shared = { REDIS_URL: redis.address };
  control = await startService('control-api', { ...shared, PORT: String(controlPort), DATA: data });
  // Without Kafka it is not ready, and signs people in all the same.
  await control.says(/#token=/);
  search = await startService('search-api', {
    ...shared,
    PORT: String(searchPort),
    TOKEN_PUBLIC_KEY: join(data, 'keys/public-key.pem'),
    ELASTICSEARCH_NODES: elasticsearch.address,
    INDEX_PREFIX: prefix,
  });
  await search.ready();
});
afterAll(async () => {
  await control?.end();
  await search?.end();
  await rm(data, { recursive: true, force: true });
});

const json = { 'content-type': 'application/json' };
const ask = (path: string, token: string | undefined, body: unknown) =>
  fetch(`${searchUrl}/${path}`, {
    method: 'POST',
    headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

let session: { token: string; cookie: string };

test('who_has_no_token_gets_no_answer', async () => {
  expect((await ask('search', undefined, { datasets: ['flow'] })).status).toBe(401);
});

test('the_printed_link_signs_in_and_the_token_opens_the_records_in_elasticsearch', async () => {
  const [, token] = await control.says(/#token=(\S+)/);
  const signedIn = await fetch(`${controlUrl}/auth/link`, { method: 'POST', headers: json, body: JSON.stringify({ token }) });
  expect(signedIn.status).toBe(200);
  const { access_token } = (await signedIn.json()) as { access_token: string };
  session = { token: access_token, cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]! };

  const found = new Map<string, unknown>();
  let cursor: string | undefined;
  do {
    const answer = await ask('search', session.token, {
      datasets: datasets.map(({ schema }) => schema.dataset),
      size: 50,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(answer.status).toBe(200);
    const page = (await answer.json()) as { records: Record<string, unknown>[]; next_cursor?: string };
    for (const record of page.records) found.set(record['event.id'] as string, record);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(found.size).toBe(records.length);
  for (const record of records) expect(found.get(record['event.id'] as string)).toEqual(record);
});

test('a_process_that_cannot_change_anything_serves_no_sign_in', async () => {
  expect((await fetch(`${searchUrl}/auth/sign-in`, { method: 'POST', headers: json, body: '{}' })).status).toBe(404);
});

test('a_sign_out_ends_the_token_everywhere_before_it_expires', async () => {
  expect((await ask('search', session.token, { datasets: ['flow'], size: 1 })).status).toBe(200);
  const out = await fetch(`${controlUrl}/auth/sign-out`, { method: 'POST', headers: { cookie: session.cookie } });
  expect(out.status).toBe(204);
  await expect.poll(async () => (await ask('search', session.token, { datasets: ['flow'], size: 1 })).status).toBe(401);
});

test('metrics_count_the_requests_by_route', async () => {
  expect(await search.metrics()).toMatch(
    /http_server_request_duration_seconds_count\{method="POST",route="\/api\/v1\/search",status="200"\} \d+/,
  );
});

test('both_stop_in_order_when_told_to', async () => {
  expect(await control.end(), control.output).toBe(0);
  expect(await search.end(), search.output).toBe(0);
});
