import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, onPath } from './debian.mjs';
import { nodeHome, root } from './places.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const folder = join(root, 'node_modules', 'cap');
const built = join(folder, 'build', 'Release', 'cap.node');

/**
 * Compiles `cap`, the binding to libpcap, for the Node that runs Orbweaver. It is optional: without it all works but live capture. Returns undefined, or why there is none.
 */
export async function ensureLiveCapture() {
  if (existsSync(built)) return undefined;
  const problem = await compile();
  if (problem) say(`live capture is not available: ${problem}`);
  return problem;
}

async function compile() {
  const home = nodeHome();
  if (!home) return `there is no Node from npm for ${process.platform}-${process.arch}`;
  if (!existsSync(folder)) return 'the package "cap" is not installed';
  const missing = [
    ...(existsSync('/usr/include/pcap.h') || existsSync('/usr/include/pcap/pcap.h') || process.platform === 'darwin'
      ? []
      : ['libpcap-dev']),
    ...(onPath('g++') || onPath('c++') ? [] : ['g++']),
    ...(onPath('make') ? [] : ['make']),
    ...(onPath('python3') ? [] : ['python3']),
  ];
  if (missing.length > 0) {
    const problem = await installPackages(missing, 'to compile live capture');
    if (problem) return problem;
  }
  say('compiling live capture');
  const { code, output } = await run('npm', ['rebuild', 'cap', '--ignore-scripts=false', '--foreground-scripts'], {
    cwd: root,
    env: { npm_config_nodedir: home },
    output: 'quiet',
  });
  if (code === 0 && existsSync(built)) return undefined;
  return `"cap" did not compile: ${output.split('\n').findLast((line) => /error/i.test(line)) ?? output.trim().split('\n').pop()}`;
}
