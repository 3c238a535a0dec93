import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { PartitionAnalysis } from '@orbweaver/command/partitions/partition-analysis.ts';
import { repeatedSample } from '@orbweaver/command/partitions/test/repeated-capture.ts';
import { analyse, byId } from '@orbweaver/command/partitions/test/through-partitions.ts';
import type { Batch } from '@orbweaver/command/streaming/bus.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { MemoryBus } from '@orbweaver/platform/bus/memory/memory-bus.ts';
import { FileSource } from '@orbweaver/command/capture/file-source.ts';
import { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import { LiveSource } from '../live-source.ts';

const started = { seconds: 1_790_000_000, nanos: 0 };
const fileOptions = { partitions: 3, flowKeyVlan: false, verifyChecksums: false };

/** A capture larger than what the reader takes at once. */
async function longCapture(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-whisperer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'long.pcap');
  await writeFile(path, await repeatedSample(2));
  return path;
}

/** A bus in the process, a sender into it, and the records of what comes out at its other end. */
async function through(partitionBytes: number, queueBytes: number) {
  const bus = new MemoryBus([{ name: topics.frames.name, partitions: 3 }], { partitionBytes });
  const consumer = bus.consumer({ group: 'test', topics: [topics.frames.name] });
  const sender = new FrameSender(await bus.producer(), queueBytes, (message) => {
    throw new Error(message);
  });
  const records: TrafficRecord[] = [];
  const analyses = Array.from({ length: 3 }, () => new PartitionAnalysis({ emit: (record) => void records.push(record) }));
  const read = () =>
    consumer.start({
      batch: ({ partition, messages }: Batch) => {
        for (const { offset, timestamp, value } of messages) expect(analyses[partition]!.take(offset, timestamp, value).kind).toBe('taken');
        return Promise.resolve();
      },
    });
  onTestFinished(() => consumer.stop());
  return { sender, records, analyses, read };
}

test('a_file_is_read_no_faster_than_the_bus_takes_it_and_arrives_whole', { timeout: 90_000 }, async () => {
  const { sender, records, read } = await through(300_000, 600_000);
  const path = await longCapture();
  const source = new FileSource(path, started, fileOptions, sender);
  await expect.poll(() => sender.isFull).toBe(true);
  const { frames } = source.counters();
  // Nobody reads: the file rests.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(source.counters().frames).toBe(frames);
  await read();
  expect(await source.done).toBeUndefined();
  expect(byId(records)).toEqual(byId(await analyse(openCapture(path), path)));
  expect(source.counters()).toMatchObject({ frames: 2 * 4946, packets: 2 * 4946, not_ip: 0 });
});

test('a_file_that_breaks_off_is_sent_up_to_there_and_says_where', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orbweaver-whisperer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'cut.pcap');
  const whole = await readFile(fileURLToPath(new URL('../../../../libs/protocols/dns/fixtures/tcp.pcap', import.meta.url)));
  await writeFile(path, whole.subarray(0, -7));
  const { sender, records, analyses, read } = await through(1e6, 1e6);
  await read();
  expect(await new FileSource(path, started, fileOptions, sender).done).toMatch(/ends inside packet/);
  expect(byId(records)).toEqual(byId(await analyse(openCapture(path), path)));
  expect(analyses.map(({ counters }) => counters.sessionsEnded)).toEqual([1, 1, 1]);
});

test('a_source_that_is_stopped_says_no_end_so_that_it_can_be_sent_again', { timeout: 90_000 }, async () => {
  const { sender, analyses, read } = await through(300_000, 300_000);
  const source = new FileSource(await longCapture(), started, fileOptions, sender);
  await expect.poll(() => sender.isFull).toBe(true);
  const stopped = source.stop();
  await read();
  await stopped;
  expect(await source.done).toBe('stopped before its end');
  expect(analyses.map(({ counters }) => counters.sessionsEnded)).toEqual([0, 0, 0]);
});

const liveOptions = {
  ...{ ...fileOptions, interface: 'lo', bufferBytes: 2 ** 20, observerName: 'w1', hostname: 'h1' },
  ...{ activeTimeout: 300, batchDelay: 20 },
};
const mayCapture = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!mayCapture)('live_packets_carry_their_observer_and_are_dropped_and_counted_while_the_bus_takes_nothing', async () => {
  const { sender, records, read } = await through(20_000, 20_000);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const live = new LiveSource(started, { ...liveOptions, filter: `udp port ${port}` }, sender);
  const say = () => new Promise((resolve) => socket.send(Buffer.alloc(1000, 'x'), port, '127.0.0.1', resolve));
  await expect
    .poll(async () => {
      for (let i = 0; i < 20; i++) await say();
      return live.counters()['dropped.queue'];
    })
    .toBeGreaterThan(0);
  const seen = live.counters().packets;
  await read();
  await live.stop();
  const [flow] = records;
  expect(records).toHaveLength(1);
  expect(flow).toMatchObject({
    'observer.name': 'w1',
    'observer.hostname': 'h1',
    'observer.ingress.interface.name': 'lo',
    'network.packets': seen,
    'flow.end_reason': 'end-of-capture',
  });
});

test.skipIf(!mayCapture)('the_largest_packets_of_a_loopback_are_none_that_contradict_themselves', async () => {
  const { sender, records, read } = await through(2 ** 20, 2 ** 20);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const live = new LiveSource(started, { ...liveOptions, filter: `udp port ${port}` }, sender);
  await new Promise((resolve) => socket.send(Buffer.alloc(65_507), port, '127.0.0.1', resolve));
  await expect.poll(() => live.counters().frames).toBe(1);
  expect(live.counters()['refused.bad_ip_length'] ?? 0).toBe(0);
  await read();
  await live.stop();
  // An Ethernet header and the longest packet that IPv4 can say.
  expect(records).toMatchObject([{ 'network.packets': 1, 'network.bytes': 14 + 65_535, 'source.port': port }]);
});

/** Datagrams that are sent at once, while the one who captures cannot read. Runs in a process of its own. */
const burst = 5000;
const sendBurst = `
const socket = require('node:dgram').createSocket('udp4');
let left = ${burst};
const next = () => left-- > 0 ? socket.send(Buffer.alloc(1000), Number(process.argv[1]), '127.0.0.1', next) : socket.close();
next();`;

test.skipIf(!mayCapture)('what_the_kernels_buffer_has_no_room_for_is_counted', async () => {
  const { sender } = await through(2 ** 24, 2 ** 24);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const live = new LiveSource(started, { ...liveOptions, filter: `udp port ${port}`, bufferBytes: 2 ** 20 }, sender);
  onTestFinished(() => live.stop());
  await new Promise((resolve) => socket.send('one that there is room for', port, '127.0.0.1', resolve));
  await expect.poll(() => live.counters().frames).toBe(1);
  expect(live.counters()['dropped.kernel']).toBe(0);
  execFileSync(process.execPath, ['-e', sendBurst, String(port)]);
  let seen = NaN;
  await expect.poll(() => seen === (seen = live.counters().frames), { interval: 200 }).toBe(true);
  const dropped = live.counters()['dropped.kernel']!;
  expect(seen).toBeLessThan(burst);
  // Each counts once as it leaves and once as it arrives.
  expect(seen + dropped).toBeGreaterThan(burst);
  expect(dropped).toBeLessThanOrEqual(2 * burst);
  await live.stop();
  expect(live.counters()['dropped.kernel']).toBe(dropped);
});
