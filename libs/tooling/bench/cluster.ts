/**
 * Speed of the cluster size: a capture file goes in at the whisperer, through the services as processes of their own with Kafka, Elasticsearch and Redis between
 * them, until all of its records can be searched. They must be those that `orbweaver analyze` prints, by number; else the exit status is 1.
 */
import { Client } from '@elastic/elasticsearch';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { numberOf, readCommandLine, refuse } from '@orbweaver/testing/processes/command-line.ts';
import { built, startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { addressesOf, openStack, services as servers, settingsFor } from '@orbweaver/testing/stack/stack.ts';
import { cutCapture } from './cut-capture.ts';
import { makeMixedCapture } from './mixed-capture.ts';
import { ProcessorTime } from './processor-time.ts';

const command = 'npm run bench:cluster';
const { values } = readCommandLine({
  command,
  usage: `[-- options]

Sends a capture through whisperer, dissector, enricher and index-writer, with Kafka, Elasticsearch and Redis on this machine, until all of its records can be searched. Prints a table; ends with 1
if they are others than those of an analysis of the file.

  --capture FILE   what is sent (our own sample, many times over)
  --megabytes N    as much of it (all of a file; else 300)
  --warm-up N      megabytes that go through first and don't count (60)`,
  options: { capture: { type: 'string' }, megabytes: { type: 'string' }, 'warm-up': { type: 'string', default: '60' } },
});
if (values.capture !== undefined && !existsSync(values.capture)) refuse(command, `--capture: there is no ${values.capture}`);
const sample = fileURLToPath(new URL('../../testing/captures/sample/shop.pcapng.gz', import.meta.url));
/** Without a file and without a size. */
const madeMegabytes = 300;
const wantedMegabytes = values.megabytes === undefined ? undefined : numberOf(command, 'megabytes', values.megabytes, 1);
const warmUpBytes = numberOf(command, 'warm-up', values['warm-up']) * 1e6;
const pollMs = 200;
/** Milliseconds without a new record after which those that are missing are lost. */
const patience = 60_000;
/** Records only: what is kept of their content lies in indices beside them. */
const indicesOf = (prefix: string) => datasets.map(({ schema }) => `${prefix}-${schema.dataset}-*`);
const indices = indicesOf('orbweaver');

const folder = mkdtempSync(join(tmpdir(), 'orbweaver-bench-'));
const capture = await theCapture();
const bytes = statSync(capture).size;
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, all on this machine`,
);
console.log(`${values.capture ?? 'our own sample, many times over'}: ${(bytes / 1e6).toFixed(0)} MB`);
const expected = await recordsOf(capture);
const stack = await openStack({ compiler: 'thorough' });
const running: Service[] = [];
try {
  await bench();
} finally {
  await Promise.all(running.map((service) => service.end()));
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const [kafka, elasticsearch, redis] = await Promise.all(servers.map((name) => stack.server(name)));
  const settings = { ...settingsFor(await addressesOf(stack)), LOG_LEVEL: 'warn' };
  const start = async (name: string, own: Readonly<Record<string, string>> = {}, args: readonly string[] = []) => {
    const service = await startService(name, { ...settings, ...own }, args);
    running.push(service);
    return service;
  };
  const client = new Client({ node: elasticsearch!.address, requestTimeout: 600_000 });

  const standing = [await start('dissector'), await start('enricher')];
  // Compilers of servers and services warm up on a part of the file, whose records go elsewhere.
  if (warmUpBytes > 0) {
    const writer = await start('index-writer', { INDEX_PREFIX: 'warm' });
    const part = cutCapture(capture, join(folder, 'warm-up.pcap'), Math.min(bytes, warmUpBytes));
    const whisperer = await start('whisperer', {}, [part]);
    await whisperer.ended();
    await stored(client, indicesOf('warm'), total(await recordsOf(part)));
    await writer.end();
    await client.indices.delete({ index: await namesOf(client, 'warm-*') });
  }
  standing.push(await start('index-writer'));
  await Promise.all(standing.map((service) => service.ready()));

  const whisperer = await start('whisperer', {}, [capture]);
  const times = new ProcessorTime([...standing, whisperer, ...[kafka!, elasticsearch!, redis!]]);
  const started = performance.now();
  const status = await whisperer.ended();
  if (status !== 0) throw new Error(`the whisperer ended with ${status}:\n${whisperer.output}`);
  const at = await stored(client, indices, total(expected));
  const [seconds, processor] = [(at - started) / 1000, times.end()];

  const ours = [...standing, whisperer].reduce((sum, { name }) => sum + processor.get(name)!, 0);
  const theirs = processor.get(elasticsearch!.name)!;
  const records = total(expected);
  const found = await byDataset(client);
  const all = [...new Set([...expected.keys(), ...found.keys()])];
  table(
    ['process', 'processor s', 'MB/s of it'],
    [...processor].map(([name, spent]) => [name, spent.toFixed(1), (bytes / 1e6 / spent).toFixed(1)]),
  );
  table(
    ['from capture file to searchable', ''],
    [
      ['MB/s on the wall', (bytes / 1e6 / seconds).toFixed(1)],
      ['MB/s a core of ours', (bytes / 1e6 / ours).toFixed(1)],
      ['records a second on the wall', rate(records / seconds)],
      ['records a processor second of the index-writer', rate(records / processor.get('index-writer')!)],
      ['records a processor second of Elasticsearch', rate(records / theirs)],
      ['records lost', String(records - total(found))],
    ],
  );
  const sizes = await weigh(client);
  table(
    ['dataset', 'analyze', 'Elasticsearch', 'bytes a record on disk'],
    all.map((dataset) => [
      dataset,
      String(expected.get(dataset) ?? 0),
      String(found.get(dataset) ?? 0),
      ((sizes.get(dataset) ?? 0) / (found.get(dataset) ?? 1)).toFixed(0),
    ]),
  );
  await client.close();
  if (all.some((dataset) => found.get(dataset) !== expected.get(dataset))) process.exitCode = 1;
}

async function theCapture(): Promise<string> {
  if (values.capture === undefined) return makeMixedCapture(sample, join(folder, 'mixed.pcap'), (wantedMegabytes ?? madeMegabytes) * 1e6);
  const whole = resolve(values.capture);
  return wantedMegabytes === undefined ? whole : cutCapture(whole, join(folder, 'cut.pcap'), wantedMegabytes * 1e6);
}

/** By dataset, as `orbweaver analyze` prints them. */
async function recordsOf(file: string): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [join(built, 'cli', 'main.js'), 'analyze', '--summary', 'none', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = new Map<string, number>();
  for await (const line of createInterface(child.stdout)) {
    const dataset = /"event\.dataset":"(\w+)"/.exec(line)![1]!;
    found.set(dataset, (found.get(dataset) ?? 0) + 1);
  }
  return found;
}

/** Resolves to the time at which so many records can be searched, or at which no more came. */
async function stored(client: Client, index: string[], wanted: number): Promise<number> {
  let last = 0;
  for (let changed = performance.now(); ; await wait(pollMs)) {
    // No refresh but the indices' own: a bench that makes each batch searchable would measure that.
    // An index that is about to be there is not asked.
    const { count } = await client.count({ index, ignore_unavailable: true }).catch(() => ({ count: last }));
    if (count >= wanted) return performance.now();
    if (count !== last) [last, changed] = [count, performance.now()];
    else if (performance.now() - changed > patience) return changed;
  }
}

async function namesOf(client: Client, index: string): Promise<string[]> {
  return Object.keys(await client.indices.get({ index, filter_path: '*.aliases' }));
}

async function byDataset(client: Client): Promise<Map<string, number>> {
  return sums(client, 'docs', ({ primaries }) => primaries?.docs?.count ?? 0);
}

/** Bytes by dataset, with all segments merged. */
async function weigh(client: Client): Promise<Map<string, number>> {
  await client.indices.forcemerge({ index: indices, max_num_segments: 1, flush: true });
  await client.indices.refresh({ index: indices });
  return sums(client, 'store', ({ primaries }) => primaries?.store?.size_in_bytes ?? 0);
}

interface IndexStats {
  readonly primaries?: { readonly docs?: { readonly count: number }; readonly store?: { readonly size_in_bytes?: number } };
}

async function sums(client: Client, metric: 'docs' | 'store', of: (stats: IndexStats) => number): Promise<Map<string, number>> {
  const { indices: all = {} } = await client.indices.stats({ index: indices, metric });
  const found = new Map<string, number>();
  for (const [name, stats] of Object.entries(all)) {
    const dataset = name.split('-')[1]!;
    found.set(dataset, (found.get(dataset) ?? 0) + of(stats));
  }
  return found;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function rate(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '---:')));
  console.log(['', line(head), rule, ...rows.map(line)].join('\n'));
}
