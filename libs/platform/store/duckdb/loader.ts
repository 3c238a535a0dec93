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

/** Runs of lines joined between two turns of the event loop. */
const runsAtATime = 2000;

/**
 * Puts spooled records into their segments, in DuckDB's threads. Each segment takes its share in one transaction that replaces records of the same id; after a crash in
 * between, loading the same files again leaves the same.
 */
export class Loader {
  readonly #database: Database;
  readonly #segments: Segments;
  readonly #tables: Tables;
  readonly #rejects: Rejects;
  readonly #datasets: ReadonlySet<string>;
  /** Segments of which the manifest's times are known to be those of the file: a crash may have come between the two. */
  readonly #measured = new Set<string>();

  constructor(database: Database, segments: Segments, tables: Tables, rejects: Rejects) {
    this.#database = database;
    this.#segments = segments;
    this.#tables = tables;
    this.#rejects = rejects;
    this.#datasets = new Set(tables.columns.keys());
  }

  /** Loads the files; resolves to the number of records stored. Records that do not fit are put aside and counted. */
  async load(files: readonly SpoolFile[]): Promise<number> {
    const paths = files.map(({ path }) => path);
    const parts = await split(paths, this.#datasets);
    const stored = parts === undefined ? await this.#loadSifted(paths) : await this.#distribute(parts, `${paths[0]!}.part`);
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
      try {
        stored += await this.#fill(this.#segmentOf(part), [await this.#written(part, piece)]);
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

  /** Into the segments, one after the other. */
  async #distribute(parts: readonly Part[], path: string): Promise<number> {
    const bySegment = new Map<string, Part[]>();
    for (const part of [...parts].sort((a, b) => a.hour - b.hour)) {
      const segment = this.#segmentOf(part);
      bySegment.set(segment, [...(bySegment.get(segment) ?? []), part]);
    }
    let stored = 0;
    for (const [segment, parts] of bySegment) {
      const files: PartFile[] = [];
      try {
        for (const [dataset, same] of Map.groupBy(parts, (part) => part.dataset)) {
          const runs = same.flatMap((part) => part.runs);
          files.push(await this.#written({ dataset, runs }, `${path}.${dataset}`));
        }
        stored += await this.#fill(segment, files);
      } catch (error) {
        if (!isAboutContent(error)) throw error;
        stored += await this.#loadSifted(files.map((file) => file.path));
      } finally {
        for (const file of files) await rm(file.path, { force: true });
      }
    }
    return stored;
  }

  #segmentOf({ hour }: Part): string {
    return this.#segments.nameFor(floorDivide(BigInt(hour) * hourNanos, this.#segments.bucketNanos));
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

  /** Puts files of records, one for each dataset, into a segment. Rejects if one of the records does not fit; then none is stored. */
  async #fill(segment: string, files: readonly PartFile[]): Promise<number> {
    return this.#segments.with(
      [segment],
      async () => {
        const shares: Share[] = [];
        const measured = this.#measured.delete(segment);
        await this.#database.write('BEGIN');
        try {
          for (const file of files) shares.push(await this.#replace(segment, file, measured));
          await this.#database.write('COMMIT');
        } catch (error) {
          await this.#database.write('ROLLBACK').catch(() => undefined);
          throw error;
        }
        await this.remeasure(segment, shares);
        this.#measured.add(segment);
        return shares.reduce((sum, { count }) => sum + count, 0);
      },
      true,
    );
  }

  /** Deletes what the segment has under the ids of the file, then inserts the file; of an id that it has twice, the last. The JSON is read once, into memory. */
  async #replace(segment: string, { dataset, path }: PartFile, measured: boolean): Promise<Share> {
    const table = tableName(segment, dataset);
    const columns = this.#tables.columns.get(dataset)!;
    const names = columns.map(({ name }) => quoteName(name)).join(', ');
    await this.#database.write(this.#tables.create(segment, dataset));
    await this.#database.write(`CREATE OR REPLACE TEMP TABLE batch AS ${rowsOfFile(columns, path)}`);
    const [row] = await this.#database.write(`SELECT count(*), min("@timestamp"), max("@timestamp"), count("event.id") FROM batch`);
    const [count, min, max, texts] = row as [bigint, bigint, bigint, bigint];
    const distinctIds = texts > 0n ? readSql('event.id') : idNumbers;
    const [[distinct] = []] = await this.#database.write(`SELECT count(*) FROM (SELECT DISTINCT ${distinctIds} FROM batch)`);
    const before = this.#segments.get(segment)?.datasets.get(dataset);
    if (!measured || before === undefined || (before.count > 0 && before.max >= min && before.min <= max)) {
      const hasTexts = texts > 0n || (await this.#database.write(textIdsSql(table).sql)).length > 0;
      const id = hasTexts ? readSql('event.id') : `(${idNumbers})`;
      await this.#database.write(
        `DELETE FROM ${table} WHERE "@timestamp" BETWEEN ${min} AND ${max} AND ${id} IN (SELECT ${id} FROM batch)`,
      );
    }
    const latest = distinct === count ? '' : `WHERE rowid IN (SELECT max(rowid) FROM batch GROUP BY ${readSql('event.id')})`;
    await this.#database.write(`INSERT INTO ${table} (${names}) SELECT ${names} FROM batch ${latest}`);
    await this.#database.write('DROP TABLE batch');
    return { dataset, count: Number(count), min, max };
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
