import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder below the system's for temporary files with these npm and PyPI packages (`ws@8.23.0`, `websockets==17.4`) in `node_modules` and `python`. Clients
 * and servers that fixtures are recorded from are no dependencies of the product. To be called before `insideOwnNetwork`, where no registry is in reach.
 */
export function installTools(name: string, npm: readonly string[], python: readonly string[] = []): string {
  const folder = join(tmpdir(), `orbweaver-tools-${name}`);
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  if (npm.length > 0) execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--prefix', folder, ...npm], { stdio: 'inherit' });
  if (python.length > 0)
    execFileSync('python3', ['-m', 'pip', 'install', '--target', join(folder, 'python'), ...python], { stdio: 'inherit' });
  return folder;
}
