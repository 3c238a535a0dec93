import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Database } from './database.ts';
import { quoteText } from './database.ts';
import { quoteName } from './columns.ts';
import type { DatasetPart } from './manifest.ts';
import { Parameters } from './parameters.ts';
import { sift, type Rejects } from './rejects.ts';
import { tableName, type Segments } from './segments.ts';
import { maxRecordBytes } from './settings.ts';
import type { SpoolFile } from './spool.ts';
import type { Tables } from './tables.ts';

/** The part of a batch that goes to one table. */
interface Share {
  readonly dataset: string;
  readonly count: number;
  readonly min: bigint;
  readonly max: bigint;
  readonly buckets: bigint[];
  /** The batch has an id twice. */
  readonly repeats: boolean;
}

/**
 * Puts spooled records into their segments, in DuckDB's threads. Each segment takes its share in one transaction that replaces records of the same id; after a crash in
 * between, loading the same files again leaves the same.
 */
export class Loader {
  readonly #database: Database;
  readonly #segments: Segments;
  readonly #tables: Tables;
  readonly #rejects: Rejects;

  constructor(database: Database, segments: Segments, tables: Tables, rejects: Rejects) {
    this.#database = database;
    this.#segments = segments;
    this.#tables = tables;
    this.#rejects = rejects;
  }

  /** Loads the files; resolves to the number of records stored. Records that do not fit are put aside and counted. */
  async load(files: readonly SpoolFile[]): Promise<number> {
    const paths = files.map(({ path }) => path);
    if (await this.#read(paths)) return this.#distribute();
    // Something does not fit: look at each record, go on with those that do.
    const sifted = `${paths[0]!}.sifted`;
    try {
      await sift(paths, sifted, this.#rejects);
      return await this.#loadReadable(sifted);
    } finally {
      await rm(sifted, { force: true });
    }
  }

  /** Loads a file whose records fit their schemas. A line that DuckDB cannot read all the same is found by halving, so that it holds up no other. */
  async #loadReadable(path: string): Promise<number> {
    if (await this.#read([path])) return this.#distribute();
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    if (lines.length <= 1) {
      await this.#rejects.keep(lines.map((line) => ({ line, reason: 'unreadable' })));
      return 0;
    }
    let stored = 0;
    const half = Math.ceil(lines.length / 2);
    for (const [index, part] of [lines.slice(0, half), lines.slice(half)].entries()) {
      const piece = `${path}.${index}`;
      try {
        await writeFile(piece, part.join('\n'));
        stored += await this.#loadReadable(piece);
      } finally {
        await rm(piece, { force: true });
      }
    }
    return stored;
  }

  /** Reads the files into the temporary table `batch`; false if a record in them does not fit. */
  async #read(paths: readonly string[]): Promise<boolean> {
    const columns = new Map([...this.#tables.columns.values()].flat().map((column) => [column.name, column.jsonType]));
    const shape = [...columns].filter(([, type]) => type !== '').map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
    const known = [...this.#tables.columns.keys()].map(quoteText).join(', ');
    try {
      await this.#database.write(`CREATE OR REPLACE TEMP TABLE batch AS
        SELECT *, "#time" // ${this.#segments.bucketNanos} - ("#time" % ${this.#segments.bucketNanos} < 0)::BIGINT AS "#bucket"
        FROM (SELECT row_number() OVER () AS "#", packet_time("@timestamp") AS "#time", *
          FROM read_json([${paths.map(quoteText).join(', ')}], format = 'newline_delimited', records = true, compression = 'uncompressed',
            maximum_object_size = ${maxRecordBytes}, columns = {${shape.join(', ')}}))`);
      const [row] = await this.#database.write(`SELECT count(*) FROM batch
        WHERE "event.id" IS NULL OR "#time" IS NULL OR "event.dataset" IS NULL OR "event.dataset" NOT IN (${known})`);
      return row?.[0] === 0n;
    } catch (error) {
      if (isAboutContent(error)) return false;
      throw error;
    }
  }

  /** From `batch` into the segments. */
  async #distribute(): Promise<number> {
    const rows = await this.#database
      .write(`SELECT "#bucket", "event.dataset", count(*), min("#time"), max("#time"), count(DISTINCT "event.id")
      FROM batch GROUP BY ALL ORDER BY "#bucket"`);
    const shares = new Map<string, Map<string, Share>>();
    for (const row of rows) {
      const [bucket, dataset, count, min, max, distinct] = row as [bigint, string, bigint, bigint, bigint, bigint];
      const segment = this.#segments.nameFor(bucket);
      const parts = shares.get(segment) ?? new Map<string, Share>();
      shares.set(
        segment,
        parts.set(
          dataset,
          joined(parts.get(dataset), { dataset, count: Number(count), min, max, buckets: [bucket], repeats: distinct < count }),
        ),
      );
    }
    let stored = 0;
    for (const [segment, parts] of shares) {
      await this.#segments.with([segment], () => this.#fill(segment, [...parts.values()]), true);
      for (const { count } of parts.values()) stored += count;
    }
    await this.#database.write('DROP TABLE batch');
    await this.#segments.save();
    return stored;
  }

  async #fill(segment: string, shares: readonly Share[]): Promise<void> {
    await this.#database.write('BEGIN');
    try {
      for (const share of shares) await this.#replace(segment, share);
      await this.#database.write('COMMIT');
    } catch (error) {
      await this.#database.write('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await this.remeasure(segment, shares);
  }

  /** Deletes what the segment has under the ids of the share, then inserts the share; of an id that it has twice, the last. */
  async #replace(segment: string, { dataset, buckets, min, max, repeats }: Share): Promise<void> {
    const table = tableName(segment, dataset);
    const mine = `"event.dataset" = ${quoteText(dataset)} AND "#bucket" IN (${buckets.join(', ')})`;
    await this.#database.write(this.#tables.create(segment, dataset));
    const before = this.#segments.get(segment)?.datasets.get(dataset);
    if (before === undefined || (before.count > 0 && before.max >= min && before.min <= max)) {
      await this.#database.write(
        `DELETE FROM ${table} WHERE "@timestamp" BETWEEN ${min} AND ${max} AND "event.id" IN (SELECT "event.id" FROM batch WHERE ${mine})`,
      );
    }
    const columns = this.#tables.columns.get(dataset)!;
    const latest = repeats ? `QUALIFY row_number() OVER (PARTITION BY "event.id" ORDER BY "#" DESC) = 1` : '';
    await this.#database.write(`INSERT INTO ${table} (${columns.map(({ name }) => quoteName(name)).join(', ')})
      SELECT ${columns.map(({ store }) => store).join(', ')} FROM batch WHERE ${mine} ${latest}`);
  }

  /** Enters into the manifest what the segment holds now. `shares` are the times that came. */
  async remeasure(segment: string, shares: readonly (DatasetPart & { readonly dataset: string })[]): Promise<void> {
    const datasets = new Map(this.#segments.get(segment)?.datasets);
    for (const { dataset, min, max } of shares) {
      const [row] = await this.#database.write(`SELECT count(*) FROM ${tableName(segment, dataset)}`);
      const before = datasets.get(dataset);
      const part = {
        count: Number(row![0]),
        min: before && before.min < min ? before.min : min,
        max: before && before.max > max ? before.max : max,
      };
      datasets.set(dataset, part);
    }
    this.#segments.put({ name: segment, columns: this.#tables.fingerprint, datasets, bytes: await this.#segments.sizeOf(segment) });
  }

  /** Deletes the records of one capture from every segment; segments left empty go. */
  async deleteCapture(path: string): Promise<number> {
    let deleted = 0;
    const empty: string[] = [];
    for (const { name, datasets } of this.#segments.all()) {
      const parts = [...datasets].filter(([, { count }]) => count > 0).map(([dataset, part]) => ({ dataset, ...part }));
      await this.#segments.with([name], async () => {
        for (const { dataset } of parts) {
          const parameters = new Parameters();
          const [row] = await this.#database.write(
            `DELETE FROM ${tableName(name, dataset)} WHERE "log.file.path" = ${parameters.text(path)}`,
            parameters,
          );
          deleted += Number(row?.[0] ?? 0);
        }
        await this.remeasure(name, parts);
      });
      if ([...this.#segments.get(name)!.datasets.values()].every(({ count }) => count === 0)) empty.push(name);
    }
    if (empty.length > 0) await this.#segments.drop(empty);
    else await this.#segments.save();
    return deleted;
  }
}

function joined(before: Share | undefined, share: Share): Share {
  if (before === undefined) return share;
  return {
    dataset: share.dataset,
    count: before.count + share.count,
    min: before.min < share.min ? before.min : share.min,
    max: before.max > share.max ? before.max : share.max,
    buckets: [...before.buckets, ...share.buckets],
    repeats: before.repeats || share.repeats,
  };
}

/** A record that does not fit, rather than a disk that is full. */
function isAboutContent(error: unknown): boolean {
  return /^(Invalid Input|Conversion|Out of Range|Invalid) Error/i.test((error as Error).message);
}
