import { expect, onTestFinished, test } from 'vitest';
import { inOneChunk, mixedCapture } from '@orbweaver/command/partitions/test/mixed-capture.ts';
import { analyse, byId, fileSession, route } from '@orbweaver/command/partitions/test/through-partitions.ts';
import type { Received } from '@orbweaver/command/streaming/bus.ts';
import type { Cache } from '@orbweaver/command/streaming/cache.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { redisPrefixes } from '@orbweaver/contracts/topics/redis-prefixes.ts';
import { deadLetters, topics } from '@orbweaver/contracts/topics/topics.ts';
import { MemoryBus } from '@orbweaver/platform/bus/memory/memory-bus.ts';
import { MemoryCache } from '@orbweaver/platform/cache/memory/memory-cache.ts';
import { createLogger } from '@orbweaver/platform/service/logger.ts';
import { CachedCheckpoints } from '../cached-checkpoints.ts';
import { Dissection } from '../dissection.ts';

const log = createLogger({ level: 'silent', pretty: false, service: 'test' });
const partitions = 2;

/** Frames on a bus in the process, and what comes out of it. */
async function open() {
  const bus = new MemoryBus([
    { name: topics.frames.name, partitions },
    { name: topics.records.name, partitions },
    { name: topics.names.name, partitions: 1 },
    { name: topics.contents.name, partitions },
    { name: deadLetters('dissector').name, partitions: 1 },
  ]);
  const producer = await bus.producer();
  const records: TrafficRecord[] = [];
  const dead: Received[] = [];
  const reader = bus.consumer({ group: 'test', topics: [topics.records.name, deadLetters('dissector').name] });
  await reader.start({
    batch: ({ topic, messages }) => {
      if (topic !== topics.records.name) dead.push(...messages);
      else
        for (const { value } of messages)
          for (const line of Buffer.from(value).toString().split('\n').filter(Boolean)) records.push(JSON.parse(line) as TrafficRecord);
      return Promise.resolve();
    },
  });
  onTestFinished(() => reader.stop());
  return { bus, producer, records, dead };
}

async function dissect({ bus, producer }: Awaited<ReturnType<typeof open>>, cache: Cache, redact = (record: TrafficRecord) => record) {
  const consumer = bus.consumer({ group: 'dissector', topics: [topics.frames.name] });
  const dissection = new Dissection(
    {
      recordsTopic: topics.records.name,
      namesTopic: topics.names.name,
      contentsTopic: topics.contents.name,
      deadLetterTopic: deadLetters('dissector').name,
      waitingBytes: 1e6,
      analysis: {},
    },
    {
      producer,
      checkpoints: new CachedCheckpoints(cache, 'dissector', log),
      redactor: { redact },
      tracing: { handle: (_headers, work) => work(), headers: () => undefined },
      commit: (partition, offset) => consumer.commit(partition, offset),
    },
    3600e3,
    log,
  );
  await consumer.start({
    assigned: (partition, next) => dissection.assigned(partition, next),
    revoked: (partition) => dissection.revoked(partition),
    batch: (batch, control) => dissection.batch(batch, control),
  });
  const stop = async () => {
    await dissection.stop();
    await consumer.stop();
  };
  onTestFinished(stop);
  return { dissection, stop };
}

test('a_poisoned_message_lies_with_the_dead_letters_with_its_reason_and_nothing_stops', async () => {
  const parts = await open();
  const capture = await mixedCapture(4);
  const { messages } = await route(inOneChunk(capture), { partitions, session: fileSession('a.pcap'), batchBytes: 6000 });
  const poison = Uint8Array.of(7, 1, 2, 3);
  for (const [partition, list] of messages.entries())
    for (const [i, value] of list.entries()) {
      if (partition === 1 && i === 3) await parts.producer.send({ topic: topics.frames.name, partition }, [{ value: poison }]);
      await parts.producer.send({ topic: topics.frames.name, partition }, [{ value }]);
    }
  const { dissection } = await dissect(parts, new MemoryCache());
  const expected = byId(await analyse(inOneChunk(capture), 'a.pcap'));
  await expect.poll(() => byId(parts.records).size).toBe(expected.size);
  expect(byId(parts.records)).toEqual(expected);
  expect(dissection.deadLetters).toBe(1);
  await expect.poll(() => parts.dead.length).toBe(1);
  const [letter] = parts.dead;
  expect([...letter!.value]).toEqual([...poison]);
  expect(letter!.headers).toEqual({
    'orbweaver-stage': 'decode',
    'orbweaver-reason': expect.stringContaining('format version 7'),
    'orbweaver-topic': topics.frames.name,
    'orbweaver-partition': '1',
    'orbweaver-offset': '3',
  });
});

test('without_the_working_memory_no_checkpoint_is_made_and_the_next_one_makes_up_for_it', async () => {
  const parts = await open();
  const capture = await mixedCapture(6);
  const { messages } = await route(inOneChunk(capture), { partitions, session: fileSession('a.pcap'), batchBytes: 6000 });
  const send = async (from: number, to: number) => {
    for (const [partition, list] of messages.entries())
      for (const value of list.slice(from, to)) await parts.producer.send({ topic: topics.frames.name, partition }, [{ value }]);
  };
  const memory = new MemoryCache();
  let isAway = true;
  const cache: Cache = {
    get: (key) => memory.get(key),
    has: (key) => memory.has(key),
    set: (key, value) => (isAway ? Promise.reject(new Error('away')) : memory.set(key, value)),
    delete: (key) => memory.delete(key),
    problem: () => undefined,
    close: () => memory.close(),
  };
  const first = await dissect(parts, cache);
  await send(0, 8);
  await expect.poll(() => [...first.dissection.readers.values()].map(({ next }) => next)).toEqual([8, 8]);
  await first.dissection.checkpoint();
  expect(first.dissection.problem()).toBe('no checkpoint can be made: away');
  isAway = false;
  await first.dissection.checkpoint();
  expect(first.dissection.problem()).toBeUndefined();
  await first.stop();
  // Another one goes on from there.
  const second = await dissect(parts, cache);
  await send(8, Infinity);
  const expected = byId(await analyse(inOneChunk(capture), 'a.pcap'));
  await expect.poll(() => byId(parts.records).size).toBe(expected.size);
  expect(byId(parts.records)).toEqual(expected);
  expect(second.dissection.checkpointsLost).toBe(0);
});

test('a_memory_that_is_emptied_gets_its_checkpoints_again_though_nothing_comes', async () => {
  const parts = await open();
  const capture = await mixedCapture(8);
  const { messages } = await route(inOneChunk(capture), { partitions, session: fileSession('a.pcap'), batchBytes: 6000 });
  const memory = new MemoryCache();
  const { dissection } = await dissect(parts, memory);
  for (const [partition, list] of messages.entries())
    for (const value of list.slice(0, 8)) await parts.producer.send({ topic: topics.frames.name, partition }, [{ value }]);
  await expect.poll(() => [...dissection.readers.values()].map(({ next }) => next)).toEqual([8, 8]);
  await dissection.checkpoint();
  const checkpoints = new CachedCheckpoints(memory, 'dissector', log);
  const before = [await checkpoints.load(0), await checkpoints.load(1)];
  for (const partition of [0, 1]) await memory.delete(`${redisPrefixes.checkpoints.prefix}dissector:${partition}`);
  expect(await checkpoints.has(0)).toBe(false);
  await dissection.checkpoint();
  expect([await checkpoints.load(0), await checkpoints.load(1)]).toEqual(before);
});

test('a_message_whose_analysis_fails_again_and_again_lies_with_the_dead_letters_and_the_next_ones_are_taken', async () => {
  const parts = await open();
  const capture = await mixedCapture(4);
  const { messages } = await route(inOneChunk(capture), { partitions, session: fileSession('a.pcap'), batchBytes: 6000 });
  const expected = await analyse(inOneChunk(capture), 'a.pcap');
  const answered = expected.find((record) => record['dns.response_code'] !== undefined)!;
  const { dissection } = await dissect(parts, new MemoryCache(), (record) => {
    if (record['event.id'] === answered['event.id'] && record['dns.response_code'] !== undefined) throw new Error('a defect of ours');
    return record;
  });
  for (const [partition, list] of messages.entries())
    for (const value of list) await parts.producer.send({ topic: topics.frames.name, partition }, [{ value }]);
  await expect.poll(() => parts.dead.length, { timeout: 15_000 }).toBe(1);
  expect(parts.dead[0]!.headers).toMatchObject({
    'orbweaver-stage': 'dissect',
    'orbweaver-reason': expect.stringContaining('a defect of ours') as string,
  });
  await expect.poll(() => [...dissection.readers].every(([partition, { next }]) => next === messages[partition]!.length)).toBe(true);
  expect(dissection.refusal()).toContain('a defect of ours');
});
