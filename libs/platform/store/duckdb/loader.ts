import { open, readFile, rm, writeFile } from 'node:fs/promises';
import type { Database } from './database.ts';
import { quoteText } from './database.ts';
import { quoteName, type Column } from './columns.ts';
import { idNumbers, preparedSql, readSql } from './derived.ts';
import type { DatasetPart } from './manifest.ts';
import { Parameters } from './parameters.ts';
import { sift, type Rejects } from './rejects.ts';
import { textIdsSql } from './search-sql.ts';
import { tableName, type Segments } from './segments.ts';
import { maxRecordBytes } from './settings.ts';
import { hourNanos, split, type Part } from './split.ts';
import type { SpoolFile } from './spool.ts';
import type { Tables } from './tables.ts';

/** What one table took. */
interface Share extends DatasetPart {
  readonly dataset: string;
}

/** Records of one dataset that go to one table. */
interface PartFile {
  readonly dataset: string;
  readonly path: string;
}

/** Records of one dataset as they are stored, in a table in memory, with what is to be known of them. */
interface Batch extends Share {
  readonly table: string;
  /** Different ids. */
  readonly distinct: bigint;
  /** Whether an id is stored as a text. */
  readonly hasTexts: boolean;
}

/** Spooled records that are read and not yet stored. */
export interface Prepared {
  readonly files: readonly SpoolFile[];
  /** Of the database, when it was read. */
  readonly life: number;
  /** By segment, oldest first; undefined if something does not fit, so that each record is looked at. */
  readonly segments:
    readonly { readonly segment: string; readonly buckets: readonly bigint[]; readonly batches: readonly Batch[] }[] | undefined;
}

/** Runs of lines joined between two turns of the event loop. */
const runsAtATime = 2000;

/**
 * Puts spooled records into their segments, in DuckDB's threads: what is loaded is read into memory (`prepare`), which may go on while the load before is stored (`store`).
 * Each segment takes its share in one transaction that replaces records of the same id; after a crash in between, loading the same files again leaves the same.
 */
export class Loader {
  readonly #database: Database;
  readonly #segments: Segments;
  readonly #tables: Tables;
  readonly #rejects: Rejects;
  readonly #datasets: ReadonlySet<string>;
  /** Segments of which the manifest's times are known to be those of the file: a crash may have come between the two. */
  readonly #measured = new Set<string>();
  #batches = 0;

  constructor(database: Database, segments: Segments, tables: Tables, rejects: Rejects) {
    this.#database = database;
    this.#segments = segments;
    this.#tables = tables;
    this.#rejects = rejects;
    this.#datasets = new Set(tables.columns.keys());
  }

  /** Reads files into memory, to be stored or discarded. */
  async prepare(files: readonly SpoolFile[]): Promise<Prepared> {
    const paths = files.map(({ path }) => path);
    const parts = await split(paths, this.#datasets);
    const life = this.#database.lives;
    if (parts === undefined) return { files, life, segments: undefined };
    const bySegment = Map.groupBy(
      [...parts].sort((a, b) => a.hour - b.hour),
      (part) => this.#segments.nameFor(this.#bucketOf(part)),
    );
    const segments: { segment: string; buckets: readonly bigint[]; batches: Batch[] }[] = [];
    try {
      for (const [segment, parts] of bySegment) {
        const batches: Batch[] = [];
        segments.push({ segment, buckets: [...new Set(parts.map((part) => this.#bucketOf(part)))], batches });
        for (const [dataset, same] of Map.groupBy(parts, (part) => part.dataset)) {
          const runs = same.flatMap((part) => part.runs);
          batches.push(await this.#read({ dataset, runs }, `${paths[0]!}.part.${dataset}`));
        }
      }
      return { files, life, segments };
    } catch (error) {
      for (const { table } of segments.flatMap(({ batches }) => batches)) await this.#drop(table, 'prepare');
      if (!isAboutContent(error)) throw error;
      return { files, life, segments: undefined };
    }
  }

  /** Stores what was read; resolves to the number of records stored. Records that do not fit are put aside and counted. */
  async store(prepared: Prepared): Promise<number> {
    const paths = prepared.files.map(({ path }) => path);
    if (prepared.segments === undefined) return this.#saved(await this.#loadSifted(paths));
    const isStale =
      prepared.life !== this.#database.lives ||
      prepared.segments.some(({ segment, buckets }) => buckets.some((bucket) => this.#segments.nameFor(bucket) !== segment));
    if (isStale) {
      await this.discard(prepared);
      return this.store(await this.prepare(prepared.files));
    }
    try {
      let stored = 0;
      for (const { segment, batches } of prepared.segments) stored += await this.#fill(segment, batches);
      return await this.#saved(stored);
    } finally {
      await this.discard(prepared);
    }
  }

  /** Lets go of what was read. */
  async discard({ segments = [] }: Prepared): Promise<void> {
    for (const { table } of segments.flatMap(({ batches }) => batches)) await this.#drop(table, 'write');
  }

  async #saved(stored: number): Promise<number> {
    await this.#segments.save();
    return stored;
  }

  /** Something does not fit: looks at each record, goes on with those that do. */
  async #loadSifted(paths: readonly string[]): Promise<number> {
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
    const parts = await split([path], this.#datasets);
    if (parts === undefined) return this.#loadHalves(path);
    let stored = 0;
    for (const [index, part] of parts.entries()) {
      const piece = `${path}.${index}`;
      const { dataset } = await this.#written(part, piece);
      try {
        const batch = await this.#parse(dataset, piece);
        try {
          stored += await this.#fill(this.#segments.nameFor(this.#bucketOf(part)), [batch]);
        } finally {
          await this.#drop(batch.table, 'write');
        }
      } catch (error) {
        if (!isAboutContent(error)) throw error;
        stored += await this.#loadHalves(piece);
      } finally {
        await rm(piece, { force: true });
      }
    }
    return stored;
  }

  async #loadHalves(path: string): Promise<number> {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    if (lines.length <= 1) {
      await this.#rejects.keep(lines.map((line) => ({ line, reason: 'unreadable' })));
      return 0;
    }
    let stored = 0;
    const half = Math.ceil(lines.length / 2);
    for (const [index, part] of [lines.slice(0, half), lines.slice(half)].entries()) {
      const piece = `${path}.half${index}`;
      try {
        await writeFile(piece, part.join('\n'));
        stored += await this.#loadReadable(piece);
      } finally {
        await rm(piece, { force: true });
      }
    }
    return stored;
  }

  #bucketOf({ hour }: Part): bigint {
    return floorDivide(BigInt(hour) * hourNanos, this.#segments.bucketNanos);
  }

  async #read(part: Pick<Part, 'dataset' | 'runs'>, path: string): Promise<Batch> {
    try {
      const { dataset } = await this.#written(part, path);
      return await this.#parse(dataset, path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async #written({ dataset, runs }: Pick<Part, 'dataset' | 'runs'>, path: string): Promise<PartFile> {
    const file = await open(path, 'w');
    try {
      for (let at = 0; at < runs.length; at += runsAtATime) {
        const bytes = Buffer.concat(runs.slice(at, at + runsAtATime));
        for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done)).bytesWritten;
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { dataset, path };
  }

  /** The JSON is read once, into a table in memory. Rejects if one of the records does not fit. */
  async #parse(dataset: string, path: string): Promise<Batch> {
    const table = `memory.main."batch ${this.#batches++}"`;
    await this.#database.prepare(`CREATE TABLE ${table} AS ${rowsOfFile(this.#tables.columns.get(dataset)!, path)}`);
    try {
      const [row] = await this.#database.prepare(
        `SELECT count(*), min("@timestamp"), max("@timestamp"), count("event.id"), ${this.#tables.filledSql(dataset)} FROM ${table}`,
      );
      const [count, min, max, texts] = row as [bigint, bigint, bigint, bigint];
      const filled = this.#tables.filledOf(dataset, row!.slice(4));
      const hasTexts = texts > 0n;
      const ids = hasTexts ? readSql('event.id') : idNumbers;
      const [[distinct] = []] = await this.#database.prepare(`SELECT count(*) FROM (SELECT DISTINCT ${ids} FROM ${table})`);
      return { dataset, table, count: Number(count), min, max, filled, distinct: distinct as bigint, hasTexts };
    } catch (error) {
      await this.#drop(table, 'prepare');
      throw error;
    }
  }

  /** On the connection of whose turn it is. What is left of a table in memory is no reason to fail. */
  async #drop(table: string, turn: 'prepare' | 'write'): Promise<void> {
    await this.#database[turn](`DROP TABLE IF EXISTS ${table}`).catch(() => undefined);
  }

  /** Puts records, one batch for each dataset, into a segment. */
  async #fill(segment: string, batches: readonly Batch[]): Promise<number> {
    return this.#segments.with(
      [segment],
      async () => {
        const measured = this.#measured.delete(segment);
        await this.#database.write('BEGIN');
        try {
          for (const batch of batches) await this.#replace(segment, batch, measured);
          await this.#database.write('COMMIT');
        } catch (error) {
          await this.#database.write('ROLLBACK').catch(() => undefined);
          throw error;
        }
        await this.remeasure(segment, batches);
        this.#measured.add(segment);
        return batches.reduce((sum, { count }) => sum + count, 0);
      },
      true,
    );
  }

  /** Deletes what the segment has under the ids of the batch, then inserts the batch; of an id that it has twice, the last. */
  async #replace(segment: string, { dataset, table: batch, count, min, max, distinct, hasTexts }: Batch, measured: boolean): Promise<void> {
    const table = tableName(segment, dataset);
    const names = this.#tables.columns
      .get(dataset)!
      .map(({ name }) => quoteName(name))
      .join(', ');
    await this.#database.write(this.#tables.create(segment, dataset));
    const before = this.#segments.get(segment)?.datasets.get(dataset);
    if (!measured || before === undefined || (before.count > 0 && before.max >= min && before.min <= max)) {
      const byText = hasTexts || (await this.#database.write(textIdsSql(table).sql)).length > 0;
      const id = byText ? readSql('event.id') : `(${idNumbers})`;
      await this.#database.write(
        `DELETE FROM ${table} WHERE "@timestamp" BETWEEN ${min} AND ${max} AND ${id} IN (SELECT ${id} FROM ${batch})`,
      );
    }
    const latest = Number(distinct) === count ? '' : `WHERE rowid IN (SELECT max(rowid) FROM ${batch} GROUP BY ${readSql('event.id')})`;
    await this.#database.write(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${batch} ${latest}`);
  }

  /** Enters into the manifest what the segment holds now. `shares` are the times that came. */
  async remeasure(segment: string, shares: readonly Share[]): Promise<void> {
    const datasets = new Map(this.#segments.get(segment)?.datasets);
    for (const { dataset, min, max, filled = new Set<string>() } of shares) {
      const [row] = await this.#database.write(`SELECT count(*) FROM ${tableName(segment, dataset)}`);
      const before = datasets.get(dataset);
      const part = {
        count: Number(row![0]),
        min: before && before.min < min ? before.min : min,
        max: before && before.max > max ? before.max : max,
        ...(before !== undefined && before.filled === undefined ? {} : { filled: new Set([...(before?.filled ?? []), ...filled]) }),
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

/** A file of records as the rows that are stored. */
function rowsOfFile(columns: readonly Column[], path: string): string {
  const shape = columns.filter(({ jsonType }) => jsonType !== '').map(({ name, jsonType }) => `${quoteText(name)}: ${quoteText(jsonType)}`);
  const rows = `read_json(${quoteText(path)}, format = 'newline_delimited', records = true, compression = 'uncompressed',
    maximum_object_size = ${maxRecordBytes}, columns = {${shape.join(', ')}})`;
  return `SELECT ${columns.map(({ name, store }) => `${store} AS ${quoteName(name)}`).join(', ')} FROM (${preparedSql(rows)})`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value / by - (value % by < 0n ? 1n : 0n);
}

/** A record that does not fit, rather than a disk that is full. */
function isAboutContent(error: unknown): boolean {
  return /^(Invalid Input|Conversion|Out of Range|Invalid) Error/i.test((error as Error).message);
}
