import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server under way. */
export interface Server {
  /** What it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts Postfix in a folder of its own: mail for anna, ben, cleo and jürgen at example.net is taken and thrown away, for lmtp.example handed to an LMTP server at `lmtpPort`;
 * anything else is refused.
 */
export async function startPostfix(folder: string, lmtpPort: number): Promise<Server> {
  const conf = join(folder, 'postfix');
  const log = join(folder, 'postfix.log');
  for (const name of [conf, join(folder, 'queue'), join(folder, 'data')]) mkdirSync(name);
  chmodSync(folder, 0o755);
  execFileSync('chown', ['postfix', join(folder, 'data')]);
  const request = '-x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=mx.example.net -keyout key.pem -out cert.pem';
  execFileSync('openssl', ['req', ...request.split(' ')], { cwd: conf, stdio: 'ignore' });
  writeFileSync(join(conf, 'mailboxes'), ['anna', 'ben', 'cleo', 'jürgen'].map((name) => `${name}@example.net x\n`).join(''));
  writeFileSync(join(conf, 'transports'), `lmtp.example lmtp:inet:127.0.0.1:${lmtpPort}\n`);
  writeFileSync(join(conf, 'main.cf'), mainOf(folder, conf, log));
  writeFileSync(join(conf, 'master.cf'), master);
  const child = spawn('postfix', ['-c', conf, 'start-fg'], { stdio: 'ignore' });
  await waitForPort(25);
  return {
    log: () => readFileSync(log, 'utf8'),
    async stop() {
      const exit = once(child, 'exit');
      execFileSync('postfix', ['-c', conf, 'stop'], { stdio: 'ignore' });
      await exit;
    },
  };
}

const mainOf = (folder: string, conf: string, log: string): string => `
compatibility_level = 3.6
queue_directory = ${join(folder, 'queue')}
data_directory = ${join(folder, 'data')}
maillog_file = ${log}
maillog_file_prefixes = ${folder}
myhostname = mx.example.net
mydestination =
mynetworks = 127.0.0.9/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
relay_domains = lmtp.example
relay_recipient_maps =
transport_maps = texthash:${join(conf, 'transports')}
virtual_mailbox_domains = example.net
virtual_mailbox_maps = texthash:${join(conf, 'mailboxes')}
virtual_transport = discard:
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${join(conf, 'cert.pem')}
smtpd_tls_key_file = ${join(conf, 'key.pem')}
smtpd_error_sleep_time = 0
smtputf8_enable = yes
message_size_limit = 1000000
`;

const master = `
smtp      inet  n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 discard
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
lmtp      unix  - - n - - lmtp
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`;

/** Waits until something listens on the port. */
export async function waitForPort(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await delay(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
