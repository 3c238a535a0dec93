import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';
import { run } from './run.mjs';
import { giveUp, say } from './say.mjs';

const stamp = join(root, 'node_modules', '.orbweaver-setup');

/** Puts `node_modules` in step with the lock file; does nothing when it is. */
export async function ensureDependencies() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) giveUp(`Node 20 or newer is needed to set up; this is ${process.version}.`);
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('fetching dependencies (npm ci); this happens once');
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, output: 'quiet' });
  if (code !== 0) giveUp(`npm ci failed:\n${output.trim()}`);
  writeFileSync(stamp, lock);
}
