import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { addressOf, hosts, silentAddress, type Host } from './hosts.ts';

const prefix = 'orbw-';

/** The namespace that holds the switch: everything passes its bridge. */
export const switchNamespace = `${prefix}switch`;
export const bridge = 'br0';

export const namespaceOf = (host: Host): string => prefix + host;

const names = Object.keys(hosts) as Host[];
const run = (program: string, ...words: string[]): void => void execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
const inside = (namespace: string, ...words: string[]): void => run('ip', 'netns', 'exec', namespace, ...words);

/** One namespace a machine, each with a cable to the switch. Checksums and segments are made in software, so that they are right in the capture. */
export function buildNetwork(): void {
  removeNetwork();
  run('ip', 'netns', 'add', switchNamespace);
  inside(switchNamespace, 'ip', 'link', 'add', bridge, 'type', 'bridge');
  inside(switchNamespace, 'ip', 'link', 'set', bridge, 'up');
  for (const host of names) plugIn(host);
  inside(namespaceOf('ops'), 'ip', 'neigh', 'add', silentAddress, 'lladdr', '02:00:0a:14:00:99', 'dev', 'eth0');
}

function plugIn(host: Host): void {
  const namespace = namespaceOf(host);
  run('ip', 'netns', 'add', namespace);
  inside(namespace, 'ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', host, 'netns', switchNamespace);
  inside(namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
  inside(namespace, 'ip', 'link', 'set', 'eth0', 'address', `02:00:0a:14:00:${hosts[host].toString(16).padStart(2, '0')}`);
  inside(namespace, 'ip', 'addr', 'add', `${addressOf(host)}/24`, 'dev', 'eth0');
  inside(namespace, 'ethtool', '-K', 'eth0', 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off');
  inside(namespace, 'ip', 'link', 'set', 'lo', 'up');
  inside(namespace, 'ip', 'link', 'set', 'eth0', 'up');
  inside(switchNamespace, 'ethtool', '-K', host, 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off');
  inside(switchNamespace, 'ip', 'link', 'set', host, 'master', bridge);
  inside(switchNamespace, 'ip', 'link', 'set', host, 'up');
  mkdirSync(`/etc/netns/${namespace}`, { recursive: true });
  writeFileSync(
    `/etc/netns/${namespace}/resolv.conf`,
    `nameserver ${addressOf('dns')}\nsearch shop.internal\noptions timeout:1 attempts:2\n`,
  );
}

/** Cuts or mends the cable between the switch and a machine: what the switch has seen is lost behind it. */
export function setCable(host: Host, state: 'up' | 'down'): void {
  inside(switchNamespace, 'ip', 'link', 'set', host, state);
}

export function removeNetwork(): void {
  const present = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n');
  for (const namespace of present.map((line) => line.split(' ')[0]!)) {
    if (namespace.startsWith(prefix)) run('ip', 'netns', 'del', namespace);
  }
  for (const host of names) rmSync(`/etc/netns/${namespaceOf(host)}`, { recursive: true, force: true });
}
