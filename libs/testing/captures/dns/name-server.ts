import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zone } from './zone.ts';

export const primary = '127.0.0.2';
export const secondary = '127.0.0.3';

/** The key that updates are signed with, for `nsupdate -y`. */
export const updateKey = { name: 'ddns.weave.test', algorithm: 'hmac-sha256', secret: 'b3Jid2VhdmVyLWZpeHR1cmUta2V5LW5vLXNlY3JldCE=' };

const reverseZone = `$TTL 300
@ IN SOA ns.weave.test. hostmaster.weave.test. 1 3600 600 86400 60
@ NS ns.weave.test.
2.0.0 PTR ns.weave.test.
`;

/** BIND's `named` twice on loopback, port 53: a primary with signed and plain zones, and a secondary that is told of changes. */
export async function startNameServers(folder: string): Promise<() => Promise<void>> {
  rmSync(folder, { recursive: true, force: true });
  const first = await startNamed(join(folder, 'primary'), primary, primaryZones(folder));
  const second = await startNamed(join(folder, 'secondary'), secondary, secondaryZones());
  return async () => {
    for (const server of [first, second]) {
      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      await exit;
    }
  };
}

function primaryZones(folder: string): string {
  const own = join(folder, 'primary');
  mkdirSync(own, { recursive: true });
  for (const name of ['weave.test', 'signed.test', 'hashed.test', 'closed.test'])
    writeFileSync(join(own, name), name === 'weave.test' ? zone : smallZone);
  writeFileSync(join(own, 'reverse'), reverseZone);
  const key = `key "${updateKey.name}" { algorithm ${updateKey.algorithm}; secret "${updateKey.secret}"; };`;
  const hashed =
    'dnssec-policy "hashed" { keys { csk lifetime unlimited algorithm ecdsap256sha256; }; nsec3param iterations 0 optout no salt-length 8; };';
  const signed = (name: string, policy: string): string =>
    `zone "${name}" { type primary; file "${name}"; dnssec-policy ${policy}; inline-signing yes; notify no; allow-transfer { any; }; };`;
  return [
    key,
    hashed,
    `zone "weave.test" { type primary; file "weave.test"; notify explicit; also-notify { ${secondary}; }; allow-transfer { any; }; allow-update { key "${updateKey.name}"; }; check-names ignore; };`,
    signed('signed.test', 'default'),
    signed('hashed.test', '"hashed"'),
    'zone "127.in-addr.arpa" { type primary; file "reverse"; notify no; };',
    'zone "closed.test" { type primary; file "closed.test"; notify no; allow-query { none; }; };',
  ].join('\n');
}

const smallZone = `$TTL 300
@ IN SOA ns.weave.test. hostmaster.weave.test. 1 3600 600 86400 60
@ NS ns.weave.test.
www A 192.0.2.1
`;

const secondaryZones = (): string =>
  `zone "weave.test" { type secondary; primaries { ${primary}; }; allow-notify { any; }; masterfile-format text; file "weave.test"; notify no; };`;

async function startNamed(folder: string, address: string, zones: string): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const options = [
    `directory "${folder}"; listen-on { ${address}; }; listen-on-v6 { none; }; recursion no; server-id "weaver-${address.split('.')[3]!}";`,
    `pid-file none; session-keyfile none; managed-keys-directory "${folder}"; key-directory "${folder}"; notify-source ${address}; transfer-source ${address};`,
    `query-source address ${address}; notify-delay 0; serial-query-rate 100; dnssec-validation no; check-names primary ignore; minimal-responses no; transfer-format one-answer;`,
  ];
  const file = join(folder, 'named.conf');
  writeFileSync(file, `options { ${options.join('\n')} };\ncontrols { };\n${zones}\n`);
  execFileSync('named-checkconf', ['-z', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const child = spawn('named', ['-g', '-c', file, '-n', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8');
  for await (const text of child.stderr.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (/ running\n/.test(said)) {
      child.stderr.resume();
      return child;
    }
  }
  throw new Error(`named did not start:\n${said}`);
}
