import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, hosts, type Host } from './hosts.ts';
import { namespaceOf } from './network.ts';

const internalHosts: readonly Host[] = ['dns', 'web', 'cart', 'payments', 'catalog'];

const head = '$TTL 60\n@ IN SOA dns.shop.internal. ops.shop.internal. 1 3600 600 86400 30\n@ NS dns.shop.internal.\n';

/** BIND on the machine `dns`, for the shop's inner and outer names. */
export async function startNameServer(folder: string): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const inner = internalHosts.map((host) => `${host} A ${addressOf(host)}\n`).join('');
  const policies = Array.from(
    { length: 40 },
    (_, i) => `policies TXT "rule ${i + 1}: orders above ${(i + 1) * 25} euro are shipped free of charge to zone ${i + 1}"\n`,
  );
  writeFileSync(join(folder, 'internal'), `${head}${inner}api CNAME web\n_http._tcp SRV 10 60 8080 cart\n${policies.join('')}`);
  const mail = '@ MX 10 mail\nmail A 10.20.0.10\n@ TXT "v=spf1 mx -all"\n@ CAA 0 issue "ca.shop.example"\n';
  writeFileSync(
    join(folder, 'public'),
    `${head}www A ${addressOf('web')}\n@ A ${addressOf('web')}\n${mail}www HTTPS 1 . alpn=http/1.1 ipv4hint=${addressOf('web')}\n`,
  );
  writeFileSync(join(folder, 'reverse'), `${head}${internalHosts.map((host) => `${hosts[host]} PTR ${host}.shop.internal.\n`).join('')}`);
  const zones = [
    ['shop.internal', 'internal'],
    ['shop.example', 'public'],
    ['0.20.10.in-addr.arpa', 'reverse'],
  ].map(([name, file]) => `zone "${name}" { type primary; file "${file}"; notify no; };`);
  const options = `options { directory "${folder}"; listen-on { any; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; managed-keys-directory "${folder}"; dnssec-validation no; };`;
  writeFileSync(join(folder, 'named.conf'), `${options}\ncontrols { };\n${zones.join('\n')}\n`);
  const child = spawn('ip', ['netns', 'exec', namespaceOf('dns'), 'named', '-g', '-n', '1', '-c', join(folder, 'named.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
