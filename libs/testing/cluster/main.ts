/**
 * `npm run cluster [-- --port N FILE...]`: starts the servers and every service on this machine, brings captures in (a small one of our own, if none is named), prints a
 * link that signs in, and ends everything with Ctrl-C.
 */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { numberOf, readCommandLine, refuse } from '../processes/command-line.ts';
import { startKeeper } from '../stack/keeper.ts';
import { addressesOf, openStack, services, settingsFor, variables } from '../stack/stack.ts';
import { startCluster, type Cluster } from './cluster.ts';

const command = 'npm run cluster';
const { values, positionals } = readCommandLine({
  command,
  usage: `[-- options] [FILE...]

Starts Kafka, Elasticsearch, Redis and every service on this machine, brings captures in (a small one of our own, if none is named), prints a link that signs in, and ends everything with Ctrl-C.

  --port N   of the pages (7280)`,
  options: { port: { type: 'string', default: '7280' } },
  hasOperands: true,
});
const port = numberOf(command, 'port', values.port);
if (!Number.isInteger(port) || port > 65_535) refuse(command, `--port: expected a port from 0 to 65535, got "${values.port}"`);
const absent = positionals.filter((file) => !existsSync(file));
if (absent.length > 0) refuse(command, `there is no ${absent.join(', ')}`);
const sample = join(import.meta.dirname, '../captures/sample/shop.pcapng.gz');
const captures = positionals.length > 0 ? positionals.map((file) => resolve(file)) : [sample];

const stack = await openStack();
const folder = await mkdtemp(join(tmpdir(), 'orbweaver-cluster-'));
const keeper = startKeeper(folder);
let cluster: Cluster | undefined;
let isStopping = false;
const stop = async (status: number) => {
  if (isStopping) return;
  isStopping = true;
  await cluster?.stop();
  await stack.close();
  await keeper.close();
  process.exit(status);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

try {
  console.error(`orbweaver: starting ${services.join(', ')}; the first time they are downloaded`);
  const addresses = await addressesOf(stack);
  console.error("orbweaver: starting Orbweaver's services");
  const settings = settingsFor(addresses);
  cluster = await startCluster({ folder, settings, captures, port, started: (pid) => keeper.started(pid) });
  console.log(`\n  Sign in  ${cluster.signInLink}`);
  for (const name of services) console.log(`  ${variables[name]}=${addresses[name]}`);
  console.log('  Data and logs are temporary: Ctrl-C ends everything.\n');
  setInterval(() => cluster?.log().forEach((line) => console.error(line)), 1000);
} catch (error) {
  console.error(`orbweaver: ${(error as Error).message}`);
  await stop(1);
}
