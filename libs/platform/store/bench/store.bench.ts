/**
 * The record store at size: `npx node libs/platform/store/bench/store.bench.ts [records, default 10 million]`. Real records are appended as NDJSON, then copied in SQL, shifted in time, to the
 * number asked for; then questions are put to it. Takes some minutes and about 2 GB of disk for 10 million. With `ORBWEAVER_BENCH_STORE=folder` the store is built there once, kept, and only
 * asked the next time.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { openDuckDbStore } from '../duckdb/open.ts';
import { multiply } from './multiply.ts';
import { makeRecords } from './made-records.ts';

const wanted = Number(process.argv[2] ?? 10_000_000);
/** Bytes of one append, as an import sends them. */
const batchBytes = 1 << 20;
const rounds = 10;
const kept = process.env['ORBWEAVER_BENCH_STORE'];
const folder = kept ?? (await mkdtemp(join(process.env['ORBWEAVER_BENCH_FOLDER'] ?? tmpdir(), 'orbweaver-bench-')));
const schemas = datasets.map(({ schema }) => schema);
const say = (what: string, value: string) => process.stdout.write(`${what.padEnd(58)} ${value}\n`);

try {
  if (kept === undefined || !existsSync(kept)) {
    await mkdir(folder, { recursive: true });
    await append();
    await multiply(schemas, folder, wanted);
    await tidy();
    await sayPlain();
  }
  await ask();
} finally {
  if (kept === undefined) await rm(folder, { recursive: true });
}

async function append(): Promise<void> {
  const lines = makeRecords(120_000).map((record) => `${JSON.stringify(record)}\n`);
  const bytes = Buffer.from(lines.join(''));
  const store = await openDuckDbStore(schemas, { folder });
  // Processor time of the main thread between two ticks, so that a busy machine does not count.
  let longest = 0;
  let before = mainThreadMs();
  const watch = setInterval(() => {
    const now = mainThreadMs();
    longest = Math.max(longest, now - before);
    before = now;
  }, 5);
  const started = performance.now();
  const processor = process.cpuUsage();
  for (let at = 0; at < bytes.length;) {
    const end = at + batchBytes >= bytes.length ? bytes.length : bytes.lastIndexOf(10, at + batchBytes) + 1;
    await store.writer.append(bytes.subarray(at, end));
    at = end;
  }
  await store.writer.flush();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(processor);
  clearInterval(watch);
  say(
    'append, records a second',
    `${Math.round(lines.length / seconds)} (${lines.length} records, ${Math.round(bytes.length / lines.length)} bytes of JSON each)`,
  );
  const micros = (user + system) / lines.length;
  say('append, records a processor second', `${Math.round(1e6 / micros)} (${micros.toFixed(1)} us of processor time each, all threads)`);
  say('append, longest pause of the main thread', `${Math.round(longest)} ms`);
  const { stored, rejected } = store.writer.counters();
  if (stored !== lines.length) throw new Error(`Of ${lines.length} records ${stored} were stored: ${JSON.stringify(rejected)}`);
  const again = performance.now();
  await store.writer.append(bytes.subarray(0, bytes.lastIndexOf(10, 32 * batchBytes) + 1));
  await store.writer.flush();
  say('the first 32 MB once more (each replaces itself)', `${Math.round(performance.now() - again)} ms`);
  await store.close();
  await saySizes(lines);
}

/** Bytes of each dataset's records by themselves, in a store of their own, as they lie on the disk. */
async function saySizes(lines: readonly string[]): Promise<void> {
  const byDataset = Map.groupBy(lines, (line) => (JSON.parse(line) as { readonly 'event.dataset': string })['event.dataset']);
  for (const [dataset, own] of byDataset) {
    const alone = join(folder, `only-${dataset}`);
    const store = await openDuckDbStore(schemas, { folder: alone });
    await store.writer.append(Buffer.from(own.join('')));
    await store.writer.flush();
    await store.tidy();
    const { bytes } = await store.reader.status();
    say(`bytes a record: ${dataset}`, `${(bytes / own.length).toFixed(1)} (${own.length} records, written anew)`);
    await store.close();
    await rm(alone, { recursive: true });
  }
}

/** As a store does that is left alone for a minute. */
async function tidy(): Promise<void> {
  const store = await openDuckDbStore(schemas, { folder });
  const { bytes, records } = await store.reader.status();
  say('bytes a record before segments are written anew', (bytes / records).toFixed(1));
  const started = performance.now();
  const processor = process.cpuUsage();
  await store.tidy();
  const { user, system } = process.cpuUsage(processor);
  say(
    'writing segments anew, records a second',
    `${Math.round((records / (performance.now() - started)) * 1000)} (${((user + system) / records).toFixed(1)} us of processor time each)`,
  );
  await store.close();
}

/**
 * What a plain table costs: ten columns of the flows (time, two addresses as numbers, two ports, transport, bytes, packets, duration, state) without ids, in DuckDB's own
 * settings.
 */
async function sayPlain(): Promise<void> {
  const store = await readdir(join(folder, 'segments'));
  const path = join(folder, 'plain.duckdb');
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run(`ATTACH '${join(folder, 'segments', store.sort()[0]!)}' AS segment (READ_ONLY)`);
  await connection.run(`ATTACH '${path}' AS plain (STORAGE_VERSION 'latest')`);
  await connection.run(`CREATE TABLE plain.flow AS SELECT make_timestamp_ns("@timestamp") AS time, ${['source.ip', 'destination.ip']
    .map((name) => `CASE WHEN "${name}"[1] = '4' THEN ('0x' || "${name}"[2:])::UINTEGER END AS "${name}"`)
    .join(', ')}, "source.port", "destination.port", "network.transport", "source.bytes", "source.packets", "event.duration", "flow.state"
    FROM segment.flow`);
  const [[rows] = []] = (await connection.runAndReadAll('SELECT count(*) FROM plain.flow')).getRows();
  await connection.run('CHECKPOINT plain');
  connection.closeSync();
  database.closeSync();
  say('bytes a record: ten plain columns of the flows', `${((await stat(path)).size / Number(rows)).toFixed(1)} (${Number(rows)} records)`);
  await rm(path);
}

async function ask(): Promise<void> {
  const store = await openDuckDbStore(schemas, { folder });
  const status = await store.reader.status();
  say('stored', `${status.records} records in ${status.segments} segments, ${(status.bytes / status.records).toFixed(1)} bytes a record`);
  const questions = new Questions(store.reader, new Catalogue(schemas));
  const everything = { datasets: ['flow', 'http', 'tls', 'dns'] };
  const http = { datasets: ['http'] };
  const flow = { datasets: ['flow'] };
  // As the pages ask: the columns of a table, not whole records.
  const shown = (dataset: string) => datasets.find(({ schema }) => schema.dataset === dataset)!.view.columns;
  const page = (query: string, scope: { datasets: string[] }) => {
    const fields = [...new Set(scope.datasets.flatMap(shown))];
    return () => questions.search({ ...scope, query, fields });
  };
  await time('first page, no filter, all datasets', page('', everything));
  await time('first page, status and network', page('http.response.status_code >= 500 and destination.ip: 192.168.0.0/20', http));
  await time('the same, whole records', () =>
    questions.search({ ...http, query: 'http.response.status_code >= 500 and destination.ip: 192.168.0.0/20' }),
  );
  await time('first page, flows of a network', page('destination.ip: 192.168.0.0/16 and network.bytes > 1MB', flow));
  await time('first page, host by wildcard', page('url.domain: *77.example*', http));
  await time('first page, nothing matches', page('source.ip: 172.16.0.0/12', flow));
  await time('first page, free text, all datasets', page('host77.example.com', everything));
  await time('first page by size', () =>
    questions.search({
      ...flow,
      query: 'network.transport: tcp',
      fields: [...shown('flow')],
      sort: [{ field: 'network.bytes', order: 'desc' }],
    }),
  );
  await time('histogram of all', () => questions.histogram(everything));
  await time('histogram of all by protocol', () => questions.histogram({ ...everything, by: 'network.protocol' }));
  await time('histogram, filtered, by status', () =>
    questions.histogram({ ...http, query: 'http.request.method: POST', by: 'http.response.status_code' }),
  );
  await time('terms: destination.ip of flows', () => questions.terms({ ...flow, field: 'destination.ip' }));
  await time('terms: url.domain', () => questions.terms({ ...http, field: 'url.domain' }));
  const percentiles = [{ op: 'percentiles', field: 'event.duration' }] as const;
  await time('percentiles of duration by transport', () =>
    questions.statistics({ ...flow, metrics: percentiles, group_by: [{ field: 'network.transport' }] }),
  );
  const [listed] = (await questions.search({ ...http, size: 1, sort: [{ field: '@timestamp', order: 'asc' }] })).records;
  await time('a record that was listed, by its id', () => questions.record(listed!['event.id'], 'http'));
  await time('its flow with transactions', () => questions.flow(String(listed!['flow.id'])));
  await time('a record that was never listed, by its id', () => questions.record('0f'.repeat(12), 'flow'));
  await store.close();
}

function mainThreadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function time(what: string, work: () => Promise<unknown>): Promise<void> {
  await work();
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  took.sort((a, b) => a - b);
  say(
    what,
    `p50 ${took[rounds / 2]!.toFixed(0)} ms, p95 ${took[Math.ceil(rounds * 0.95) - 1]!.toFixed(0)} ms (processor ${((user + system) / 1000 / rounds).toFixed(0)} ms)`,
  );
}
