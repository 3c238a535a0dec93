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

// The store's queries and loading hold threads of libuv's pool while they run; files need some beside them. The size is read once, as Node starts.
const env = { UV_THREADPOOL_SIZE: '8', ...process.env };
const child = spawn(nodeBinary(), [join(root, 'dist', 'cli', 'main.js'), 'start', ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
