import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CaptureDeleted } from '@orbweaver/command/imports/analyst.ts';
import { StoreUnavailable } from '@orbweaver/command/indexing/writer.ts';
import { PartitionAnalysis } from '@orbweaver/command/partitions/partition-analysis.ts';
import { analyse, byId } from '@orbweaver/command/partitions/test/through-partitions.ts';
import type { Batch } from '@orbweaver/command/streaming/bus.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { StoredEnd } from '@orbweaver/contracts/topics/session-end.ts';
import { topics } from '@orbweaver/contracts/topics/topics.ts';
import { openCapture } from '@orbweaver/packet/pcap/source.ts';
import { MemoryBus } from '@orbweaver/platform/bus/memory/memory-bus.ts';
import { PipelineAnalyst } from '../adapters/pipeline-analyst.ts';
import { SessionEnds } from '../adapters/session-ends.ts';

const partitions = 3;
const sample = fileURLToPath(new URL('../../../../libs/testing/captures/sample/shop.pcapng.gz', import.meta.url));
const job = { file: sample, capture: 'shop.pcapng.gz' };

/** The rest of the pipeline in this process: what frames become is stored at once, ends come through the bus. */
async function pipeline(onSend: () => void = () => undefined) {
  const bus = new MemoryBus([
    { name: topics.frames.name, partitions },
    { name: topics.ends.name, partitions: 1 },
  ]);
  const producer = await bus.producer();
  const stored = new Map<string, TrafficRecord>();
  const ends = new SessionEnds();
  const tell = (end: StoredEnd) => producer.send({ topic: topics.ends.name, partition: 0 }, [{ value: Buffer.from(JSON.stringify(end)) }]);
  const analyses = Array.from({ length: partitions }, (_, partition) => {
    const sink = { emit: (record: TrafficRecord) => void stored.set(record['event.id'], record) };
    // Each end comes twice, as after a crash.
    const sessionEnded = (session: Omit<StoredEnd, 'of' | 'partition'>) => {
      for (const of of ['records', 'contents', 'records', 'contents'] as const) void tell({ ...session, of, partition });
    };
    return new PartitionAnalysis(sink, { sessionEnded });
  });
  const frames = bus.consumer({ group: 'dissector', topics: [topics.frames.name] });
  const heard = bus.consumer({ group: 'control-api', topics: [topics.ends.name] });
  await heard.start({ batch: ({ messages }: Batch) => Promise.resolve(messages.forEach(({ value }) => ends.hear(value))) });
  const read = () =>
    frames.start({
      batch: ({ partition, messages }: Batch) => {
        for (const { offset, timestamp, value } of messages) analyses[partition]!.take(offset, timestamp, value);
        return Promise.resolve();
      },
    });
  onTestFinished(async () => {
    await frames.stop();
    await heard.stop();
  });
  const count = () => {
    const counts: Record<string, number> = {};
    for (const { 'event.dataset': dataset } of stored.values()) counts[dataset] = (counts[dataset] ?? 0) + 1;
    return Promise.resolve(counts);
  };
  let flushes = 0;
  // Elasticsearch is away when everything is stored, and comes back.
  const flush = () => (flushes++ === 0 ? Promise.reject(new StoreUnavailable('it does not answer')) : Promise.resolve());
  const records = { flush, count };
  const watched = {
    send: (...sent: Parameters<typeof producer.send>) => {
      onSend();
      return producer.send(...sent);
    },
  };
  const parts = { producer: watched, ends, records, partitions: () => Promise.resolve(partitions), stopping: new AbortController().signal };
  return { analyst: new PipelineAnalyst(parts), stored, read, analyses };
}

const sink = { batch: () => Promise.reject(new Error('records go through the pipeline')), progress: () => undefined };
const never = new AbortController().signal;

test('a_capture_is_done_when_every_partition_has_ended_with_the_records_and_counts_of_an_analysis_of_the_file', async () => {
  const { analyst, stored, read } = await pipeline();
  const analysing = analyst.analyse(job, sink, never);
  await read();
  const result = await analysing;
  const expected = await analyse(openCapture(sample), job.capture);
  expect(byId([...stored.values()])).toEqual(byId(expected));
  expect(result).toMatchObject({
    ...{ progress: 1, packets: 4946, first: '2026-11-21T09:55:00.364511566Z', last: '2026-11-21T10:01:55.642473717Z' },
    summary: { packets: 4946, in_flows: 4946, not_ip: 0 },
  });
  expect(Object.values(result.records).reduce((sum, each) => sum + each)).toBe(expected.length);
  expect(result.problem).toBeUndefined();
});

test('a_capture_that_is_deleted_in_work_leaves_nothing_on_its_way_and_the_next_one_is_whole', async () => {
  const deletion = new AbortController();
  let sends = 0;
  const { analyst, stored, read, analyses } = await pipeline(() => {
    if (++sends === 3) deletion.abort(new CaptureDeleted('deleted'));
  });
  let isOver = false;
  const deleted = analyst.analyse(job, sink, deletion.signal).finally(() => (isOver = true));
  deleted.catch(() => undefined);
  // Nobody reads: what was sent is on its way.
  await expect.poll(() => sends).toBeGreaterThan(partitions);
  expect(isOver).toBe(false);
  await read();
  await expect(deleted).rejects.toBeInstanceOf(CaptureDeleted);
  // What came of it until then is there to be deleted; nothing else comes.
  const left = stored.size;
  expect(analyses.map(({ openFlows }) => openFlows)).toEqual([0, 0, 0]);
  await new Promise(setImmediate);
  expect(stored.size).toBe(left);
  stored.clear();
  const { records } = await analyst.analyse(job, sink, never);
  expect(Object.values(records).reduce((sum, each) => sum + each)).toBe(1478);
});

test('a_process_that_stops_waits_for_nothing', async () => {
  const { analyst } = await pipeline();
  const stop = new AbortController();
  const analysing = analyst.analyse(job, sink, stop.signal);
  stop.abort(new Error('the process stops'));
  await expect(analysing).rejects.toThrow('the process stops');
});
