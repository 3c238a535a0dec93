import { afterAll, expect, test } from 'vitest';
import { KafkaBus } from '@orbweaver/platform/bus/kafka/kafka-bus.ts';
import { kafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { withoutOwnTraffic } from '../own-traffic.ts';
import { settings, type Config } from '../settings.ts';
import { startWhisperer } from '../start-whisperer.ts';

const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const config = (flags: Record<string, string>): Config =>
  readSettings(settings, { flags: { operationsPort: '0', ...flags }, environment: {}, file: {} });
const { address } = await sharedServer('kafka');
const bus = new KafkaBus(readSettings(kafkaSettings, { flags: { kafkaBrokers: address }, environment: {}, file: {} }), 'test', log);
afterAll(() => bus.close());

test('what_there_is_to_capture_is_said_once', async () => {
  const start = (flags: Record<string, string>, files: string[]) =>
    startWhisperer(config(flags), log, files, new AbortController().signal, () => undefined);
  await expect(start({}, [])).rejects.toThrow(/name an interface .* or capture files/);
  await expect(start({ interface: 'lo' }, ['a.pcap'])).rejects.toThrow(/either an interface or files/);
});

test('packets_that_come_of_capturing_are_left_out_of_a_live_capture', async () => {
  const [, port] = address.split(':');
  expect(await withoutOwnTraffic('tcp or udp', bus.kafka, { kafkaBrokers: [address] }, 7290)).toBe(
    `(tcp or udp) and not tcp port 7290 and not (host 127.0.0.1 and tcp port ${port})`,
  );
  const others = {
    kafkaBrokers: [address],
    elasticsearchNodes: ['https://[::1]', 'http://127.0.0.1:9200'],
    redisUrl: 'rediss://127.0.0.1',
  };
  expect(await withoutOwnTraffic('', bus.kafka, others, 7290)).toBe(
    [
      'not tcp port 7290',
      ...[`127.0.0.1 and tcp port ${port}`, '::1 and tcp port 443', '127.0.0.1 and tcp port 9200', '127.0.0.1 and tcp port 6379'].map(
        (place) => `not (host ${place})`,
      ),
    ].join(' and '),
  );
});

test('while_kafka_is_away_the_process_lives_and_is_not_ready', async () => {
  const ended = new AbortController();
  // A port that was just free: health is asked there while the start still waits.
  const { createServer } = await import('node:net');
  const probe = createServer();
  const port = await new Promise<number>((resolve) =>
    probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port)),
  );
  await new Promise((resolve) => probe.close(resolve));
  const flags = { operationsPort: String(port), kafkaBrokers: '127.0.0.1:1' };
  const starting = startWhisperer(config(flags), log, ['a.pcap'], ended.signal, () => undefined);
  const rejected = expect(starting).rejects.toThrow(/stopped while it waited for Kafka/);
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  await expect.poll(() => ask('/health/live').catch(() => 0)).toBe(200);
  expect(await ask('/health/ready')).toBe(503);
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('whisperer_queue_bytes 0');
  expect(await ask('/else')).toBe(404);
  ended.abort();
  await rejected;
});
