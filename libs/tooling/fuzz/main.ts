// `npm run fuzz [-- --help]`: tries the analysis with captures that nobody would send. Prints what it does, and writes what it finds to dist/fuzz. Status 1 if it
// found anything.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { numberOf, readCommandLine, refuse } from '@orbweaver/testing/processes/command-line.ts';
import type { WorkerOrders, WorkerReport } from './worker.ts';

/** Milliseconds that one analysis may take before it counts as never ending, and between two looks. */
const hangLimit = 30_000;
const lookInterval = 1000;
const lineInterval = 10_000;

/** Bytes for the input at hand, and megabytes of heap for all of it. */
const roomLength = 4 << 20;
const heapLimit = 2048;

const command = 'npm run fuzz';
const { values } = readCommandLine({
  command,
  usage: `[-- options]

Tries the analysis with captures that nobody would send, and writes what it finds to dist/fuzz. Ends with 1 if it found anything.

  --minutes N   for so long (5)
  --seed N      the same tries again (another one each time; it is printed)`,
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
});
const minutes = numberOf(command, 'minutes', values.minutes);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numberOf(command, 'seed', values.seed);
if (minutes === 0) refuse(command, '--minutes: expected more than 0');
if (!Number.isSafeInteger(seed)) refuse(command, `--seed: expected a whole number, got "${seed}"`);

const folder = fileURLToPath(new URL('../../../dist/fuzz', import.meta.url));
const shared = new SharedArrayBuffer(8 + roomLength);
const words = new Int32Array(shared, 0, 2);
const orders: WorkerOrders = { seed, seconds: minutes * 60, shared };
const worker = new Worker(new URL('./worker.ts', import.meta.url), {
  workerData: orders,
  resourceLimits: { maxOldGenerationSizeMb: heapLimit },
});
const started = performance.now();
const saved = new Set<string>();
let findings = 0;
let lastLine = 0;
let last: Extract<WorkerReport, { kind: 'state' }> | undefined;
let tried = 0;
let triedAt = performance.now();

console.log(`fuzzing for ${minutes} min with --seed ${seed}`);
const watch = setInterval(() => {
  const now = Atomics.load(words, 0);
  if (now !== tried) {
    tried = now;
    triedAt = performance.now();
  } else if (performance.now() - triedAt > hangLimit) {
    save('hangs', `no end after ${hangLimit / 1000} s`, atHand(), {});
    void end();
  }
}, lookInterval);

worker.on('message', (report: WorkerReport) => {
  if (report.kind === 'finding') save(report.property, report.message, report.file, report.options);
  else if (report.kind === 'end') void end();
  else {
    last = report;
    if (performance.now() - lastLine > lineInterval) line();
  }
});
worker.on('error', (error: Error) => {
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  save(isMemory ? 'memory' : 'breaks', isMemory ? `more than ${heapLimit} MB of heap` : (error.stack ?? error.message), atHand(), {});
  void end();
});

function atHand(): Uint8Array {
  return Uint8Array.from(new Uint8Array(shared, 8, Atomics.load(words, 1)));
}

function line(): void {
  if (last === undefined) return;
  lastLine = performance.now();
  const seconds = (lastLine - started) / 1000;
  const part = ((100 * last.reached) / Math.max(1, last.known)).toFixed(2);
  const speed = (last.executions / seconds).toFixed(0);
  console.log(
    `${seconds.toFixed(0)} s: ${last.executions} analyses (${speed}/s), ${part} % of the source reached, ${last.corpus} inputs kept, ${findings} found`,
  );
}

function save(property: string, message: string, file: Uint8Array, options: object): void {
  const name = `${property}-${createHash('sha256').update(file).digest('hex').slice(0, 10)}`;
  if (saved.has(name)) return;
  saved.add(name);
  findings++;
  mkdirSync(folder, { recursive: true });
  const isFile = file.length >= 4 && Buffer.from(file).readUInt32BE(0) === 0x0a0d0d0a;
  const path = join(folder, `${name}.${isFile ? 'pcapng' : 'pcap'}`);
  writeFileSync(path, file);
  writeFileSync(join(folder, `${name}.txt`), `${property}: ${message}\noptions: ${JSON.stringify(options)}\nseed: ${seed}\n`);
  console.log(`FOUND ${property}: ${message}\n  ${path} (${file.length} bytes), options ${JSON.stringify(options)}`);
}

async function end(): Promise<void> {
  clearInterval(watch);
  await worker.terminate();
  line();
  console.log(`${findings} found`);
  process.exitCode = findings > 0 ? 1 : 0;
}
