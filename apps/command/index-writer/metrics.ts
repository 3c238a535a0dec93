import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ContentIndexer } from '@orbweaver/command/indexing/content-indexer.ts';
import type { RecordIndexer } from '@orbweaver/command/indexing/record-indexer.ts';
import type { Writer } from '@orbweaver/command/indexing/writer.ts';

const name = (what: string) => `orbweaver_index_writer_${what}`;

/** What the index-writer counts, under the names that Prometheus expects. Returns what times a batch. */
export function registerMetrics(
  registry: Registry,
  indexer: RecordIndexer,
  contents: ContentIndexer,
  writer: Writer,
): { batch: Histogram } {
  const registers = [registry];
  const total = (what: string, help: string, value: () => number) =>
    new Counter({
      name: name(`${what}_total`),
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  total('messages', 'Messages whose records are stored.', () => indexer.counters().messages);
  total('records', 'Records taken from messages.', () => indexer.counters().records);
  total('bytes', 'Bytes of NDJSON taken from messages.', () => indexer.counters().bytes);
  total('dead_letters', 'Records that went to the dead letters.', () => indexer.counters().deadLetters);
  total('stored', 'Records that Elasticsearch stored, versions each.', () => writer.counters().stored);
  total('content_parts', 'Parts of kept content that Elasticsearch stored.', () => contents.stored);
  total('content_bytes', 'Bytes of those parts, compressed.', () => contents.storedBytes);
  total('content_refused', 'Messages with content that went to the dead letters.', () => contents.refused);
  new Counter({
    name: name('refused_total'),
    help: 'Records that were refused, by reason.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(writer.counters().rejected)) this.inc({ reason }, count);
    },
  });
  new Gauge({
    name: name('lag_messages'),
    help: 'Messages that wait behind the last one handled.',
    labelNames: ['partition'],
    registers,
    collect() {
      this.reset();
      for (const [partition, lag] of Object.entries(indexer.counters().lag)) this.set({ partition }, lag);
    },
  });
  const batch = new Histogram({
    name: name('batch_seconds'),
    help: 'Time from a batch to its commit.',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  return { batch };
}
