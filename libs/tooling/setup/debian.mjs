import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { say } from './say.mjs';

/** Whether a program is on the PATH. */
export function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, program)));
}

let listsAreFresh = false;

/**
 * Installs Debian packages where that is possible. Returns undefined, or why it was not: `apt-get install x y` is what the user can type.
 */
export async function installPackages(packages, why) {
  const wanted = `apt-get install ${packages.join(' ')}`;
  if (!onPath('apt-get')) return `this system has no apt-get; install what corresponds to: ${packages.join(' ')}`;
  if (process.getuid?.() !== 0) return `run this as root, then try again: ${wanted}`;
  say(`installing ${packages.join(', ')} (${why})`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if (!listsAreFresh) {
    const update = await run('apt-get', ['update', '-qq'], { env, output: 'quiet' });
    if (update.code !== 0) return `apt-get update failed: ${lastLine(update.output)}`;
    listsAreFresh = true;
  }
  const install = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, output: 'quiet' });
  return install.code === 0 ? undefined : `${wanted} failed: ${lastLine(install.output)}`;
}

function lastLine(text) {
  return text.trim().split('\n').pop() ?? '';
}
