import type { AppendReceipt, RetentionPolicy, RetentionResult, Writer, WriterCounters } from '@orbweaver/command/indexing/writer.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { refusalOf, wellFormed } from '../validate.ts';
import { MemoryReader } from './memory-reader.ts';

const dayNanos = 86_400_000_000_000n;

/** The record store in a process's memory: what DuckDB's does, readable at a glance. For tests, and to compare with. Nothing is durable. */
export class MemoryStore implements Writer {
  readonly reader: MemoryReader;
  readonly writer: Writer = this;
  readonly #records: Map<string, FlatRecord>;
  readonly #catalogue: Catalogue;
  readonly #rejected: Record<string, number> = {};
  #stored = 0;

  constructor(schemas: readonly DatasetSchema[]) {
    this.#catalogue = new Catalogue(schemas);
    this.#records = new Map();
    this.reader = new MemoryReader(this.#records);
  }

  append(batch: readonly TrafficRecord[] | Uint8Array): Promise<AppendReceipt> {
    const lines = batch instanceof Uint8Array ? new TextDecoder().decode(batch).split('\n') : batch.map((record) => JSON.stringify(record));
    const written = lines.filter((line) => line !== '');
    for (const line of written) this.#take(line);
    return Promise.resolve({
      records: written.length,
      bytes: batch instanceof Uint8Array ? batch.length : Buffer.byteLength(written.join('\n')) + 1,
    });
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  deleteCapture(path: string): Promise<number> {
    return Promise.resolve(this.#delete((record) => record['log.file.path'] === path));
  }

  /** A day is a segment here. Sizes are those of the JSON. */
  retain(policy: RetentionPolicy, now: number): Promise<RetentionResult> {
    const days = new Map<bigint, FlatRecord[]>();
    for (const record of this.#records.values()) {
      const day = BigInt(Date.parse(record['@timestamp'])) / (dayNanos / 1_000_000n);
      days.set(day, [...(days.get(day) ?? []), record]);
    }
    const sizes = [...days]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([day, records]) => ({ day, records, bytes: JSON.stringify(records).length }));
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const result = { segments: 0, records: 0, bytes: 0 };
    for (const [index, { records, bytes }] of sizes.entries()) {
      const newest = Math.max(...records.map((record) => Date.parse(record['@timestamp'])));
      const tooOld = policy.maxAgeMs !== undefined && newest < now - policy.maxAgeMs;
      if (!tooOld && !(policy.maxBytes !== undefined && total > policy.maxBytes && index < sizes.length - 1)) break;
      const doomed = new Set(records);
      total -= bytes;
      result.segments++;
      result.bytes += bytes;
      result.records += this.#delete((record) => doomed.has(record));
    }
    return Promise.resolve(result);
  }

  counters(): WriterCounters {
    return { stored: this.#stored, rejected: { ...this.#rejected }, waitingBytes: 0 };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #take(line: string): void {
    const record = parse(line);
    const known = (dataset: string) => (this.#catalogue.datasets.has(dataset) ? this.#catalogue.fieldsOf([dataset]) : undefined);
    const refusal = record === undefined ? 'not JSON' : refusalOf(record, known);
    if (refusal !== undefined) {
      this.#rejected[refusal] = (this.#rejected[refusal] ?? 0) + 1;
      return;
    }
    const whole = record as FlatRecord;
    const fields = known(whole['event.dataset'])!;
    const kept = fields.flatMap(({ name }) => (Object.hasOwn(whole, name) && whole[name] !== null ? [[name, whole[name]] as const] : []));
    this.#records.set(`${whole['event.dataset']} ${whole['event.id']}`, Object.fromEntries(kept) as FlatRecord);
    this.#stored++;
  }

  #delete(doomed: (record: FlatRecord) => boolean): number {
    let deleted = 0;
    for (const [key, record] of this.#records) {
      if (!doomed(record)) continue;
      this.#records.delete(key);
      deleted++;
    }
    return deleted;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(wellFormed(line));
  } catch {
    return undefined;
  }
}
