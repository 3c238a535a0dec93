import { setImmediate } from 'node:timers/promises';
import type { AppendReceipt, RetentionPolicy, RetentionResult, Writer, WriterCounters } from '@orbweaver/command/indexing/writer.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Loader, Prepared } from './loader.ts';
import type { Rejects } from './rejects.ts';
import { expired } from './retention.ts';
import type { Segments } from './segments.ts';
import { loadRest, maxLoadBytes, maxWaitingBytes, promptLoadBytes, tidyAfterMs } from './settings.ts';
import type { Tidier } from './tidier.ts';
import { unavailable, type Spool, type SpoolFile } from './spool.ts';

/** Records turned into JSON between two turns of the event loop. */
const stringifySlice = 500;
/** After a load that failed, the next try. */
const retryMs = 5_000;
const newline = 0x0a;

/** The Writer over DuckDB: batches are durable in the spool at once, and go on from there to the segments as fast as these take them. */
export class DuckDbWriter implements Writer {
  readonly #spool: Spool;
  readonly #loader: Loader;
  readonly #segments: Segments;
  readonly #rejects: Rejects;
  readonly #folder: string;
  #stored = 0;
  #loading: Promise<void> | undefined;
  /** What is being stored of it. */
  #storing: Promise<void> = Promise.resolve();
  readonly #onStep: (() => void)[] = [];
  /** Until the next load. */
  #timer: NodeJS.Timeout | undefined;
  #restMs: number = loadRest.least;
  #hasFailed = false;
  #isClosing = false;
  /** Loads, deletions and drops, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  readonly #tidier: Tidier;
  #tidying: Promise<number> | undefined;
  #tidyTimer: NodeJS.Timeout | undefined;

  constructor(folder: string, spool: Spool, loader: Loader, segments: Segments, rejects: Rejects, tidier: Tidier) {
    this.#folder = folder;
    this.#spool = spool;
    this.#loader = loader;
    this.#segments = segments;
    this.#rejects = rejects;
    this.#tidier = tidier;
    this.#tidySoon();
  }

  async append(batch: readonly TrafficRecord[] | Uint8Array): Promise<AppendReceipt> {
    const bytes = batch instanceof Uint8Array ? batch : await stringify(batch);
    const records = batch instanceof Uint8Array ? countLines(batch) : batch.length;
    if (records === 0) return { records, bytes: 0 };
    while (this.#spool.waitingBytes > maxWaitingBytes) await Promise.race([this.#load(), this.#stepped()]);
    await this.#spool.append(bytes);
    this.#loadSoon();
    return { records, bytes: bytes.length };
  }

  async flush(): Promise<void> {
    while (this.#spool.waitingBytes > 0) await this.#load();
    await this.#turn;
  }

  async deleteCapture(path: string): Promise<number> {
    await this.flush();
    return this.#alone(() => this.#loader.deleteCapture(path));
  }

  async retain(policy: RetentionPolicy, now: number): Promise<RetentionResult> {
    return this.#alone(async () => {
      const doomed = expired(this.#segments.all(), policy, now);
      if (doomed.length > 0) await this.#segments.drop(doomed.map(({ name }) => name));
      const records = doomed.flatMap(({ datasets }) => [...datasets.values()]).reduce((sum, { count }) => sum + count, 0);
      return { segments: doomed.length, records, bytes: doomed.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
  }

  counters(): WriterCounters {
    return { stored: this.#stored, rejected: { ...this.#rejects.counts }, waitingBytes: this.#spool.waitingBytes };
  }

  /** Writes segments anew that gain by it and were not changed for so long; resolves to how many were. */
  async tidy(quietMs = 0): Promise<number> {
    this.#tidying ??= this.#tidyAll(quietMs).finally(() => (this.#tidying = undefined));
    return this.#tidying;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#tidyTimer);
    this.#tidier.stop();
    await this.#tidying?.catch(() => undefined);
    try {
      await this.flush();
    } finally {
      clearTimeout(this.#timer);
      await this.#spool.close();
    }
  }

  async #tidyAll(quietMs: number): Promise<number> {
    let tidied = 0;
    for (const segment of this.#tidier.untidy(quietMs)) {
      if (this.#isClosing) break;
      if (await this.#tidier.tidy(segment, (work) => this.#alone(work))) tidied++;
    }
    return tidied;
  }

  /** Again and again. What fails (a disk without room for a copy) is tried again next time. */
  #tidySoon(): void {
    const again = () => {
      if (!this.#isClosing) this.#tidySoon();
    };
    this.#tidyTimer = setTimeout(() => void this.tidy(tidyAfterMs).then(again, again), tidyAfterMs).unref();
  }

  /** Starts a load now if there is enough for one, else in a while. */
  #loadSoon(): void {
    if (this.#loading !== undefined || this.#isClosing || this.#spool.waitingBytes === 0) return;
    if (!this.#hasFailed && this.#spool.waitingBytes >= promptLoadBytes) {
      void this.#load().catch(() => undefined);
      return;
    }
    const restMs = this.#hasFailed ? retryMs : this.#restMs;
    this.#timer ??= setTimeout(() => void this.#load().catch(() => undefined), restMs).unref();
  }

  /** Loads once, as much as one load takes; those who call meanwhile wait for the same. Rejects if the store cannot take records. */
  #load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = undefined;
      this.#loadSoon();
    });
    return this.#loading;
  }

  /** As long as there is enough for a load, the next is read while one is stored. */
  async #loadOnce(): Promise<void> {
    let taken: readonly SpoolFile[] = [];
    try {
      do {
        const files = await this.#spool.take(maxLoadBytes, taken);
        if (files.length === 0) break;
        const started = performance.now();
        const prepared = await this.#loader.prepare(files);
        await this.#storing.catch(async (error: unknown) => {
          await this.#loader.discard(prepared);
          throw error;
        });
        taken = files;
        this.#storing = this.#store(prepared, started);
        this.#storing.catch(() => undefined);
      } while (this.#spool.waitingBytes - bytesOf(taken) >= promptLoadBytes);
      await this.#storing;
      this.#hasFailed = false;
    } catch (error) {
      await this.#storing.catch(() => undefined);
      this.#storing = Promise.resolve();
      this.#hasFailed = true;
      throw unavailable(this.#folder, error);
    }
  }

  #store(prepared: Prepared, started: number): Promise<void> {
    return this.#alone(async () => {
      this.#stored += await this.#loader.store(prepared);
      await this.#spool.remove(prepared.files);
      this.#restMs = Math.min(loadRest.most, Math.max(loadRest.least, loadRest.times * (performance.now() - started)));
      for (const done of this.#onStep.splice(0)) done();
    });
  }

  /** Resolves when something was stored. */
  #stepped(): Promise<void> {
    return new Promise((resolve) => this.#onStep.push(resolve));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work, work);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

async function stringify(records: readonly TrafficRecord[]): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for (let at = 0; at < records.length; at += stringifySlice) {
    if (at > 0) await setImmediate();
    const lines = records.slice(at, at + stringifySlice).map((record) => `${JSON.stringify(record)}\n`);
    parts.push(Buffer.from(lines.join('')));
  }
  return Buffer.concat(parts);
}

function bytesOf(files: readonly SpoolFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Lines with something in them. */
function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    if (end > start) lines++;
    start = end + 1;
  }
  return lines;
}
