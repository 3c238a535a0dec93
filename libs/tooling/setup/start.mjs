// `npm start`: sets up what is missing, builds what has changed, then becomes the server. Runs on the machine's own Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureLiveCapture } from './live-capture.mjs';
import { nodeBinary, root } from './places.mjs';

await ensureDependencies();
await ensureLiveCapture();
await ensureBuilt();

const child = spawn(nodeBinary(), [join(root, 'dist', 'cli', 'main.js'), 'start', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
