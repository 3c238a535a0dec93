import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { buildServer, ServerProcess } from './built-server.ts';
import { manyFlows } from './capture-maker.ts';

const flows = 30_000;
const long = { timeout: 120_000 };
let data: string;
let started: ServerProcess[];

beforeAll(buildServer, 60_000);
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'orbweaver-test-'));
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.end('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

function start(...args: string[]): ServerProcess {
  const server = new ServerProcess(data, args);
  started.push(server);
  return server;
}

async function upload(server: ServerProcess): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await server.call('captures?name=many.pcap', { method: 'POST', headers, body: manyFlows(flows) });
  expect(response.status).toBe(201);
  return ((await response.json()) as Capture).id;
}

const capture = async (server: ServerProcess, id: string) => (await server.get(`captures/${id}`)) as Capture;
const until = (server: ServerProcess, id: string, what: (now: Capture) => boolean) =>
  expect.poll(async () => what(await capture(server, id)), { timeout: 90_000, interval: 50 }).toBe(true);
const stored = async (server: ServerProcess) => ((await server.get('status')) as StatusAnswer).store.records;

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`an_import_that_${signal}_interrupts_is_completed_and_each_record_is_there_once`, long, async () => {
    const first = start();
    const id = await upload(first);
    await until(first, id, ({ state, packets }) => state === 'analysing' && packets > 0);
    expect(await first.end(signal), first.output).toBe(signal === 'SIGTERM' ? 0 : null);
    expect(existsSync(join(data, 'running.json'))).toBe(signal === 'SIGKILL');
    const second = start();
    await until(second, id, ({ state }) => state === 'done');
    expect(await capture(second, id)).toMatchObject({ packets: flows, records: { flow: flows } });
    expect(await stored(second)).toBe(flows);
  });

test('a_signal_that_comes_twice_at_once_is_one', long, async () => {
  const server = start();
  await server.running();
  void server.end('SIGINT');
  expect(await server.end('SIGINT')).toBe(0);
  expect(server.output).toContain('stopped');
});

test('what_was_done_before_a_kill_is_there_afterwards', long, async () => {
  const first = start();
  const id = await upload(first);
  await until(first, id, ({ state }) => state === 'done');
  await first.end('SIGKILL');
  const second = start();
  expect(await capture(second, id)).toMatchObject({ state: 'done', records: { flow: flows } });
  expect(await stored(second)).toBe(flows);
});

test('a_data_folder_in_use_is_refused_by_name', long, async () => {
  await start().running();
  const second = start();
  expect(await second.ended()).toBe(1);
  expect(second.output).toContain(`${data} is in use by another Orbweaver`);
});

test('what_the_server_writes_is_for_its_owner_only', long, async () => {
  await start().running();
  for (const name of ['running.json', 'control.sqlite', 'keys', 'records', 'captures'])
    expect((await stat(join(data, name))).mode & 0o077, name).toBe(0);
});

test('every_wrong_setting_is_named_at_once', long, async () => {
  const server = start('--port', 'http', '--upload-limit', 'much', '--sarch-time-limit', '1s', '--log-level', 'loud');
  expect(await server.ended()).toBe(2);
  expect(server.output).toContain('--port: expected a port from 0 (any free one) to 65535, got "http"');
  expect(server.output).toContain('--upload-limit: expected a size');
  expect(server.output).toContain('--sarch-time-limit: there is no such option; did you mean --search-time-limit?');
  expect(server.output).toContain('--log-level: expected one of silent, error, warn, info, debug, trace, got "loud"');
});

test('a_port_in_use_is_named_with_a_way_out', long, async () => {
  const { url } = await start().running();
  const other = await mkdtemp(join(tmpdir(), 'orbweaver-test-'));
  const second = new ServerProcess(other, ['--port', new URL(url).port]);
  expect(await second.ended()).toBe(1);
  expect(second.output).toMatch(/port \d+ of 127\.0\.0\.1 is in use; name another with --port/);
  await rm(other, { recursive: true, force: true });
});
