import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';

export interface AppendReceipt {
  /** Records taken. Whether each fits its schema shows when it is stored: see `WriterCounters`. */
  readonly records: number;
  readonly bytes: number;
  /** What was refused for good, where the store says so at once; others count it later. */
  readonly refused?: readonly Refusal[];
}

/** A record that cannot be stored. */
export interface Refusal {
  /** Position in the batch, from 0: of the record, or of the line (blank ones don't count). */
  readonly at: number;
  readonly record: string;
  readonly reason: string;
}

export interface WriterCounters {
  /** Records stored since the store was opened; a record written twice counts twice. */
  readonly stored: number;
  /** Refused, by reason; each is kept as it was in the store's `rejected` folder, up to a bound. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Acknowledged, durable, and not yet to be found. */
  readonly waitingBytes: number;
}

export interface RetentionPolicy {
  /** Records older than this may go, counted from `now` by the time of the record. */
  readonly maxAgeMs?: number;
  /** Oldest segments go until the store is no larger. */
  readonly maxBytes?: number;
}

export interface RetentionResult {
  readonly segments: number;
  readonly records: number;
  readonly bytes: number;
}

/**
 * Takes records into the store.
 *
 * - Durable: when `append` has resolved, the batch survives a crash of the process and of the machine.
 * - Visible: when `flush` has resolved, every batch acknowledged before can be found. Otherwise soon.
 * - One of each: a record is written under its `event.id`; a later one with the same id and the same `@timestamp` replaces it.
 * - Order: batches take effect in the order in which they were appended.
 * - Bounded: `append` waits while too much is waiting to be stored.
 * - A batch that cannot be written (disk full, no permission) rejects with `StoreUnavailable` and leaves what was stored as it was.
 */
export interface Writer {
  /** Records, or the same as NDJSON (UTF-8, one JSON object a line; the last newline may be missing). */
  append(batch: readonly TrafficRecord[] | Uint8Array): Promise<AppendReceipt>;
  flush(): Promise<void>;
  /** Deletes the records read from one capture (`log.file.path`); resolves to their number. What was acknowledged before is included. */
  deleteCapture(path: string): Promise<number>;
  /** Drops whole segments by age and by size. `now` is milliseconds since 1970. */
  retain(policy: RetentionPolicy, now: number): Promise<RetentionResult>;
  counters(): WriterCounters;
  /** Undefined: well. Else why records have to wait now; stores that never hold them back lack it. */
  problem?(): string | undefined;
  /** Stores what waits and lets go of the files. */
  close(): Promise<void>;
}

/** The store cannot take records now; `message` names the path, the reason and what to do. Nothing stored was lost. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
