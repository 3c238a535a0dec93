// `npm run bench:cluster [-- --capture FILE] [--megabytes N]`: speed of the cluster size, with Kafka, Elasticsearch and Redis on this machine. Runs on the machine's own
// Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { nodeBinary, root } from './places.mjs';
import { ensureServers } from './servers.mjs';

await ensureDependencies();
await ensureServers(['redis-server']);
await ensureBuilt();

const main = join(root, 'libs', 'tooling', 'bench', 'cluster.ts');
const child = spawn(nodeBinary(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
