// `npm run stack`: Kafka, Elasticsearch and Redis on this machine, until Ctrl-C. Runs on the machine's own Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { nodeBinary, root } from './places.mjs';
import { ensureServers } from './servers.mjs';

const named = process.argv.slice(2);
await ensureDependencies();
if (named.length === 0 || named.includes('redis')) await ensureServers(['redis-server']);

const child = spawn(nodeBinary(), [join(root, 'libs', 'testing', 'stack', 'main.ts'), ...named], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
