import { Counter, Gauge, type Registry } from 'prom-client';
import type { PartitionReader } from '@orbweaver/command/partitions/partition-reader.ts';
import type { PartitionCounters } from '@orbweaver/command/partitions/partition-analysis.ts';
import { newContentCounters, type ContentCounters } from '@orbweaver/platform/content/content-counters.ts';
import type { Dissection } from './dissection.ts';

const counted: Readonly<Record<keyof PartitionCounters, string>> = {
  entries: 'Packets that were taken from batches.',
  voidBatches: 'Batches that came twice, or of a session that was over.',
  missingBatches: 'Batches that never came.',
  refusedBatches: 'Messages that are no batch, or damaged.',
  cutFlows: 'Flows recorded in pieces since they would have held up the checkpoint.',
  sessionsEnded: 'Sessions of whisperers that ended.',
  sessionsReplaced: 'Sessions that a later one of the same source replaced.',
  sessionsLost: 'Sessions that ended without saying so.',
  twinFlows: 'Flows that another observer had told of before.',
  sightingsForgotten: 'Conversations that were forgotten before their time, so that twins of them count as firsts.',
};

const countedContent: Readonly<Record<Exclude<keyof ContentCounters, 'droppedSegments'>, readonly [name: string, help: string]>> = {
  kept: ['contents', 'Bodies and payloads that were sent to be kept, or had been.'],
  keptBytes: ['content_bytes', 'Bytes of them, before compression.'],
  cutBytes: ['content_cut_bytes', 'Bytes that the settings leave out.'],
  refused: ['contents_refused', 'Bodies and payloads that were not kept.'],
  refusedBytes: ['content_refused_bytes', 'Bytes that were not kept for want of memory.'],
};

/** What is counted elsewhere is read when someone asks. Counters of a partition begin anew with its reader, as Prometheus expects of a restart. */
export function registerMetrics(register: Registry, dissection: Dissection, contents: ContentCounters = newContentCounters()): void {
  const registers = [register];
  const labelNames = ['partition'];
  const each = (read: (reader: PartitionReader) => number, note: (partition: string, value: number) => void) => {
    for (const [partition, reader] of dissection.readers) note(String(partition), read(reader));
  };
  const totals = (name: string, help: string, read: (reader: PartitionReader) => number) =>
    new Counter({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset();
        each(read, (partition, value) => this.inc({ partition }, value));
      },
    });
  const gauges = (name: string, help: string, read: (reader: PartitionReader) => number) =>
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset();
        each(read, (partition, value) => this.set({ partition }, value));
      },
    });
  for (const [name, help] of Object.entries(counted) as [keyof PartitionCounters, string][])
    totals(
      `dissector_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`,
      help,
      ({ analysis }) => analysis?.counters[name] ?? 0,
    );
  totals('dissector_records_total', 'Records that were emitted.', ({ records }) => records);
  totals('dissector_record_bytes_total', 'Bytes of those records, and of dead letters.', ({ recordBytes }) => recordBytes);
  gauges('dissector_lag', 'Messages that the partition has and that were not taken yet.', ({ next, end }) =>
    next === undefined ? 0 : Math.max(0, end - next),
  );
  gauges('dissector_replay_distance', 'Messages that would have to be read again after a crash.', ({ next, checkpointed }) =>
    next === undefined ? 0 : next - checkpointed,
  );
  gauges('dissector_open_flows', 'Flows that are open.', ({ analysis }) => analysis?.openFlows ?? 0);
  gauges('dissector_sessions', 'Sessions of whisperers at hand.', ({ analysis }) => analysis?.sessions ?? 0);
  for (const [counter, [name, help]] of Object.entries(countedContent) as [keyof typeof countedContent, [string, string]][])
    new Counter({
      ...{ name: `dissector_${name}_total`, help, registers },
      collect() {
        this.reset();
        this.inc(contents[counter]);
      },
    });
  const single = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  single('dissector_batch_seconds', 'What the last batch took.', () => dissection.batchTime / 1000);
  single('dissector_checkpoint_seconds', 'What the last checkpoint took.', () => dissection.checkpointTime / 1000);
  single(
    'dissector_checkpoints_lost',
    'Partitions that had no checkpoint in the working memory when they were assigned.',
    () => dissection.checkpointsLost,
  );
  single('dissector_dead_letters', 'Messages that lie with the dead letters.', () => dissection.deadLetters);
}
