import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { defaultTimeLimitMs, QueryTimeout, type ReadOptions } from '@orbweaver/query/search/reader.ts';
import { macros } from './columns.ts';
import { Parameters } from './parameters.ts';
import { defaultMemoryBytes, maxConcurrentCounts, maxConcurrentQueries, maxLateRows, type DuckDbSettings } from './settings.ts';

export type Row = (DuckDBValue | undefined)[];

/** How often an interrupt is repeated: one that comes before the query began is lost. */
const interruptEveryMs = 20;
/** How often it is asked at least whether a statement in the background has ended. */
const longestPollMs = 5;

/** DuckDB gave up a file, or itself, because a checkpoint or a statement failed half-way. It begins anew with the next statement: ask again. */
export class DatabaseRenewed extends Error {
  override readonly name = 'DatabaseRenewed';
}

/** One life of DuckDB. */
interface Engine {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly preparer: DuckDBConnection;
  readonly tidier: DuckDBConnection;
  readonly admin: DuckDBConnection;
  readonly idle: DuckDBConnection[];
  /** Statements that run. */
  users: number;
  onUnused?: () => void;
}

/**
 * One DuckDB instance in memory, to which segments are attached. It may touch the store's folder and nothing else, and loads no extension. Queries run on connections
 * of their own, in DuckDB's threads; statements that change records run one after the other on the writer's.
 *
 * A full disk at the wrong moment makes DuckDB refuse every later question about a file until it is let go of; an error of its own, every question at all. Such an
 * instance is closed and another begun; who has segments attached learns it from `onRenewed`.
 */
export class Database {
  readonly #settings: DuckDbSettings;
  #engine: Engine | undefined;
  #changing: Promise<unknown> | undefined;
  #preparing: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #lives = 1;
  readonly #renewed: (() => void)[] = [];
  readonly #waiting: { readonly urgent: (() => void)[]; readonly other: (() => void)[] } = { urgent: [], other: [] };
  #running = 0;

  private constructor(settings: DuckDbSettings, engine: Engine) {
    this.#settings = settings;
    this.#engine = engine;
  }

  static async open(settings: DuckDbSettings): Promise<Database> {
    return new Database(settings, await openEngine(settings));
  }

  /** Tables in memory last as long as this stays the same. */
  get lives(): number {
    return this.#lives;
  }

  /** Nothing is attached any more when `listener` is called. */
  onRenewed(listener: () => void): void {
    this.#renewed.push(listener);
  }

  /** A statement of the writer. The caller sees to it that only one runs. */
  write(sql: string, parameters = new Parameters()): Promise<Row[]> {
    return this.#use(({ writer }) => this.#runAside(writer, sql, parameters));
  }

  /** A statement on tables in memory that are to be written. It may run while one of the writer does; of its own kind, one after the other. */
  prepare(sql: string): Promise<Row[]> {
    const run = () => this.#use(({ preparer }) => this.#runAside(preparer, sql, new Parameters()));
    const next = this.#preparing.then(run, run);
    this.#preparing = next.catch(() => undefined);
    return next;
  }

  /** A statement that writes a segment anew. It may run beside all others; the caller sees to it that only one runs. */
  tidy(sql: string): Promise<Row[]> {
    return this.#use(({ tidier }) => this.#runAside(tidier, sql, new Parameters()));
  }

  interruptTidying(): void {
    this.#engine?.tidier.interrupt();
  }

  /** A statement outside the writer's transaction: attaches, detaches, alters. */
  admin(sql: string, parameters = new Parameters()): Promise<Row[]> {
    return this.#use(({ admin }) => runHere(admin, sql, parameters));
  }

  /** A question. Rejects with `QueryTimeout`, or with the signal's reason. `urgent`: a short one, that goes before others and has a place of its own. */
  async query(sql: string, parameters: Parameters, options: ReadOptions = {}, urgent = false): Promise<Row[]> {
    const limitMs = options.timeLimitMs ?? defaultTimeLimitMs;
    const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
    const stop = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
    const explain = (): unknown => (options.signal?.aborted ? options.signal.reason : new QueryTimeout(limitMs));
    await this.#enter(stop, urgent).catch(() => Promise.reject(explain()));
    try {
      return await this.#use((engine) => ask(engine, sql, parameters, stop));
    } catch (error) {
      throw stop.aborted ? explain() : error;
    } finally {
      this.#leave();
    }
  }

  close(): void {
    if (this.#engine !== undefined) closeEngine(this.#engine);
    this.#engine = undefined;
    this.#isClosed = true;
  }

  #runAside(connection: DuckDBConnection, sql: string, parameters: Parameters): Promise<Row[]> {
    return threadsOf(this.#settings) > 1 ? runInBackground(connection, sql, parameters) : runHere(connection, sql, parameters);
  }

  async #use<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await this.#current();
    engine.users++;
    try {
      return await work(engine);
    } catch (error) {
      if (!(await isInvalidation(error, engine))) throw error;
      this.#giveUp(engine, error as Error);
      throw new DatabaseRenewed((error as Error).message, { cause: error });
    } finally {
      if (--engine.users === 0) engine.onUnused?.();
    }
  }

  async #current(): Promise<Engine> {
    while (this.#changing !== undefined) await this.#changing.catch(() => undefined);
    if (this.#engine !== undefined) return this.#engine;
    if (this.#isClosed) throw new Error('the store is closed');
    await this.#change(async () => (this.#engine = await openEngine(this.#settings)));
    return this.#current();
  }

  /** Closes an engine once its statements have ended. */
  #giveUp(engine: Engine, cause: Error): void {
    if (engine !== this.#engine) return;
    this.#engine = undefined;
    this.#lives++;
    this.#settings.onFault?.(cause);
    const unused = new Promise<void>((resolve) => (engine.onUnused = resolve));
    void this.#change(async () => {
      await unused;
      closeEngine(engine);
      for (const listener of this.#renewed) listener();
    });
  }

  /** Statements wait for it. */
  #change(work: () => Promise<unknown>): Promise<unknown> {
    this.#changing = work().finally(() => (this.#changing = undefined));
    return this.#changing;
  }

  async #enter(stop: AbortSignal, urgent: boolean): Promise<void> {
    if (this.#running >= (urgent ? maxConcurrentQueries : maxConcurrentCounts))
      await this.#turn(stop, this.#waiting[urgent ? 'urgent' : 'other']);
    else this.#running++;
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
  #leave(): void {
    const { urgent, other } = this.#waiting;
    const next = urgent.shift() ?? (this.#running <= maxConcurrentCounts ? other.shift() : undefined);
    if (next === undefined) this.#running--;
    else next();
  }
}

function threadsOf({ threads }: DuckDbSettings): number {
  return threads ?? Math.max(1, cpus().length);
}

async function openEngine(settings: DuckDbSettings): Promise<Engine> {
  const scratch = join(settings.folder, 'scratch');
  await mkdir(scratch, { recursive: true });
  const threads = threadsOf(settings);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor((settings.memoryBytes ?? defaultMemoryBytes) / 2 ** 20)}MiB`,
    threads: String(threads),
    // DuckDB counts the caller of a statement as one of its threads; a load's caller does not take part (`runInBackground`), and would leave a processor idle.
    external_threads: threads > 1 ? '0' : '1',
    temp_directory: scratch,
    checkpoint_threshold: '256MiB',
    // A page is read by row number: up to so many rows are looked for where they lie instead of in the whole table.
    late_materialization_max_rows: String(maxLateRows),
    dynamic_or_filter_threshold: String(maxLateRows),
    // What is read from files is read once.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const writer = await instance.connect();
  try {
    for (const macro of macros) await writer.run(macro);
    await writer.run(`SET allowed_directories = [${quoteText(settings.folder)}]`);
    await writer.run('SET enable_external_access = false');
    await writer.run('SET lock_configuration = true');
    // DuckDB locks the files that it has open: this one is open as long as the store is.
    await writer.run(`ATTACH ${quoteText(join(settings.folder, 'lock.duckdb'))} AS "lock"`);
    const [preparer, tidier, admin] = [await instance.connect(), await instance.connect(), await instance.connect()];
    return { instance, writer, preparer, tidier, admin, idle: [], users: 0 };
  } catch (error) {
    writer.closeSync();
    instance.closeSync();
    throw error;
  }
}

function closeEngine({ instance, writer, preparer, tidier, admin, idle }: Engine): void {
  for (const connection of [...idle, admin, tidier, preparer, writer]) connection.closeSync();
  instance.closeSync();
}

/** Runs a statement on one of libuv's threads and in DuckDB's. */
async function runHere(connection: DuckDBConnection, sql: string, parameters: Parameters): Promise<Row[]> {
  return (await connection.runAndReadAll(sql, parameters.values, parameters.types)).getRows();
}

/**
 * Runs a statement in DuckDB's own threads alone. A caller that takes part has nothing to do while the others finish their share, and asks for work all that time without a
 * pause: a load cost half as much processor time again.
 */
async function runInBackground(connection: DuckDBConnection, sql: string, parameters: Parameters): Promise<Row[]> {
  const statement = await connection.prepare(sql);
  try {
    statement.bind(parameters.values, parameters.types);
    const pending = statement.start();
    const { RESULT_NOT_READY, NO_TASKS_AVAILABLE } = bindings.PendingState;
    for (let waitMs = 0; ; waitMs = Math.min(waitMs + 1, longestPollMs)) {
      const state = bindings.pending_execute_check_state(pending['pending_result']);
      if (state !== RESULT_NOT_READY && state !== NO_TASKS_AVAILABLE) break;
      await setTimeout(waitMs);
    }
    return (await pending.readAll()).getRows();
  } finally {
    statement.destroySync();
  }
}

/** Runs a question on a connection of its own, interrupted when it is to stop. */
async function ask({ idle, instance }: Engine, sql: string, parameters: Parameters, stop: AbortSignal): Promise<Row[]> {
  const connection = idle.pop() ?? (await instance.connect());
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
  } finally {
    stop.removeEventListener('abort', interrupt);
    clearInterval(timer);
    idle.push(connection);
  }
}

/** Whether DuckDB will answer nothing more: of one file (`Database "x" has been invalidated`), or at all (a fatal error, or one of its own that turned into one). */
async function isInvalidation(error: unknown, { admin }: Engine): Promise<boolean> {
  if (!(error instanceof Error)) return false;
  if (/\bhas been invalidated\b|^FATAL Error/.test(error.message)) return true;
  if (!error.message.startsWith('INTERNAL Error')) return false;
  return admin.run('SELECT 1').then(
    () => false,
    () => true,
  );
}

/** A path or a name of the schema as an SQL text. Never for a value from a question: those are parameters. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
