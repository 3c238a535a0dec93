/**
 * The record store over Elasticsearch: `npx node libs/platform/store/elasticsearch/bench/elasticsearch.bench.ts [flows, default 120,000]`. Starts a server of its own, appends made
 * records as the index-writer does, merges the indices and asks questions. Prints records a second, processor time of both sides, and bytes a record by dataset.
 */
import { Client } from '@elastic/elasticsearch';
import { execFileSync } from 'node:child_process';
import { datasets } from '@orbweaver/protocols/registry/registry.ts';
import { Questions } from '@orbweaver/query/results/questions.ts';
import { Catalogue } from '@orbweaver/query/search/catalogue.ts';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { makeRecords } from '../../bench/made-records.ts';
import { openElasticsearchStore } from '../open.ts';

const flows = Number(process.argv[2] ?? 120_000);
/** Bytes of one append: what a few fetches of the index-writer bring. */
const batchBytes = 4 << 20;
const rounds = 20;
const schemas = datasets.map(({ schema }) => schema);
const say = (what: string, value: string) => process.stdout.write(`${what.padEnd(58)} ${value}\n`);

const stack = await openStack({ compiler: 'thorough' });
try {
  const { address, pid } = await stack.server('elasticsearch');
  const store = await openElasticsearchStore(schemas, { nodes: [address] });
  const lines = makeRecords(flows).map((record) => `${JSON.stringify(record)}\n`);
  const bytes = Buffer.from(lines.join(''));
  const append = async (part: Buffer) => {
    for (let at = 0; at < part.length;) {
      const end = at + batchBytes >= part.length ? part.length : part.lastIndexOf(10, at + batchBytes) + 1;
      await store.writer.append(part.subarray(at, end));
      at = end;
    }
  };
  // The server's compiler warms up on a tenth of it; they are the same records, so nothing is there twice.
  await append(bytes.subarray(0, bytes.lastIndexOf(10, bytes.length / 10) + 1));
  const [started, own, theirs] = [performance.now(), process.cpuUsage(), processorSeconds(pid!)];
  await append(bytes);
  await store.writer.flush();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(own);
  const server = processorSeconds(pid!) - theirs;
  const rate = (per: number) => Math.round(lines.length / per).toLocaleString('en');
  say(
    'append, records a second',
    `${rate(seconds)} (${lines.length} records, ${Math.round(bytes.length / lines.length)} bytes of JSON each)`,
  );
  say('append, records a processor second of ours', rate((user + system) / 1e6));
  say('append, records a processor second of Elasticsearch', rate(server));
  const { rejected } = store.writer.counters();
  const { records, byDataset } = await store.reader.status();
  if (records !== lines.length) throw new Error(`Of ${lines.length} records ${records} are there; refused: ${JSON.stringify(rejected)}`);
  await weigh(address, byDataset);
  await ask(store.reader);
  await store.close();
} finally {
  await stack.close();
}

async function weigh(address: string, byDataset: Readonly<Record<string, number>>): Promise<void> {
  const client = new Client({ node: address, requestTimeout: 600_000 });
  const sizes = async () => {
    const { indices = {} } = await client.indices.stats({ index: 'orbweaver-*', metric: 'store' });
    return Object.entries(indices).map(([name, { total }]) => ({ dataset: name.split('-')[1]!, bytes: total!.store!.size_in_bytes }));
  };
  await client.indices.forcemerge({ index: 'orbweaver-*', max_num_segments: 1, flush: true });
  await client.indices.refresh({ index: 'orbweaver-*' });
  const merged = await sizes();
  for (const [dataset, count] of Object.entries(byDataset)) {
    const own = merged.filter((index) => index.dataset === dataset).reduce((sum, { bytes }) => sum + bytes, 0);
    say(`bytes a record on disk, merged: ${dataset}`, `${Math.round(own / count)} (${count} records)`);
  }
  await client.close();
}

async function ask(reader: ConstructorParameters<typeof Questions>[0]): Promise<void> {
  const questions = new Questions(reader, new Catalogue(schemas));
  const all = schemas.map(({ dataset }) => dataset);
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    'first page, newest first, all datasets': () => questions.search({ datasets: all }),
    'first page by address': () => questions.search({ datasets: all, query: 'source.ip: 10.0.0.0/8' }),
    'first page by a part of a text': () => questions.search({ datasets: ['http'], query: 'user_agent.original: firefox' }),
    'free text': () => questions.search({ datasets: all, query: 'example' }),
    histogram: () => questions.histogram({ datasets: all, buckets: 100 }),
    'histogram by dataset': () => questions.histogram({ datasets: all, buckets: 100, by: 'event.dataset' }),
    'most frequent values': () => questions.terms({ datasets: all, field: 'source.ip' }),
  };
  for (const [what, question] of Object.entries(asked)) {
    await question();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      await question();
      times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    say(`${what}, median and 95 %`, `${Math.round(times[rounds / 2]!)} ms, ${Math.round(times[Math.ceil(rounds * 0.95) - 1]!)} ms`);
  }
}

/** Processor time that a process has had so far. */
function processorSeconds(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'cputimes=', '-p', String(pid)], { encoding: 'utf8' }));
}
