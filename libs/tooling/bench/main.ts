// `npm run bench [-- --capture FILE] [--records N] [--only analyze|import|store]`: speeds of the analysis beside other programs, of an import, and of the record store. Fails nobody.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { makeMixedCapture } from './mixed-capture.ts';

const importedBytes = 300e6;

const { values } = parseArgs({
  options: {
    capture: { type: 'string' },
    runs: { type: 'string' },
    records: { type: 'string', default: '10000000' },
    only: { type: 'string' },
  },
});

const wants = (part: string) => values.only === undefined || values.only === part;
if (wants('analyze')) run('./analyze.ts', [...option('--capture', values.capture), ...option('--runs', values.runs)]);
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
