import { Counter, Gauge, type Registry } from 'prom-client';
import type { KnownNames } from '@orbweaver/command/enrichment/stage/known-names.ts';
import type { RecordEnricher, StageCounters } from '@orbweaver/command/enrichment/stage/record-enricher.ts';
import type { NamesReader } from './names-reader.ts';

const counted: Readonly<Record<keyof StageCounters, string>> = {
  messages: 'Messages whose records were handed on.',
  records: 'Records that were handed on.',
  bytes: 'Bytes of records that were taken.',
  deadLetters: 'Lines that are no records and lie with the dead letters.',
  unnamed: 'Records that went on without names since it did not become known what these are.',
};

/** What is counted elsewhere is read when someone asks. */
export function registerMetrics(register: Registry, enricher: RecordEnricher, names: KnownNames, reader: NamesReader): void {
  const registers = [register];
  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      ...{ name: `enricher_${name}_total`, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name: `enricher_${name}`, help, registers },
      collect() {
        this.set(read());
      },
    });
  for (const [name, help] of Object.entries(counted) as [keyof StageCounters, string][])
    total(name === 'deadLetters' ? 'dead_letters' : name, help, () => enricher.counters[name]);
  total('answers', 'DNS answers that were told, addresses each.', () => names.answers);
  total('names_forgotten', 'Captures whose names were forgotten since there were too many.', () => names.forgotten);
  total('names_refused', 'Messages about names that cannot be read.', () => reader.refused);
  gauge('waiting_bytes', 'Bytes of records in hand.', () => enricher.waitingBytes);
  gauge('waiting_seconds', 'For how long the oldest message has been in hand.', () => enricher.oldest / 1000);
  gauge('names', 'Runs of answers that are held.', () => names.runs);
  gauge('captures', 'Captures and observers whose names are held.', () => names.tables);
  new Gauge({
    ...{ name: 'enricher_lag', help: 'Messages that the partition has and that are not done.', labelNames: ['partition'], registers },
    collect() {
      this.reset();
      for (const [partition, lag] of enricher.lag) this.set({ partition: String(partition) }, lag);
    },
  });
}
