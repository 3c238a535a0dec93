// `npm run bench [-- --capture FILE] [--records N]`: speeds of the analysis beside other programs, and of the record store. Fails nobody.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const { values } = parseArgs({
  options: {
    capture: { type: 'string' },
    runs: { type: 'string' },
    records: { type: 'string', default: '10000000' },
    only: { type: 'string' },
  },
});

if (values.only !== 'store') run('./analyze.ts', [...option('--capture', values.capture), ...option('--runs', values.runs)]);
if (values.only !== 'analyze') run('../../platform/store/bench/store.bench.ts', [values.records]);

function run(script: string, args: readonly string[]): void {
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: 'inherit' });
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
