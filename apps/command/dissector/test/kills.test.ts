import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { analyse, byId } from '@orbweaver/command/partitions/test/through-partitions.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { readCapture } from '@orbweaver/packet/pcap/read-capture.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { openStack, type Stack } from '@orbweaver/testing/stack/stack.ts';
import { Service } from './service.ts';

/** How often each service is killed; `ORBWEAVER_KILLS` for a longer run. */
const rounds = Number(process.env['ORBWEAVER_KILLS'] ?? 1);
const sample = fileURLToPath(new URL('../../../../libs/testing/captures/sample/shop.pcapng.gz', import.meta.url));
/** The sample so many times, one behind the other. */
const copies = 8;

let stack: Stack;
let folder: string;
let file: string;
let bus: KafkaBus;
let common: Record<string, string>;
const services: Service[] = [];

beforeAll(async () => {
  stack = await openStack();
  const [kafka, redis] = await Promise.all([stack.server('kafka'), stack.server('redis')]);
  folder = await mkdtemp(join(tmpdir(), 'orbweaver-kills-'));
  file = join(folder, 'long.pcap');
  await writeFile(file, await repeated(sample, copies));
  common = { 'kafka-brokers': kafka.address, 'kafka-session-timeout': '6s', 'log-level': 'info' };
  const settings = readSettings(kafkaSettings, { flags: { kafkaBrokers: kafka.address }, environment: {}, file: {} });
  bus = new KafkaBus(settings, 'test', createLogger({ level: 'silent', pretty: false, service: 'test' }));
  dissectorFlags = { ...common, 'redis-url': redis.address, redaction: 'false', 'checkpoint-interval': '300ms' };
}, 180_000);

afterAll(async () => {
  for (const service of services) if (service.isRunning) await service.kill();
  await bus?.close();
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

let dissectorFlags: Record<string, string>;
const begin = (app: string, flags: Record<string, string>, operands: string[] = []) => {
  const service = new Service(app, flags, operands);
  services.push(service);
  return service;
};
const dissector = () => begin('dissector', dissectorFlags);
const whisperer = () => begin('whisperer', { ...common, 'frames-partitions': '4', 'queue-bytes': '1MiB' }, [file]);

test('records_after_kills_are_those_of_an_undisturbed_analysis', async () => {
  const expected = byId(await analyse(openCapture(file), file));
  const got: TrafficRecord[] = [];
  let next = whisperer();
  const dissectors = [dissector(), dissector()];
  await expect.poll(() => partitions(topics.records.name), { timeout: 60_000, interval: 250 }).toBe(4);
  const reader = bus.consumer({ group: 'test', topics: [topics.records.name] });
  await reader.start({
    batch: ({ messages }) => {
      for (const { value } of messages)
        for (const line of Buffer.from(value).toString().trimEnd().split('\n')) got.push(JSON.parse(line) as TrafficRecord);
      return Promise.resolve();
    },
  });
  for (let round = 0; round < rounds; round++) {
    const before = got.length;
    await expect.poll(() => got.length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before);
    const wasRunning = next.isRunning;
    await next.kill();
    // Where it had ended before it was killed, it is not begun again.
    if (wasRunning) next = whisperer();
    await dissectors[round % 2]!.kill();
    dissectors[round % 2] = dissector();
    await expect.poll(() => got.length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before + 100);
    await dissectors[(round + 1) % 2]!.kill();
    dissectors[(round + 1) % 2] = dissector();
  }
  expect(await next.ended).toBe(0);
  await expect.poll(() => byId(got).size, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(expected.size);
  // Nothing may follow that is not the same once more.
  for (const service of dissectors) expect(await service.stop()).toBe(0);
  const found = byId(got);
  const differing = [...expected].filter(([id, text]) => found.get(id) !== text).map(([id]) => id);
  expect(differing).toEqual([]);
  expect([...found.keys()].filter((id) => !expected.has(id))).toEqual([]);
  await reader.stop();
}, 300_000);

async function partitions(topic: string): Promise<number> {
  const producer = await bus.producer();
  return await producer.partitionsOf(topic).catch(() => 0);
}

/** The capture so many times over, each a day after the one before. */
async function repeated(path: string, times: number): Promise<Uint8Array> {
  const frames: { bytes: Uint8Array; seconds: number; nanos: number; originalLength: number }[] = [];
  await readCapture(openCapture(path), ({ bytes, start, end, seconds, nanos, originalLength }) => {
    frames.push({ bytes: bytes.slice(start, end), seconds, nanos, originalLength });
  });
  const all = Array.from({ length: times }, (_, i) => frames.map((frame) => ({ ...frame, seconds: frame.seconds + i * 86_400 }))).flat();
  return writePcap(all, { linkType: 1, nanoseconds: true });
}
