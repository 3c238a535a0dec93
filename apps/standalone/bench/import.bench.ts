/**
 * The import of a capture, as an upload goes through the server: `npx node apps/standalone/bench/import.bench.ts FILE`. Analysis in a worker, records in the store's threads, bodies on the disk;
 * then each by itself, which tells what holds the other up.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WorkerAnalyst } from '@orbweaver/control-api/adapters/worker-analyst.ts';
import { readSettings } from '@orbweaver/platform/service/config/settings.ts';
import { openDuckDbStore } from '@orbweaver/platform/store/duckdb/open.ts';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { placesFrom } from '../places.ts';
import { settings } from '../settings.ts';
import { contentSettingsOf } from '../start/content-settings.ts';
import { redactionOf } from '../start/redaction.ts';

const folder = await mkdtemp(join(process.env['ORBWEAVER_BENCH_FOLDER'] ?? tmpdir(), 'orbweaver-bench-'));
const [argument] = process.argv.slice(2);
if (argument === undefined) throw new Error('usage: import.bench.ts FILE');
const capture = resolve(argument);
/** As it is built: the sources, a module each, take a third longer. */
const places = placesFrom(new URL('../../../dist/standalone/main.js', import.meta.url).href);
const config = readSettings(settings, { flags: {}, environment: {}, file: {} });
const open = (name: string) =>
  openDuckDbStore(
    datasets.map(({ schema }) => schema),
    { folder: join(folder, name), memoryBytes: config.storeMemory },
  );

/** Analyses the capture; resolves to the number of records. */
async function analyse(content: string, batch: (ndjson: Uint8Array) => Promise<void>): Promise<number> {
  const analyst = new WorkerAnalyst(places.analysisWorker, {
    redaction: redactionOf(config),
    content: contentSettingsOf(config, join(folder, content)),
  });
  const sink = { batch, progress: () => undefined };
  const { records } = await analyst.analyse({ file: capture, capture: 'bench.pcap' }, sink, new AbortController().signal);
  return Object.values(records).reduce((sum, count) => sum + count, 0);
}

async function time(what: string, work: () => Promise<number>): Promise<void> {
  const processor = process.cpuUsage();
  const started = performance.now();
  const records = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const used = (user + system) / 1e6;
  const each = `${Math.round(records / seconds)} a second, ${Math.round(records / used)} a processor second`;
  process.stdout.write(`${what.padEnd(34)} ${seconds.toFixed(1)} s, processor ${used.toFixed(1)} s: ${records} records, ${each}\n`);
}

try {
  process.stdout.write(`${((await stat(capture)).size / 1e6).toFixed(0)} MB\n`);
  const store = await open('whole');
  await time('import', async () => {
    const records = await analyse('content', async (ndjson) => void (await store.writer.append(ndjson)));
    await store.writer.flush();
    return records;
  });
  const { records, bytes } = await store.reader.status();
  await store.tidy();
  const tidy = (await store.reader.status()).bytes;
  process.stdout.write(`bytes a record: ${(bytes / records).toFixed(1)}, written anew ${(tidy / records).toFixed(1)}\n`);
  await store.close();
  const batches: Uint8Array[] = [];
  await time('analysis alone', () => analyse('alone', (ndjson) => Promise.resolve(void batches.push(ndjson))));
  const alone = await open('alone-records');
  await time('store alone', async () => {
    for (const ndjson of batches) await alone.writer.append(ndjson);
    await alone.writer.flush();
    return records;
  });
  await alone.close();
} finally {
  await rm(folder, { recursive: true });
}
