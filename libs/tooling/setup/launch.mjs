import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { nodeBinary, root } from './places.mjs';
import { ensureServers } from './servers.mjs';

/**
 * Runs one of the repository's programs with the arguments of this process, on the Node that belongs to it, and ends as it does. What it needs is made ready before: servers of the system by their
 * programs, and the built services. Who only asks for help needs none of that.
 */
export async function launch(script, { servers = [], needsBuild = false } = {}) {
  const args = process.argv.slice(2);
  const asksForHelp = args.includes('--help') || args.includes('-h');
  await ensureDependencies();
  if (!asksForHelp) {
    if (servers.length > 0) await ensureServers(servers);
    if (needsBuild) await ensureBuilt();
  }
  const child = spawn(nodeBinary(), [join(root, script), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
