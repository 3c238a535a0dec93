// Speed of `orbweaver analyze` beside other programs that read the same capture, on one core or several. Prints a table; fails nobody.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { cutCapture } from './cut-capture.ts';
import { makeMixedCapture } from './mixed-capture.ts';
import { measure, type Measured } from './measure.ts';
import { peers, versionOf } from './peers.ts';

const { values } = parseArgs({
  options: {
    capture: { type: 'string' },
    megabytes: { type: 'string', default: '300' },
    runs: { type: 'string', default: '3' },
    cores: { type: 'string', default: '1' },
  },
});
const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));

const sample = join(root, 'libs', 'testing', 'captures', 'sample', 'shop.pcapng.gz');
const capture = values.capture
  ? resolve(values.capture)
  : await makeMixedCapture(sample, join(folder, 'mixed.pcap'), Number(values.megabytes) * 1e6);
const rounds = Number(values.runs);
const cores = Number(values.cores);

/** A program on its capture, and its runs. */
interface Row {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly once: () => Promise<Measured>;
  readonly runs: Measured[];
}

const ours = join(root, 'apps', 'cli', 'bin', 'orbweaver');
const rows = [
  row('orbweaver analyze', ours, `Node ${process.versions.node}`, analyzeArgs()),
  row('without hashes', ours, `Node ${process.versions.node}`, analyzeArgs('--no-hashes')),
];
if (cores > 1)
  rows.push(row(`without hashes, ${cores} threads`, ours, rows[0]!.version, analyzeArgs('--no-hashes', '--threads', String(cores))));
for (const peer of peers) {
  if (peer.needsCores === true && cores === 1) continue;
  const version = versionOf(peer);
  if (version === undefined) {
    console.log(`${peer.name}: not installed`);
    continue;
  }
  const file = peer.cut === undefined ? capture : cutCapture(capture, join(folder, `cut-${peer.cut}.pcap`), peer.cut);
  rows.push(row(peer.name, peer.command, version, peer.args(file), file));
}

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; ${cores === 1 ? 'one core' : `${cores} cores`} each`,
);
console.log(
  `${values.capture ?? 'our own sample, many times over'}: ${megabytes(statSync(capture).size)} MB; ${rounds} rounds, all in turn\n`,
);
for (let round = 0; round < rounds; round++) for (const { once, runs } of rows) runs.push(await once());
for (const { name, runs } of rows) {
  const failed = runs.find(({ code }) => code !== 0);
  if (failed !== undefined) console.log(`${name}: ended with status ${failed.code}: ${lastLine(failed.stderr)}`);
}
console.log(`what was found: ${lastLine(rows[0]!.runs[0]!.stderr)}\n`);
console.log(cores === 1 ? "By processor time, the system's included.\n" : 'By the clock.\n');
console.log('| program | version | MB read | MB/s: median (least, most) | peak MiB | orbweaver is | without hashes |');
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
for (const each of rows) {
  const { least, median, most } = speeds(each);
  const ratios = rows.slice(0, 2).map((own) => (rows.indexOf(each) < 2 ? '' : `${(speeds(own).median / median).toPrecision(2)} x`));
  const memory = Math.max(...each.runs.map(({ peakMiB }) => peakMiB ?? NaN));
  const cells = [
    each.name,
    each.version,
    megabytes(each.bytes),
    `${speed(median)} (${speed(least)}, ${speed(most)})`,
    String(memory),
    ...ratios,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function analyzeArgs(...flags: string[]): string[] {
  return ['analyze', '--summary', 'json', ...flags, capture];
}

function row(name: string, command: string, version: string, args: readonly string[], file = capture): Row {
  return { name, version, bytes: statSync(file).size, once: () => measure(command, args, { folder, cores }), runs: [] };
}

/** MB/s. */
function speeds({ bytes, runs }: Row): { least: number; median: number; most: number } {
  const sorted = runs.map(({ seconds, elapsed }) => bytes / 1e6 / (cores === 1 ? seconds : elapsed)).sort((a, b) => a - b);
  return { least: sorted[0]!, median: sorted[sorted.length >> 1]!, most: sorted.at(-1)! };
}

function speed(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function lastLine(text: string): string {
  return text.trim().split('\n').pop() ?? '';
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
