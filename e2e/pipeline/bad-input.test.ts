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
let dissector: Service;
let indexWriter: Service;
const expected = new Set<string>();

beforeAll(async () => {
  stack = await openStack();
  [kafka, elasticsearch, redis] = await Promise.all((['kafka', 'elasticsearch', 'redis'] as const).map((name) => stack.server(name)));
  client = new Client({ node: elasticsearch!.address });
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-bad-input-'));
  settings = settingsFor(await addressesOf(stack));
});
afterAll(async () => {
  await dissector?.end();
  await indexWriter?.end();
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

test('without_kafka_and_with_a_foreign_index_each_says_what_it_waits_for_and_goes_on_by_itself', async () => {
  await kafka!.kill();
  const foreign = `${defaultIndexPrefix}-http-2020.01.01`;
  await client.indices.create({ index: foreign, mappings: { properties: { 'http.version': { type: 'integer' } } } });
  dissector = await startService('dissector', { ...settings, REDACTION: 'false', KEEP_BODIES: 'off', CHECKPOINT_INTERVAL: '500ms' });
  indexWriter = await startService('index-writer', { ...settings, RECORDS: 'dissected' });
  const early = await startService('whisperer', settings, [await capture(0)]);
  await says(early, 'Kafka').toMatch(/ECONNREFUSED/);
  await early.end('SIGKILL');
  await says(dissector, 'frames to read').toMatch(/ECONNREFUSED/);
  await says(indexWriter, 'elasticsearch').toMatch(/has a mapping that does not fit.*delete or rename it/);

  await client.indices.delete({ index: foreign });
  await says(indexWriter, 'topics').toMatch(/ECONNREFUSED/);
  await kafka!.start();
  await indexWriter.ready();
  // Whisperers of a later version have been there.
  const bus = busAt(kafka!.address);
  const admin = bus.kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'capture.frames.v2', numPartitions: 1 }] });
  await admin.disconnect();
  await says(dissector, 'frames to read').toMatch(/no topic capture\.frames\.v1, but capture\.frames\.v2.*update this process/);
  await send(join(folder, 'minute-0.pcap'));
  await dissector.ready();
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
  const socket = connect(redis!.port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  await once(socket, 'data');
  await dissector.says(/the working memory was emptied/);
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
  const [search, memory, broker] = doors.map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
  const own = { KAFKA_BROKERS: broker!, KAFKA_TLS: 'true', KAFKA_TLS_CA: right!.ca };
  const writer = await startService('index-writer', {
    ...{ ...own, ELASTICSEARCH_NODES: `https://${search}`, ELASTICSEARCH_TLS_CA: right!.ca },
  });
  const reader = await startService('dissector', { ...own, REDIS_URL: `rediss://${memory}`, REDIS_TLS_CA: right!.ca });
  onTestFinished(async () => {
    await Promise.all([writer.end(), reader.end()]);
    for (const one of doors) one.close();
  });
  const mismatch = /certificate|issuer|self.signed/i;
  await says(writer, 'elasticsearch').toMatch(mismatch);
  await says(reader, 'working memory').toMatch(mismatch);
  await says(reader, 'frames to read').toMatch(mismatch);
  for (const one of doors) one.setSecureContext(right!.identity);
  const check = (service: Service, name: string) => expect.poll(async () => (await service.readiness())?.checks[name], patiently);
  await check(writer, 'elasticsearch').toBe('ok');
  await check(reader, 'working memory').toBe('ok');
  // Behind the door is a broker that names its own address, which speaks no TLS.
  await says(reader, 'frames to read').not.toMatch(mismatch);
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
