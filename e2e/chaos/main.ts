// `npm run chaos [-- --seed N --megabytes N --kills N --away SECONDS]`: a capture goes through the cluster while its services are killed and its servers taken away. Ends with 1 if
// the indices hold anything else than the records of an undisturbed analysis.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { chaos } from './chaos.ts';
import { chaosCapture } from './capture.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    megabytes: { type: 'string', default: '300' },
    kills: { type: 'string', default: '5' },
    away: { type: 'string', default: '30' },
    pause: { type: 'string', default: '20' },
    rest: { type: 'string', default: '60' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'orbweaver-chaos-'));
const stack = await openStack();
const clean = async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void clean().then(() => process.exit(1)));

try {
  const report = await chaos(stack, {
    seed: Number(values.seed),
    file: await chaosCapture(folder, Number(values.megabytes) * 1e6),
    kills: Number(values.kills),
    away: Number(values.away) * 1000,
    pause: Number(values.pause) * 1000,
    rest: Number(values.rest) * 1000,
    startsOver: 'all',
    say: (line) => console.log(line),
  });
  const { missing, surplus, changed, ...counts } = report;
  console.log(JSON.stringify({ ...counts, missing: missing.length, surplus: surplus.length, changed: changed.length }));
  for (const [what, ids] of Object.entries({ missing, surplus, changed })) for (const id of ids.slice(0, 10)) console.log(`${what}: ${id}`);
  const isExact = missing.length + surplus.length + changed.length + report.doubled + report.deadLetters === 0;
  console.log(isExact ? 'nothing is lost, nothing is doubled' : 'FAILED: the indices hold something else');
  process.exitCode = isExact ? 0 : 1;
} finally {
  await clean();
}
