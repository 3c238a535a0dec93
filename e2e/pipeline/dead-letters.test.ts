import { Client } from '@elastic/elasticsearch';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { repeatedSample } from '@orbweaver/command/partitions/test/repeated-capture.ts';
import { analyse, byId, fileSession, route } from '@orbweaver/command/partitions/test/through-partitions.ts';
import { indexName } from '@orbweaver/contracts/indices/names.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { deadLetterHeaders, deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { ensureTopics } from '@orbweaver/platform/bus/kafka/topics.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { built, startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { addressesOf, settingsFor } from '@orbweaver/testing/stack/stack.ts';
import { stored } from '../chaos/records.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const [kafka, elasticsearch] = [await sharedServer('kafka'), await sharedServer('elasticsearch')];
const prefix = `${ownPrefix()}orbweaver`;
const settings = {
  ...settingsFor(await addressesOf({ server: sharedServer })),
  TRACES_ENDPOINT: '',
};
const bus = new KafkaBus(
  readSettings(kafkaSettings, { flags: { kafkaBrokers: kafka.address }, environment: {}, file: {} }),
  'test',
  createLogger({ level: 'silent', pretty: false, service: 'test' }),
);
const client = new Client({ node: elasticsearch.address });
const services: Service[] = [];
/** What a collector of traces was sent. */
const traces: Buffer[] = [];
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    traces.push(Buffer.concat(parts));
    response.end();
  });
});
let folder = '';
let file = '';
let expected: TrafficRecord[] = [];

beforeAll(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  settings.TRACES_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-letters-'));
  file = join(folder, 'shop.pcap');
  await writeFile(file, await repeatedSample(1, 2000));
  expected = await analyse(openCapture(file), file);
  await ensureTopics(bus.kafka, [topics.frames], { replication: 1, partitions: 2 });
  services.push(await startService('dissector', { ...settings, REDACTION: 'false', KEEP_BODIES: 'off' }));
  services.push(await startService('index-writer', { ...settings, INDEX_PREFIX: prefix, RECORDS: 'dissected' }));
  await Promise.all(services.map((service) => service.ready()));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.end()));
  collector.close();
  await client.close();
  await bus.close();
  await rm(folder, { recursive: true, force: true });
});

/** The command with the environment that the services have. */
function deadLettersCommand(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  const env = { PATH: process.env['PATH'], ORBWEAVER_KAFKA_BROKERS: kafka.address };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(built, 'cli/main.js'), 'dead-letters', ...args], { env, maxBuffer: 64 << 20 }, (failure, out, error) =>
      resolve({ status: failure === null ? 0 : Number(failure.code), out, error }),
    );
  });
}

const dns = () => expected.filter((record) => record['event.dataset'] === 'dns');
const dnsIndex = () => indexName(prefix, 'dns', 'day', BigInt(Date.parse(dns()[0]!['@timestamp'])) * 1_000_000n);
const found = async () => (await stored(elasticsearch.address, prefix)).records.size;
const letters = () => services[1]!.metric('orbweaver_index_writer_dead_letters_total');

test('what_the_mapping_refuses_and_what_is_no_batch_end_with_the_dead_letters_and_nothing_stops', async () => {
  // Someone else was there first.
  await client.indices.create({ index: dnsIndex(), mappings: { properties: { 'dns.id': { type: 'boolean' } } } });
  const producer = await bus.producer();
  await producer.send({ topic: topics.frames.name, partition: 1 }, [{ value: Uint8Array.of(9, 1, 2, 3) }]);
  const whisperer = await startService('whisperer', settings, [file]);
  expect(await whisperer.ended(), whisperer.output).toBe(0);
  await expect.poll(found, { timeout: 60_000, interval: 300 }).toBe(expected.length - dns().length);
  await expect.poll(letters, { timeout: 30_000 }).toBe(dns().length);

  const { status, out } = await deadLettersCommand('list');
  expect(status).toBe(0);
  expect(out).toMatch(/^dissector +decode +1 +1 .* it has format version 9 .*update the dissectors first$/m);
  expect(out).toMatch(new RegExp(`^index-writer +index +${dns().length} +${dns().length} .*dns\\.id.*boolean`, 'm'));
});

test('one_trace_goes_from_the_whisperer_to_the_index_writer', async () => {
  const common = () => {
    const [first, ...others] = ['whisperer', 'dissector', 'index-writer'].map(tracesOf);
    return [...first!].filter((id) => others.every((ids) => ids.has(id))).length;
  };
  await expect.poll(common, { timeout: 30_000 }).toBeGreaterThan(0);
});

/** Ids of the traces that spans of a service belong to: in OTLP's protobuf a span begins with its trace's id (16 bytes) and its own (8). */
function tracesOf(service: string): Set<string> {
  const spans = traces.filter((body) => body.includes(service)).map((body) => body.toString('hex'));
  return new Set(spans.flatMap((text) => [...text.matchAll(/0a10([0-9a-f]{32})1208/g)].map(([, id]) => id!)));
}

test('a_dry_run_says_what_would_be_done_and_does_nothing', async () => {
  const { status, out, error } = await deadLettersCommand('replay', '--dry-run');
  expect(out).toContain(`index-writer: ${dns().length} would be replayed`);
  expect(out).toContain('dissector: 0 would be replayed, 1 stay');
  expect(error).toContain('format version 9');
  expect(status).toBe(1);
  expect((await deadLettersCommand('list', '--format', 'ndjson')).out).toContain(`"waiting":${dns().length}`);
});

test('once_the_reason_is_gone_a_replay_brings_the_records_back_and_a_second_one_does_nothing', async () => {
  await client.indices.delete({ index: dnsIndex() });
  const none = await deadLettersCommand('replay', '--reason', 'another one');
  expect(none.out).toContain('index-writer: 0 replayed');
  const { status, out } = await deadLettersCommand('replay', '--stage', 'index', '--from', 'now-1h');
  expect(out).toContain(`index-writer: ${dns().length} replayed`);
  expect(status).toBe(0);
  await expect.poll(found, { timeout: 60_000, interval: 300 }).toBe(expected.length);
  const { records } = await stored(elasticsearch.address, prefix);
  expect(plain(records.values())).toEqual(plain(byId(expected).values()));
  expect((await deadLettersCommand('replay', '--stage', 'index')).out).toContain(`0 replayed, ${dns().length} replayed before`);
});

test('frames_that_an_older_dissector_could_not_read_give_the_records_that_they_would_have_given', async () => {
  const later = join(folder, 'later.pcap');
  await writeFile(later, await repeatedSample(1, 2001));
  const session = fileSession(later);
  const { messages } = await route(openCapture(later), { partitions: 2, session, batchBytes: 20_000 });
  const producer = await bus.producer();
  for (const [partition, list] of messages.entries())
    for (const [offset, value] of list.entries()) {
      const headers = {
        [deadLetterHeaders.stage]: 'decode',
        [deadLetterHeaders.reason]: 'it has format version 1 and this build reads up to 0',
        [deadLetterHeaders.topic]: topics.frames.name,
        [deadLetterHeaders.partition]: String(partition),
        [deadLetterHeaders.offset]: String(offset),
      };
      await producer.send({ topic: deadLetters('dissector').name, partition: 0 }, [{ value, headers }]);
    }
  const { out } = await deadLettersCommand('replay', '--group', 'dissector', '--reason', 'format version 1 ');
  expect(out).toContain(`dissector: ${messages.flat().length} replayed`);
  const both = byId([...expected, ...(await analyse(openCapture(later), later))]);
  await expect.poll(found, { timeout: 60_000, interval: 300 }).toBe(both.size);
  expect(plain((await stored(elasticsearch.address, prefix)).records.values())).toEqual(plain(both.values()));
});

/** Records of either form, in one order. */
function plain(texts: Iterable<string>): unknown[] {
  return [...texts]
    .map((text) => JSON.parse(text) as Record<string, unknown> | [string, unknown][])
    .map((record) => JSON.stringify(Object.fromEntries(Array.isArray(record) ? record : Object.entries(record))))
    .sort();
}
