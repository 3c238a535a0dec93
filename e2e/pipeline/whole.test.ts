import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { freePort } from '@orbweaver/testing/stack/ports.ts';
import { addressesOf, openStack, settingsFor, type Stack } from '@orbweaver/testing/stack/stack.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const mayCapture = process.platform === 'linux' && process.getuid?.() === 0;
const repository = join(import.meta.dirname, '../..');
const sample = join(repository, 'libs/testing/captures/sample/shop.pcapng.gz');
const names = datasets.map(({ schema }) => schema.dataset);
const json = { 'content-type': 'application/json' };

/** Servers of its own: the topics have the names that they have in a cluster. */
let stack: Stack;
let data = '';
const services: Service[] = [];
let settings: Record<string, string>;
let indexWriter: Service;
let searchUrl = '';
let token = '';

async function start(name: string, more: Record<string, string> = {}, args: readonly string[] = []): Promise<Service> {
  const service = await startService(name, { ...settings, ...more }, args);
  services.push(service);
  return service;
}

beforeAll(async () => {
  stack = await openStack();
  data = await mkdtemp(join(tmpdir(), 'orbweaver-whole-'));
  // Each gets all addresses, as from the environment that `npm run stack` prints.
  settings = settingsFor(await addressesOf(stack));
  const [controlPort, searchPort] = [await freePort(), await freePort()];
  searchUrl = `http://127.0.0.1:${searchPort}/api/v1`;
  const control = await start('control-api', { PORT: String(controlPort), DATA: data });
  // As `orbweaver analyze` does: it shows what is in a file.
  await start('dissector', { REDACTION: 'false', KEEP_BODIES: 'off' });
  await start('enricher');
  indexWriter = await start('index-writer');
  await control.ready();
  const search = { PORT: String(searchPort), TOKEN_PUBLIC_KEY: join(data, 'keys/public-key.pem') };
  await start('search-api', search);
  const [, link] = await control.says(/#token=(\S+)/);
  const signedIn = await fetch(`http://127.0.0.1:${controlPort}/api/v1/auth/link`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ token: link }),
  });
  ({ access_token: token } = (await signedIn.json()) as { access_token: string });
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.end()));
  await stack?.close();
  await rm(data, { recursive: true, force: true });
});

/** What the search API has, page by page. */
async function stored(): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  let cursor: string | undefined;
  do {
    const answer = await fetch(`${searchUrl}/search`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}` },
      body: JSON.stringify({ datasets: names, size: 500, ...(cursor === undefined ? {} : { cursor }) }),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    const page = (await answer.json()) as { records: Record<string, unknown>[]; next_cursor?: string };
    for (const record of page.records) found.set(record['event.id'] as string, record);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}

const recordsWritten = () => indexWriter.metric('orbweaver_index_writer_stored_total');

test('a_capture_goes_in_at_the_whisperer_and_the_search_api_answers_with_the_records_that_analyze_prints', async () => {
  const args = ['analyze', '--summary', 'none', sample];
  const { stdout } = await promisify(execFile)(join(repository, 'apps/cli/bin/orbweaver'), args, { maxBuffer: 64 << 20 });
  const expected = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  const whisperer = await start('whisperer', {}, [sample]);
  expect(await whisperer.ended(), whisperer.output).toBe(0);
  await expect.poll(async () => (await stored()).size, { timeout: 120_000, interval: 1000 }).toBe(expected.length);
  const found = await stored();
  for (const record of expected) expect(found.get(record['event.id'] as string)).toEqual(record);
});

test('the_same_capture_once_more_changes_nothing', async () => {
  const before = await stored();
  const written = await recordsWritten();
  const whisperer = await start('whisperer', {}, [sample]);
  expect(await whisperer.ended(), whisperer.output).toBe(0);
  await expect.poll(recordsWritten, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(written + before.size);
  expect(await stored()).toEqual(before);
});

/** An HTTP server that is asked over so many connections, three times each. */
async function talk(port: number, connections: number): Promise<void> {
  const server = createServer((request, response) => response.end(`hello ${request.url}`)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  for (let i = 0; i < connections; i++) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let j = 0; j < 3; j++) {
      const [response] = (await once(get({ host: '127.0.0.1', port, path: `/${i}/${j}`, agent }), 'response')) as [IncomingMessage];
      await once(response.resume(), 'end');
    }
    agent.destroy();
  }
  server.close();
}

test.skipIf(!mayCapture)(
  'what_two_whisperers_see_is_shown_once_and_twice_to_who_asks_also_when_a_dissector_is_killed_meanwhile',
  async () => {
    const [port, before] = [await freePort(), await freePort()];
    const live = { INTERFACE: 'lo', CAPTURE_FILTER: `tcp port ${port} or tcp port ${before}` };
    const whisperers = await Promise.all(['one', 'other'].map((name) => start('whisperer', { ...live, OBSERVER_NAME: name })));
    await Promise.all(whisperers.map((whisperer) => whisperer.says(/"msg":"capturing"/)));
    // Of what is said right after the start a busy machine may miss some.
    const packets = () => Promise.all(whisperers.map((whisperer) => whisperer.metric('whisperer_packets_total')));
    const talked = async () => {
      await talk(before, 1);
      return Math.min(...(await packets()));
    };
    await expect.poll(talked, { timeout: 30_000, interval: 500 }).toBeGreaterThan(0);
    const connections = 20;
    await talk(port, connections);
    const dissector = services.findIndex(({ name }) => name === 'dissector');
    await services[dissector]!.end('SIGKILL');
    services[dissector] = await startService('dissector', { ...settings, REDACTION: 'false', KEEP_BODIES: 'off' });
    await talk(port, connections);

    const asked = async (dataset: string, more: object = {}) => {
      const body = JSON.stringify({ datasets: [dataset], query: `destination.port: ${port}`, size: 500, ...more });
      const answer = await fetch(`${searchUrl}/search`, { method: 'POST', headers: { ...json, authorization: `Bearer ${token}` }, body });
      return ((await answer.json()) as { records: Record<string, string>[] }).records;
    };
    const all = 2 * connections;
    await expect.poll(async () => (await asked('flow', { twins: 'show' })).length, { timeout: 120_000, interval: 1000 }).toBe(2 * all);
    // Another index becomes searchable in its own time.
    await expect.poll(async () => (await asked('http', { twins: 'show' })).length, { timeout: 60_000, interval: 500 }).toBe(6 * all);
    const communities = (records: readonly Record<string, string>[]) => new Set(records.map((record) => record['network.community_id']));
    const [shown, twins] = [await asked('flow'), await asked('flow', { query: `destination.port: ${port} and observer.twin_of: *` })];
    expect([shown.length, communities(shown).size, twins.length, communities(twins).size]).toEqual([all, all, all, all]);
    expect(await asked('http')).toHaveLength(3 * all);
    for (const { 'observer.name': observer, 'observer.twin_of': of } of twins) expect(of).toBe(observer === 'one' ? 'other/lo' : 'one/lo');
    for (const whisperer of whisperers) expect(await whisperer.end(), whisperer.output).toBe(0);
  },
);

test('every_service_says_that_it_is_well_and_stops_in_order', async () => {
  for (const service of services.filter(({ name }) => name !== 'whisperer')) await service.ready();
  for (const service of services.splice(0)) if (service.name !== 'whisperer') expect(await service.end(), service.output).toBe(0);
});
