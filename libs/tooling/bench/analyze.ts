// Speed of `orbweaver analyze` beside other programs that read the same capture, on one core. Prints a table; fails nobody.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { cutCapture } from './cut-capture.ts';
import { makeMixedCapture } from './mixed-capture.ts';
import { measure, median, type Measured } from './measure.ts';
import { peers, versionOf } from './peers.ts';

const { values } = parseArgs({
  options: { capture: { type: 'string' }, megabytes: { type: 'string', default: '300' }, runs: { type: 'string', default: '3' } },
});
const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));

const sample = join(root, 'libs', 'testing', 'captures', 'sample', 'shop.pcapng.gz');
const capture = values.capture
  ? resolve(values.capture)
  : await makeMixedCapture(sample, join(folder, 'mixed.pcap'), Number(values.megabytes) * 1e6);
const runs = Number(values.runs);
const rows: string[][] = [];
const alone = { folder, oneCore: true };

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; one core each`);
console.log(
  `${values.capture ?? 'our own sample, many times over'}: ${megabytes(statSync(capture).size)} MB; MB/s by processor time of the user, ours the median of ${runs}\n`,
);

for (const [name, flags] of [
  ['orbweaver analyze', []],
  ['orbweaver analyze --no-hashes', ['--no-hashes']],
] as const) {
  const args = ['analyze', '--summary', 'json', ...flags, capture];
  const run = await median(runs, () => measure(join(root, 'apps', 'cli', 'bin', 'orbweaver'), args, alone));
  note(name, process.version, statSync(capture).size, run);
  console.log(`${name}: ${run.stderr.trim().split('\n').pop() ?? ''}`);
}
for (const peer of peers) {
  const version = versionOf(peer);
  if (version === undefined) {
    console.log(`${peer.name}: not installed`);
    continue;
  }
  const file = peer.cut === undefined ? capture : cutCapture(capture, join(folder, `cut-${peer.cut}.pcap`), peer.cut);
  note(peer.name, version, statSync(file).size, await median(1, () => measure(peer.command, peer.args(file), alone)));
}

const first = Number(rows[0]![3]);
console.log(`\n| program | version | MB read | MB/s | peak MiB | orbweaver is |\n| --- | --- | ---: | ---: | ---: | ---: |`);
for (const row of rows) console.log(`| ${row.join(' | ')} | ${(first / Number(row[3])).toFixed(1)} x |`);

function note(name: string, version: string, bytes: number, { seconds, peakMiB, code }: Measured): void {
  if (code !== 0) console.log(`${name}: ended with status ${code}`);
  rows.push([name, version, megabytes(bytes), (bytes / 1e6 / seconds).toFixed(1), String(peakMiB ?? '')]);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
