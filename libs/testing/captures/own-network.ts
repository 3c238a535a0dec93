import { execFileSync, spawnSync } from 'node:child_process';

const marker = 'ORBWEAVER_OWN_NETWORK';

/**
 * Runs the calling script once more in a network namespace of its own, and ends this one with its exit status: well-known ports are
 * free there, and nothing of the machine's own traffic gets into a recording. Inside it brings `lo` up, with `addresses` on it. Needs root.
 */
export function insideOwnNetwork(addresses: readonly string[] = []): void {
  if (process.env[marker] === undefined) {
    const { status } = spawnSync('unshare', ['--net', process.execPath, ...process.argv.slice(1)], {
      stdio: 'inherit',
      env: { ...process.env, [marker]: '1' },
    });
    process.exit(status ?? 1);
  }
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const address of addresses) execFileSync('ip', ['addr', 'add', address, 'dev', 'lo']);
}
