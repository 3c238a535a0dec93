// `npm run chaos`: captures go through the cluster size while its services are killed and its servers taken away. Ends with 1 if the indices hold anything else than the records of
// undisturbed analyses.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf, readCommandLine } from '@orbweaver/testing/processes/command-line.ts';
import { openStack } from '@orbweaver/testing/stack/stack.ts';
import { isExact, tableOf } from './account.ts';
import { chaos, minutesOf } from './chaos.ts';

const command = 'npm run chaos';
const usage = `[-- options]

Sends captures through the cluster size, by whisperers and by uploads, while each service is killed (SIGKILL) and started again, second ones join and leave, and Kafka,
Elasticsearch and Redis are killed or held still for a while. Then compares what the search API has, record by record, with what undisturbed analyses say. Ends with 1 if anything
is missing, too much, different or twice. Needs about 3 GB of memory. As it stands it takes about 10 minutes; --kills and --pause make it longer, as long as you like.

  --seed N        decides what happens to whom, and when; ORBWEAVER_SEED does so too (default: another one each time; it is printed)
  --kills N       how often each service is killed (4)
  --pause N       seconds between two events, at most (15)
  --away N        seconds that each server is away (30)
  --megabytes N   of each capture; the next one begins when the one before is nearly done (10)`;

const { values } = readCommandLine({
  command,
  usage,
  options: {
    seed: { type: 'string', default: process.env['ORBWEAVER_SEED'] ?? String(Date.now() % 1e6) },
    kills: { type: 'string', default: '4' },
    pause: { type: 'string', default: '15' },
    away: { type: 'string', default: '30' },
    megabytes: { type: 'string', default: '10' },
  },
});
const number = (name: keyof typeof values & string, least = 0) => numberOf(command, name, String(values[name]), least);
const [seed, kills, pause, away, megabytes] = [number('seed'), number('kills'), number('pause'), number('away'), number('megabytes', 1)];
const events = { seed, kills, pause: pause * 1000, away: away * 1000, startsOver: 'all' } as const;
console.log(`--seed ${seed}: about ${minutesOf(events)} minutes`);

const folder = await mkdtemp(join(tmpdir(), 'orbweaver-chaos-'));
const stack = await openStack();
const clean = async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void clean().then(() => process.exit(1)));

try {
  const report = await chaos(stack, { ...events, folder, bytes: megabytes * 1e6, say: (line) => console.log(line) });
  const { captures, uploads, searches, deadLetters, seconds } = report;
  console.log(
    `\n${captures} captures and ${uploads} uploads in ${seconds} s; ${searches.answered} of ${searches.asked} searches were answered\n`,
  );
  for (const line of tableOf(report)) console.log(line);
  for (const line of report.examples) console.log(line);
  if (deadLetters > 0) console.log(`${deadLetters} messages lie with the dead letters`);
  const isWell = isExact(report) && deadLetters === 0;
  console.log(
    isWell ? '\nnothing is lost, nothing is doubled' : `\nFAILED: the indices hold something else; --seed ${seed} does the same again`,
  );
  process.exitCode = isWell ? 0 : 1;
} catch (error) {
  console.log(`\nFAILED: ${(error as Error).stack}`);
  process.exitCode = 1;
} finally {
  await clean();
}
// What was still to happen does not.
process.exit();
