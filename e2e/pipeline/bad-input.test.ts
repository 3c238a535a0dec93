import { Client } from '@elastic/elasticsearch';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { repeatedSample } from '@orbweaver/command/partitions/test/repeated-capture.ts';
import { analyse, byId } from '@orbweaver/command/partitions/test/through-partitions.ts';
import { defaultIndexPrefix } from '@orbweaver/contracts/indices/names.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { makeCertificates } from '@orbweaver/testing/stack/certificates.ts';
import { freePort } from '@orbweaver/testing/stack/ports.ts';
import { addressesOf, openStack, settingsFor, type Stack, type StackServer } from '@orbweaver/testing/stack/stack.ts';
import { stored } from '../chaos/records.ts';

const limit = 240_000;
vi.setConfig({ testTimeout: limit, hookTimeout: limit });
const patiently = { timeout: 120_000, interval: 300 };

let stack: Stack;
let [kafka, elasticsearch, redis]: StackServer[] = [];
let client: Client;
let folder = '';
let settings: Record<string, string> = {};
let controlSettings: Record<string, string> = {};
let searchSettings: Record<string, string> = {};
let dissector: Service;
let indexWriter: Service;
let control: Service;
let search: Service;
let [controlUrl, searchUrl] = ['', ''];
/** Of whoever signed in. */
let session = { token: '', cookie: '' };
const expected = new Set<string>();

beforeAll(async () => {
  stack = await openStack();
  [kafka, elasticsearch, redis] = await Promise.all((['kafka', 'elasticsearch', 'redis'] as const).map((name) => stack.server(name)));
  client = new Client({ node: elasticsearch!.address });
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-bad-input-'));
  const [controlPort, searchPort] = [await freePort(), await freePort()];
  [controlUrl, searchUrl] = [controlPort, searchPort].map((port) => `http://127.0.0.1:${port}/api/v1`) as [string, string];
  settings = settingsFor(await addressesOf(stack));
  controlSettings = { ...settings, PORT: String(controlPort), DATA: join(folder, 'control') };
  searchSettings = { ...settings, PORT: String(searchPort), TOKEN_PUBLIC_KEY: join(folder, 'control/keys/public-key.pem') };
});
afterAll(async () => {
  await dissector?.end();
  await indexWriter?.end();
  await control?.end();
  await search?.end();
  await client?.close();
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A capture of its own minute; its records are expected from now on. */
async function capture(minute: number): Promise<string> {
  const file = join(folder, `minute-${minute}.pcap`);
  await writeFile(file, await repeatedSample(1, minute / 1440));
  for (const id of byId(await analyse(openCapture(file), file)).keys()) expected.add(id);
  return file;
}

async function send(file: string): Promise<void> {
  const whisperer = await startService('whisperer', settings, [file]);
  expect(await whisperer.ended(), whisperer.output).toBe(0);
}

const found = async () => [...(await stored(elasticsearch!.address, defaultIndexPrefix)).records.keys()].sort();
const everything = () => expect.poll(found, patiently).toEqual([...expected].sort());
/** What a service says of one thing, once it does. */
const says = (service: Service, check: string) =>
  expect.poll(async () => {
    const said = await service.readiness();
    return said?.isReady === false ? said.checks[check] : undefined;
  }, patiently);

const json = { 'content-type': 'application/json' };
const ask = (url: string, path: string, body?: unknown) => {
  const headers = { authorization: `Bearer ${session.token}`, cookie: session.cookie };
  if (body === undefined) return fetch(`${url}/${path}`, { headers });
  return fetch(`${url}/${path}`, { method: 'POST', headers: { ...headers, ...json }, body: JSON.stringify(body) });
};
/** What is asked of the search-api, which the answer is not there for. */
async function refusalOf(path: string, body?: unknown): Promise<string> {
  const answer = await ask(searchUrl, path, body);
  const { type, detail } = (await answer.json()) as { type: string; detail: string };
  expect([answer.status, type]).toEqual([503, 'urn:orbweaver:problem:unavailable']);
  return detail;
}
async function signIn(): Promise<void> {
  const [, token] = await control.says(/#token=(\S+)/);
  const signedIn = await fetch(`${controlUrl}/auth/link`, { method: 'POST', headers: json, body: JSON.stringify({ token }) });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  session = { token: access_token, cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]! };
}

test('without_kafka_and_with_a_foreign_index_each_says_what_it_waits_for_and_goes_on_by_itself', async () => {
  await kafka!.kill();
  const foreign = `${defaultIndexPrefix}-http-2020.01.01`;
  await client.indices.create({ index: foreign, mappings: { properties: { 'http.version': { type: 'integer' } } } });
  dissector = await startService('dissector', { ...settings, REDACTION: 'false', KEEP_BODIES: 'off', CHECKPOINT_INTERVAL: '500ms' });
  indexWriter = await startService('index-writer', { ...settings, RECORDS: 'dissected' });
  const enricher = await startService('enricher', settings);
  onTestFinished(async () => void (await enricher.end()));
  control = await startService('control-api', controlSettings);
  await signIn();
  search = await startService('search-api', searchSettings);
  const early = await startService('whisperer', settings, [await capture(0)]);
  await says(early, 'Kafka').toMatch(/ECONNREFUSED/);
  await early.end('SIGKILL');
  await says(dissector, 'frames to read').toMatch(/ECONNREFUSED/);
  await says(enricher, 'records to read').toMatch(/ECONNREFUSED/);
  await says(control, 'topics').toMatch(/ECONNREFUSED/);
  await says(indexWriter, 'elasticsearch').toMatch(/has a mapping that does not fit.*delete or rename it/);
  const unfit = /orbweaver-http-2020\.01\.01 has http\.version as integer, not keyword.*delete or rename/;
  await says(search, 'elasticsearch').toMatch(unfit);
  await says(control, 'elasticsearch').toMatch(unfit);
  // Who is asked says so as well, where it matters for the answer.
  await client.index({ index: foreign, document: { 'http.version': 1 }, refresh: true });
  expect(await refusalOf('search', { datasets: ['http'], query: 'http.version: "1.1"' })).toMatch(unfit);

  await client.indices.delete({ index: foreign });
  await says(indexWriter, 'topics').toMatch(/ECONNREFUSED/);
  await search.ready();
  // It would make the topic that others are to miss.
  await control.end();
  await kafka!.start();
  await indexWriter.ready();
  // Whisperers and dissectors of a later version have been there.
  const bus = busAt(kafka!.address);
  const admin = bus.kafka.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: false,
    topics: ['capture.frames.v2', 'dissect.names.v2'].map((topic) => ({ topic, numPartitions: 1 })),
  });
  await admin.disconnect();
  await says(dissector, 'frames to read').toMatch(/no topic capture\.frames\.v1, but capture\.frames\.v2.*update this process/);
  await says(enricher, 'records to read').toMatch(/no topic dissect\.names\.v1, but dissect\.names\.v2.*update this process/);
  control = await startService('control-api', controlSettings);
  await send(join(folder, 'minute-0.pcap'));
  await dissector.ready();
  await enricher.ready();
  await control.ready();
  await everything();
});

test('a_batch_from_the_future_is_told_of_and_holds_nothing_up', async () => {
  const producer = await busAt(kafka!.address).producer();
  await producer.send({ topic: topics.frames.name, partition: 0 }, [{ value: Uint8Array.of(9, 1, 2, 3) }]);
  await says(dissector, 'frames').toMatch(/dead letters: it has format version 9 .* update the dissectors first/);
  await send(await capture(60));
  await everything();
});

test('a_working_memory_that_is_emptied_is_told_of_and_filled_again', async () => {
  expect((await ask(searchUrl, 'search', { datasets: ['flow'] })).status).toBe(200);
  await ask(controlUrl, 'auth/sign-out', {});
  const isSignedOut = () => expect.poll(async () => (await ask(searchUrl, 'search', { datasets: ['flow'] })).status, patiently).toBe(401);
  await isSignedOut();
  const socket = connect(redis!.port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  await once(socket, 'data');
  await dissector.says(/the working memory was emptied/);
  await control.says(/the working memory was emptied; the sessions that ended are told again/);
  await isSignedOut();
  const size = async () => {
    socket.write('DBSIZE\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().trim();
  };
  await expect.poll(size, patiently).not.toBe(':0');
  socket.destroy();
  // Who takes over finds what it needs.
  await dissector.end('SIGKILL');
  dissector = await startService('dissector', { ...settings, REDACTION: 'false', KEEP_BODIES: 'off' });
  await send(await capture(120));
  await everything();
  expect(dissector.output).not.toContain('has no checkpoint of this partition');
});

test('servers_that_hang_are_told_of_and_nobody_waits_for_them_for_long', async () => {
  await control.end();
  control = await startService('control-api', { ...controlSettings, SIGN_IN_LINK: 'true' });
  await signIn();
  await expect.poll(async () => (await ask(searchUrl, 'datasets')).status, patiently).toBe(200);
  redis!.freeze();
  await says(search, 'redis').toMatch(/gave no answer within 5 s/);
  await says(control, 'redis').toMatch(/gave no answer within 5 s/);
  expect(await refusalOf('datasets')).toMatch(/cannot be told at the moment; try again/);
  redis!.thaw();
  elasticsearch!.freeze();
  await says(search, 'elasticsearch').toMatch(/does not answer: Request timed out/);
  await expect.poll(() => refusalOf('datasets'), patiently).toMatch(/does not answer: Request timed out.* Try again/);
  // What does not need it goes on.
  expect((await ask(controlUrl, 'captures')).status).toBe(200);
  expect((await ask(controlUrl, 'status')).status).toBe(503);
  elasticsearch!.thaw();
  await search.ready();
  await kafka!.kill();
  await says(control, 'kafka').toMatch(/ECONNREFUSED/);
  await kafka!.start();
  await control.ready();
  expect((await ask(searchUrl, 'search', { datasets: ['flow'] })).status).toBe(200);
});

test('a_disk_at_its_watermark_is_told_of_and_records_wait_until_there_is_room', async () => {
  const watermark = async (size: string) => {
    const disk = 'cluster.routing.allocation.disk';
    const sizes = ['low', 'high', 'flood_stage'].map((name) => [`${disk}.watermark.${name}`, size]);
    const persistent = { 'cluster.info.update.interval': '10s', [`${disk}.threshold_enabled`]: true, ...Object.fromEntries(sizes) };
    await client.cluster.putSettings({ persistent });
  };
  await watermark('900tb');
  const blocked = async () => JSON.stringify(await client.indices.getSettings({ index: `${defaultIndexPrefix}-*` }));
  await expect.poll(blocked, patiently).toContain('read_only_allow_delete');
  await send(await capture(180));
  await says(indexWriter, 'records').toMatch(/a disk of the cluster is nearly full.*free disk space/);
  await watermark('1b');
  await everything();
  await indexWriter.ready();
});

test('certificates_that_do_not_match_are_told_of_and_others_are_taken_without_a_restart', async () => {
  const [wrong, right] = await Promise.all(['wrong', 'right'].map(certificatesIn));
  const doors = await Promise.all([elasticsearch!, redis!, kafka!].map(({ port }) => door(port, wrong!.identity)));
  const [index, memory, broker] = doors.map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
  const own = { KAFKA_BROKERS: broker!, KAFKA_TLS: 'true', KAFKA_TLS_CA: right!.ca };
  const writer = await startService('index-writer', {
    ...{ ...own, ELASTICSEARCH_NODES: `https://${index}`, ELASTICSEARCH_TLS_CA: right!.ca },
  });
  const reader = await startService('dissector', { ...own, REDIS_URL: `rediss://${memory}`, REDIS_TLS_CA: right!.ca });
  const memoryAndSearch = {
    ...{ REDIS_URL: `rediss://${memory}`, REDIS_TLS_CA: right!.ca },
    ...{ ELASTICSEARCH_NODES: `https://${index}`, ELASTICSEARCH_TLS_CA: right!.ca },
  };
  const enricher = await startService('enricher', own);
  const people = await startService('control-api', { ...own, ...memoryAndSearch, PORT: '0', DATA: join(folder, 'other') });
  await people.says(/#token=/);
  const key = join(folder, 'other/keys/public-key.pem');
  const questions = await startService('search-api', { ...memoryAndSearch, PORT: '0', TOKEN_PUBLIC_KEY: key });
  const all = [writer, reader, enricher, people, questions];
  onTestFinished(async () => {
    await Promise.all(all.map((service) => service.end()));
    for (const one of doors) one.close();
  });
  const mismatch = /certificate|issuer|self.signed/i;
  await says(writer, 'elasticsearch').toMatch(mismatch);
  await says(reader, 'working memory').toMatch(mismatch);
  await says(reader, 'frames to read').toMatch(mismatch);
  await says(enricher, 'records to read').toMatch(mismatch);
  await says(people, 'topics').toMatch(mismatch);
  for (const service of [people, questions]) for (const name of ['redis', 'elasticsearch']) await says(service, name).toMatch(mismatch);
  for (const one of doors) one.setSecureContext(right!.identity);
  const check = (service: Service, name: string) => expect.poll(async () => (await service.readiness())?.checks[name], patiently);
  await check(writer, 'elasticsearch').toBe('ok');
  await check(reader, 'working memory').toBe('ok');
  await questions.ready();
  for (const name of ['redis', 'elasticsearch']) await check(people, name).toBe('ok');
  // Behind the door is a broker that names its own address, which speaks no TLS.
  await says(reader, 'frames to read').not.toMatch(mismatch);
  await says(enricher, 'records to read').not.toMatch(mismatch);
  await says(people, 'topics').not.toMatch(mismatch);
});

async function certificatesIn(name: string): Promise<{ readonly ca: string; readonly identity: SecureContextOptions }> {
  const own = join(folder, name);
  await mkdir(own);
  const { ca, certificate, key } = await makeCertificates(own);
  return { ca, identity: { cert: await readFile(certificate), key: await readFile(key) } };
}

/** Speaks TLS for a server that does not. */
async function door(port: number, identity: SecureContextOptions): Promise<TlsServer> {
  const server = createTlsServer(identity, (socket) => {
    const there = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, there],
      [there, socket],
    ] as const)
      from.pipe(to).on('error', () => from.destroy());
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function busAt(kafkaBrokers: string): KafkaBus {
  const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
  const bus = new KafkaBus(readSettings(kafkaSettings, { flags: { kafkaBrokers }, environment: {}, file: {} }), 'test', log);
  onTestFinished(() => bus.close());
  return bus;
}
