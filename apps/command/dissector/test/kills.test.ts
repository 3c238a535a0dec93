import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { repeatedSample } from '@orbweaver/command/partitions/test/repeated-capture.ts';
import { analyse, byId } from '@orbweaver/command/partitions/test/through-partitions.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { openStack, type Stack, type StackServer } from '@orbweaver/testing/stack/stack.ts';
import { Service } from './service.ts';

/** How often each service is killed; `ORBWEAVER_KILLS` for a longer run. */
const rounds = Number(process.env['ORBWEAVER_KILLS'] ?? 1);
/** Milliseconds that a server is away; `ORBWEAVER_AWAY` for longer. */
const away = Number(process.env['ORBWEAVER_AWAY'] ?? 3000);
/** The sample so many times, one behind the other. */
const copies = 8;
const partitions = 4;
const limit = 300_000;

let stack: Stack;
let kafka: StackServer;
let redis: StackServer;
let folder: string;
let bus: KafkaBus;
let common: Record<string, string>;
const services: Service[] = [];

beforeAll(async () => {
  stack = await openStack();
  [kafka, redis] = await Promise.all([stack.server('kafka'), stack.server('redis')]);
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-kills-'));
  common = { 'kafka-brokers': kafka.address, 'kafka-session-timeout': '6s' };
  const settings = readSettings(kafkaSettings, { flags: { kafkaBrokers: kafka.address }, environment: {}, file: {} });
  bus = new KafkaBus(settings, 'test', createLogger({ level: 'silent', pretty: false, service: 'test' }));
}, limit);

afterAll(async () => {
  for (const service of services) if (service.isRunning) await service.kill();
  await bus?.close();
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

function begin(app: string, flags: Record<string, string>, operands: string[] = []): Service {
  const service = new Service(app, { ...common, ...flags }, operands);
  services.push(service);
  return service;
}
const dissector = () =>
  begin('dissector', { 'redis-url': redis.address, redaction: 'false', 'keep-bodies': 'off', 'checkpoint-interval': '300ms' });
const whisperer = (file: string) => begin('whisperer', { 'frames-partitions': String(partitions), 'queue-bytes': '1MiB' }, [file]);

test(
  'records_after_kills_are_those_of_an_undisturbed_analysis',
  async () => {
    const file = await captureFrom(0);
    let sender = whisperer(file);
    const dissectors = [dissector(), dissector()];
    const got = await collect(file);
    for (let round = 0; round < rounds; round++) {
      const before = got.length;
      await more(got, before);
      // Where it had sent everything before it was killed, it is not begun again.
      const wasRunning = sender.isRunning;
      await sender.kill();
      if (wasRunning) sender = whisperer(file);
      await dissectors[round % 2]!.kill();
      dissectors[round % 2] = dissector();
      await more(got, before + 100);
      // The other one is asked to: in the middle of its work, too.
      expect(await dissectors[(round + 1) % 2]!.stop()).toBe(0);
      dissectors[(round + 1) % 2] = dissector();
    }
    await sender.ended;
    await expectAll(got, file, dissectors);
  },
  limit,
);

test(
  'while_kafka_or_redis_is_away_everything_waits_and_then_goes_on',
  async () => {
    const file = await captureFrom(1000);
    const sender = whisperer(file);
    let last = dissector();
    const got = await collect(file);
    await more(got, 0);
    await kafka.kill();
    await new Promise((resolve) => setTimeout(resolve, away));
    await kafka.start();
    await redis.kill();
    // Who begins without the working memory waits for it.
    await last.kill();
    last = dissector();
    await new Promise((resolve) => setTimeout(resolve, away));
    await redis.start();
    expect(await sender.ended).toBe(0);
    await expectAll(got, file, [last]);
  },
  limit,
);

/** Collects the records of one file as they come. */
async function collect(file: string): Promise<TrafficRecord[]> {
  const got: TrafficRecord[] = [];
  await expect.poll(partitionsThere, { timeout: 60_000, interval: 250 }).toBe(partitions);
  const reader = bus.consumer({ group: `test ${file}`, topics: [topics.records.name] });
  await reader.start({
    batch: ({ messages }) => {
      for (const { value } of messages)
        for (const line of Buffer.from(value).toString().split('\n').filter(Boolean)) {
          const record = JSON.parse(line) as TrafficRecord;
          if (record['log.file.path'] === file) got.push(record);
        }
      return Promise.resolve();
    },
  });
  return got;
}

async function partitionsThere(): Promise<number> {
  const producer = await bus.producer();
  return await producer.partitionsOf(topics.records.name).catch(() => 0);
}

async function more(got: readonly unknown[], than: number): Promise<void> {
  await expect.poll(() => got.length, { timeout: 90_000, interval: 50 }).toBeGreaterThan(than);
}

/** Waits until all is there, ends the dissectors, and compares. */
async function expectAll(got: readonly TrafficRecord[], file: string, dissectors: readonly Service[]): Promise<void> {
  const expected = byId(await analyse(openCapture(file), file));
  await expect.poll(() => byId(got).size, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(expected.size);
  for (const service of dissectors) expect(await service.stop()).toBe(0);
  const found = byId(got);
  expect([...expected].filter(([id, text]) => found.get(id) !== text).map(([id]) => id)).toEqual([]);
  expect([...found.keys()].filter((id) => !expected.has(id))).toEqual([]);
}

/** A capture file with packets of days that no other has. */
async function captureFrom(day: number): Promise<string> {
  const file = join(folder, `from-day-${day}.pcap`);
  await writeFile(file, await repeatedSample(copies, day));
  return file;
}
