// `npm run chaos [-- --help]`: captures go through the cluster size while its services are killed and its servers taken away. Runs on the machine's own Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { nodeBinary, root } from './places.mjs';
import { ensureServers } from './servers.mjs';

await ensureDependencies();
await ensureServers(['redis-server']);
await ensureBuilt();

const child = spawn(nodeBinary(), [join(root, 'e2e', 'chaos', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
