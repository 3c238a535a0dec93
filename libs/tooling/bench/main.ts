// `npm run bench [-- --help]`: speeds of the analysis beside other programs, of an import, and of the record store. Fails nobody.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { numberOf, readCommandLine, refuse } from '@orbweaver/testing/processes/command-line.ts';
import { makeMixedCapture } from './mixed-capture.ts';

const importedBytes = 300e6;

const command = 'npm run bench';
const parts = ['analyze', 'import', 'store'] as const;
const { values } = readCommandLine({
  command,
  usage: `[-- options]

Measures the analysis beside other programs, as far as they are installed, the import of a capture, and the record store. Prints tables; fails nobody.

  --only PART      one of ${parts.join(', ')}; else all
  --capture FILE   what is analysed and imported (our own sample, many times over)
  --runs N         rounds of the analysis, of which the median counts (3)
  --cores N        cores that the analysis and the programs beside it have; from two on the clock counts, not processor time (1)
  --records N      records in the store (10000000)`,
  options: {
    capture: { type: 'string' },
    runs: { type: 'string', default: '3' },
    cores: { type: 'string', default: '1' },
    records: { type: 'string', default: '10000000' },
    only: { type: 'string' },
  },
});
if (values.only !== undefined && !parts.some((part) => part === values.only))
  refuse(command, `--only: expected one of ${parts.join(', ')}, got "${values.only}"`);
if (values.capture !== undefined && !existsSync(values.capture)) refuse(command, `--capture: there is no ${values.capture}`);
for (const name of ['runs', 'cores', 'records'] as const) numberOf(command, name, values[name], 1);

const wants = (part: (typeof parts)[number]) => values.only === undefined || values.only === part;
if (wants('analyze')) run('./analyze.ts', [...option('--capture', values.capture), '--runs', values.runs, '--cores', values.cores]);
if (wants('import')) await bringIn();
if (wants('store')) run('../../platform/store/bench/store.bench.ts', [values.records]);

/** The import of the capture, or of our own sample many times over. */
async function bringIn(): Promise<void> {
  const script = '../../../apps/standalone/bench/import.bench.ts';
  if (values.capture !== undefined) return run(script, [values.capture]);
  const folder = mkdtempSync(join(tmpdir(), 'orbweaver-bench-'));
  const sample = fileURLToPath(new URL('../../testing/captures/sample/shop.pcapng.gz', import.meta.url));
  run(script, [await makeMixedCapture(sample, join(folder, 'mixed.pcap'), importedBytes)]);
  rmSync(folder, { recursive: true });
}

function run(script: string, args: readonly string[]): void {
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: 'inherit' });
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
