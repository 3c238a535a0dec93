import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { defaultTimeLimitMs, QueryTimeout, type ReadOptions } from '@orbweaver/query/search/reader.ts';
import { macros } from './columns.ts';
import { Parameters } from './parameters.ts';
import { defaultMemoryBytes, maxConcurrentCounts, maxConcurrentQueries, maxLateRows, type DuckDbSettings } from './settings.ts';

export type Row = (DuckDBValue | undefined)[];

/** How often an interrupt is repeated: one that comes before the query began is lost. */
const interruptEveryMs = 20;

/**
 * One DuckDB instance in memory, to which segments are attached. It may touch the store's folder and nothing else, and loads no extension. Queries run on connections
 * of their own, in DuckDB's threads; statements that change records run one after the other on the writer's.
 */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #admin: DuckDBConnection;
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: { readonly urgent: (() => void)[]; readonly other: (() => void)[] } = { urgent: [], other: [] };
  #running = 0;

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, admin: DuckDBConnection) {
    this.#instance = instance;
    this.#writer = writer;
    this.#admin = admin;
  }

  static async open(settings: DuckDbSettings): Promise<Database> {
    const scratch = join(settings.folder, 'scratch');
    await mkdir(scratch, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.floor((settings.memoryBytes ?? defaultMemoryBytes) / 2 ** 20)}MiB`,
      threads: String(settings.threads ?? Math.max(1, cpus().length)),
      temp_directory: scratch,
      checkpoint_threshold: '64MiB',
      // A page is read by row number: up to so many rows are looked for where they lie instead of in the whole table.
      late_materialization_max_rows: String(maxLateRows),
      dynamic_or_filter_threshold: String(maxLateRows),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const writer = await instance.connect();
    for (const macro of macros) await writer.run(macro);
    await writer.run(`SET allowed_directories = [${quoteText(settings.folder)}]`);
    await writer.run('SET enable_external_access = false');
    await writer.run('SET lock_configuration = true');
    try {
      // DuckDB locks the files that it has open: this one is open as long as the store is.
      await writer.run(`ATTACH ${quoteText(join(settings.folder, 'lock.duckdb'))} AS "lock"`);
    } catch (error) {
      writer.closeSync();
      instance.closeSync();
      throw error;
    }
    return new Database(instance, writer, await instance.connect());
  }

  /** A statement of the writer. The caller sees to it that only one runs. */
  async write(sql: string, parameters = new Parameters()): Promise<Row[]> {
    const result = await this.#writer.runAndReadAll(sql, parameters.values, parameters.types);
    return result.getRows();
  }

  /** A statement outside the writer's transaction: attaches, detaches, alters. */
  async admin(sql: string, parameters = new Parameters()): Promise<Row[]> {
    const result = await this.#admin.runAndReadAll(sql, parameters.values, parameters.types);
    return result.getRows();
  }

  /** A question. Rejects with `QueryTimeout`, or with the signal's reason. `urgent`: a short one, that goes before others and has a place of its own. */
  async query(sql: string, parameters: Parameters, options: ReadOptions = {}, urgent = false): Promise<Row[]> {
    const limitMs = options.timeLimitMs ?? defaultTimeLimitMs;
    const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
    const stop = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
    const explain = (): unknown => (options.signal?.aborted ? options.signal.reason : new QueryTimeout(limitMs));
    const connection = await this.#acquire(stop, urgent).catch(() => Promise.reject(explain()));
    let timer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      connection.interrupt();
      timer ??= setInterval(() => connection.interrupt(), interruptEveryMs);
    };
    try {
      stop.throwIfAborted();
      stop.addEventListener('abort', interrupt, { once: true });
      const result = await connection.runAndReadAll(sql, parameters.values, parameters.types);
      return result.getRows();
    } catch (error) {
      throw stop.aborted ? explain() : error;
    } finally {
      stop.removeEventListener('abort', interrupt);
      clearInterval(timer);
      this.#release(connection);
    }
  }

  close(): void {
    for (const connection of this.#idle) connection.closeSync();
    this.#admin.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  async #acquire(stop: AbortSignal, urgent: boolean): Promise<DuckDBConnection> {
    if (this.#running >= (urgent ? maxConcurrentQueries : maxConcurrentCounts))
      await this.#turn(stop, this.#waiting[urgent ? 'urgent' : 'other']);
    else this.#running++;
    return this.#idle.pop() ?? (await this.#instance.connect());
  }

  #turn(stop: AbortSignal, waiting: (() => void)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        stop.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(stop.reason as Error);
      };
      if (stop.aborted) return reject(stop.reason as Error);
      waiting.push(go);
      stop.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the turn on, if somebody waits who may have it. */
  #release(connection: DuckDBConnection): void {
    this.#idle.push(connection);
    const { urgent, other } = this.#waiting;
    const next = urgent.shift() ?? (this.#running <= maxConcurrentCounts ? other.shift() : undefined);
    if (next === undefined) this.#running--;
    else next();
  }
}

/** A path or a name of the schema as an SQL text. Never for a value from a question: those are parameters. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
