import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeRange } from '@orbweaver/query/search/reader.ts';
import { DatabaseRenewed, quoteText, type Database } from './database.ts';
import { syncFolder } from './durable.ts';
import { readManifest, writeManifest, type DatasetPart, type Manifest, type Segment } from './manifest.ts';
import type { Tables } from './tables.ts';
import { maxAttachedSegments, maxFineSegments, rowGroupRows, tidyRowGroupRows, type DuckDbSettings } from './settings.ts';
import { quoteName } from './columns.ts';

/** One table to ask: a dataset in a segment. */
export interface Source extends DatasetPart {
  readonly segment: string;
  readonly dataset: string;
  /** `"2026-01-02"."http"`. */
  readonly table: string;
}

/** A segment's records moved between two statements of one question: ask again. */
export class SegmentChanged extends Error {
  override readonly name: string = 'SegmentChanged';
}

/** A segment was dropped between the plan of a query and its run: plan again. */
export class SegmentGone extends SegmentChanged {
  override readonly name = 'SegmentGone';
}

const hourNanos = 3_600_000_000_000n;
const suffix = '.duckdb';

/**
 * The segments of a store: one DuckDB file for each hour or day that has records. Files are attached when they are needed, and let go of when many are open and nobody reads them.
 *
 * The manifest is the truth: a file that it does not name is what a crash left of a load (whose records are still in the spool) or of a deletion.
 */
export class Segments {
  readonly width: 'hour' | 'day';
  readonly #database: Database;
  readonly #folder: string;
  readonly #root: string;
  readonly #tables: Tables;
  readonly #segments: Map<string, Segment>;
  /** Attached, least recently used first; the number says how many read it. */
  #attached = new Map<string, number>();
  readonly #changed = new Map<string, number>();
  readonly #onUnread = new Map<string, () => void>();
  #attaching: Promise<unknown> = Promise.resolve();

  private constructor(database: Database, root: string, tables: Tables, manifest: Manifest) {
    this.#database = database;
    this.#root = root;
    this.#folder = join(root, 'segments');
    this.#tables = tables;
    this.width = manifest.width;
    this.#segments = new Map(manifest.segments);
    database.onRenewed(() => (this.#attached = new Map()));
  }

  static async open(database: Database, settings: DuckDbSettings, tables: Tables): Promise<Segments> {
    const manifest = (await readManifest(settings.folder)) ?? { width: settings.segmentWidth ?? 'day', segments: new Map() };
    const segments = new Segments(database, settings.folder, tables, manifest);
    await mkdir(segments.#folder, { recursive: true });
    for (const name of await readdir(segments.#folder)) {
      const known = manifest.segments.has(name.slice(0, name.indexOf('.')));
      if (!known) await rm(join(segments.#folder, name), { recursive: true, force: true });
    }
    await segments.save();
    return segments;
  }

  all(): Segment[] {
    return [...this.#segments.values()];
  }

  /** Nanoseconds of one bucket: the unit in which records are told apart into segments. */
  get bucketNanos(): bigint {
    return this.width === 'hour' ? hourNanos : 24n * hourNanos;
  }

  /**
   * The segment of a bucket, which need not exist yet. Once a bucket's records went to some segment they always will, so that a record written again
   * meets its former self.
   */
  nameFor(bucket: bigint): string {
    const iso = new Date(Number((bucket * this.bucketNanos) / 1_000_000n)).toISOString();
    const fine = iso.slice(0, this.width === 'hour' ? 13 : 10);
    const year = iso.slice(0, 4);
    if (this.#segments.has(fine)) return fine;
    return this.#segments.has(year) || this.#segments.size >= maxFineSegments ? year : fine;
  }

  /** The tables that may have records of these datasets in this time, and for which `may` holds. */
  sources(datasets: readonly string[], time?: TimeRange, may: (dataset: string, part?: DatasetPart) => boolean = () => true): Source[] {
    const wanted = datasets.filter((dataset) => may(dataset));
    const sources: Source[] = [];
    for (const { name, datasets: parts } of this.#segments.values()) {
      for (const dataset of wanted) {
        const part = parts.get(dataset);
        if (part === undefined || part.count === 0) continue;
        if (time !== undefined && (part.max < time.from || part.min >= time.to)) continue;
        if (!may(dataset, part)) continue;
        sources.push({ ...part, segment: name, dataset, table: tableName(name, dataset) });
      }
    }
    return sources;
  }

  /** Runs `work` while the segments are attached. Unless `create` is set, one that is not (or no longer) there rejects with `SegmentGone`. */
  async with<T>(names: readonly string[], work: () => Promise<T>, create = false): Promise<T> {
    const distinct = [...new Set(names)];
    const attached = await this.#serially(() => this.#attachAll(distinct, create));
    try {
      return await work();
    } catch (error) {
      // What was attached is not any more, whatever the error says.
      throw attached === this.#attached ? error : new DatabaseRenewed((error as Error).message, { cause: error });
    } finally {
      for (const name of distinct) this.#leave(attached, name);
    }
  }

  /** Enters or replaces a segment; to be followed by `save`. */
  put(segment: Segment): void {
    this.#segments.set(segment.name, segment);
    this.#changed.set(segment.name, performance.now());
  }

  /** Milliseconds since a segment was changed, endless if that was before this start. */
  quietFor(name: string): number {
    return performance.now() - (this.#changed.get(name) ?? -Infinity);
  }

  get(name: string): Segment | undefined {
    return this.#segments.get(name);
  }

  async save(): Promise<void> {
    await writeManifest(this.#root, { width: this.width, segments: this.#segments });
  }

  /** Forgets segments, lets those who read them finish, then deletes the files. */
  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) this.#segments.delete(name);
    await this.save();
    for (const name of names) {
      await this.#unread(name);
      await this.#serially(() => this.detach(name));
      await rm(this.#path(name), { force: true });
      await rm(`${this.#path(name)}.wal`, { force: true });
    }
    await syncFolder(this.#folder);
  }

  /** A file in which a segment may be written anew. One that a crash leaves is removed at the next start, as no segment has its name. */
  draftOf(segment: string): { readonly name: string; readonly path: string; readonly attachSql: string } {
    const name = `draft ${segment}`;
    const path = this.#path(name);
    const sql = `ATTACH ${quoteText(path)} AS ${quoteName(name)} (STORAGE_VERSION 'latest', ROW_GROUP_SIZE ${tidyRowGroupRows})`;
    return { name, path, attachSql: sql };
  }

  /** Puts a file with the same records in place of a segment's own, if the segment is still what it was and nobody reads it. `filled`: columns with values, by dataset. */
  async replace(
    segment: Segment,
    path: string,
    filled: ReadonlyMap<string, ReadonlySet<string>>,
  ): Promise<'replaced' | 'changed' | 'read'> {
    const { name } = segment;
    const result = await this.#serially(async () => {
      if (this.#segments.get(name) !== segment) return 'changed';
      if ((this.#attached.get(name) ?? 0) > 0) return 'read';
      await this.detach(name);
      // Letting go of a file puts its log into it. A log that is left would be played onto the new file.
      const hasLog = await stat(`${this.#path(name)}.wal`).then(
        () => true,
        () => false,
      );
      if (hasLog) return 'changed';
      await rename(path, this.#path(name));
      await syncFolder(this.#folder);
      return 'replaced';
    });
    if (result === 'replaced') {
      const datasets = [...segment.datasets].map(([dataset, part]): [string, DatasetPart] => {
        const known = filled.get(dataset);
        return [dataset, known === undefined ? part : { ...part, filled: known }];
      });
      this.put({ ...segment, datasets: new Map(datasets), bytes: await this.sizeOf(name), isTidy: true });
      await this.save();
    }
    return result;
  }

  /** Bytes on disk of one segment. */
  async sizeOf(name: string): Promise<number> {
    const size = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;
    return (await size(this.#path(name))) + (await size(`${this.#path(name)}.wal`));
  }

  /** Lets go of all files; nothing may be asked any more. */
  async close(): Promise<void> {
    for (const name of [...this.#attached.keys()]) await this.#serially(() => this.detach(name));
  }

  async detach(name: string): Promise<void> {
    this.#attached.delete(name);
    await this.#database.admin(`DETACH DATABASE IF EXISTS ${quoteName(name)}`);
  }

  /** One after the other: two must not attach the same file. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#attaching.then(work, work);
    this.#attaching = next.catch(() => undefined);
    return next;
  }

  /** Resolves to the map in which the readers are counted. */
  async #attachAll(names: readonly string[], create: boolean): Promise<Map<string, number>> {
    const attached = this.#attached;
    const done: string[] = [];
    try {
      for (const name of names) {
        if (!create && !this.#segments.has(name)) throw new SegmentGone(name);
        const readers = attached.get(name);
        if (readers === undefined) await this.#attach(name);
        attached.delete(name);
        attached.set(name, (readers ?? 0) + 1);
        done.push(name);
      }
    } catch (error) {
      for (const name of done) this.#leave(attached, name);
      throw error;
    }
    await this.#detachIdle();
    return attached;
  }

  #leave(attached: Map<string, number>, name: string): void {
    const readers = (attached.get(name) ?? 1) - 1;
    attached.set(name, readers);
    if (readers === 0) this.#onUnread.get(name)?.();
  }

  /** Resolves when nobody reads the segment any more. */
  async #unread(name: string): Promise<void> {
    if ((this.#attached.get(name) ?? 0) === 0) return;
    await new Promise<void>((resolve) => this.#onUnread.set(name, resolve));
    this.#onUnread.delete(name);
  }

  async #attach(name: string): Promise<void> {
    const isNew = !this.#segments.has(name);
    await this.#database.admin(
      `ATTACH IF NOT EXISTS ${quoteText(this.#path(name))} AS ${quoteName(name)} (STORAGE_VERSION 'latest', ROW_GROUP_SIZE ${rowGroupRows})`,
    );
    const segment = this.#segments.get(name);
    if (segment !== undefined && segment.columns !== this.#tables.fingerprint) {
      await this.#tables.conform(this.#database, name, [...segment.datasets.keys()]);
      this.put({ ...segment, columns: this.#tables.fingerprint });
    }
    if (isNew) await syncFolder(this.#folder);
  }

  async #detachIdle(): Promise<void> {
    for (const [name, readers] of [...this.#attached]) {
      if (this.#attached.size <= maxAttachedSegments) return;
      if (readers === 0) await this.detach(name);
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}${suffix}`);
  }
}

export function tableName(segment: string, dataset: string): string {
  return `${quoteName(segment)}.${quoteName(dataset)}`;
}
