// `npm run cluster`: Orbweaver as it runs in a cluster, each part a process of its own, with Kafka, Elasticsearch and Redis, on this machine until Ctrl-C. Runs on the
// machine's own Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { nodeBinary, root } from './places.mjs';
import { ensureServers } from './servers.mjs';

await ensureDependencies();
await ensureServers(['redis-server', 'nginx']);
await ensureBuilt();

const main = join(root, 'libs', 'testing', 'cluster', 'main.ts');
const child = spawn(nodeBinary(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
