import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary, root } from './places.mjs';
import { run } from './run.mjs';
import { giveUp, say } from './say.mjs';

const stamp = join(root, 'dist', '.built-from');

/** Builds every app whose sources have changed since (Nx knows which). Nothing is started when nothing changed. */
export async function ensureBuilt() {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  say('building');
  const { code, output } = await run(
    nodeBinary(),
    [join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), 'run-many', '-t', 'build', '--outputStyle=static'],
    {
      cwd: root,
      env: { NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
      output: 'quiet',
    },
  );
  if (code !== 0) giveUp(`the build failed:\n${output.trim()}`);
  writeFileSync(stamp, sources);
}

/** Changes when a source file, the lock file or a build setting does. Times and sizes, not contents: quick. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'tsconfig.base.json', 'nx.json']) note(hash, join(root, name));
  for (const folder of ['libs', 'apps']) walk(hash, join(root, folder));
  return hash.digest('hex');
}

const notSources = new Set(['node_modules', 'dist', 'test', 'bench', 'fixtures', 'goldens']);

function walk(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (notSources.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(hash, path);
    else note(hash, path);
  }
}

function note(hash, path) {
  const { mtimeMs, size } = statSync(path);
  hash.update(`${path} ${mtimeMs} ${size}\n`);
}
