/**
 * Records the fixtures of the SMTP analyzer: `npx node libs/testing/captures/smtp/make.ts`, as root, with Debian's `postfix`, `swaks`, `curl`, `python3-aiosmtpd`,
 * `openssl` and `tcpdump` installed, and the program `exim4` of `exim4-daemon-light` (which cannot be installed beside Postfix) copied to /usr/sbin, with a user `Debian-exim` to run as. Afterwards
 * `UPDATE_GOLDENS=1 npx vitest run libs/protocols/smtp` and a look at the diff.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { oddTalks } from './odd-talks.ts';
import { startPostfix, waitForPort } from './postfix.ts';
import { smuggle } from './smuggling-talks.ts';
import { beginTlsUnasked } from './tls-unasked.ts';

insideOwnNetwork();

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const fixture = (file: string): string => join(beside('../../../protocols/smtp/fixtures'), file);
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-smtp-'));
mkdirSync(fixture(''), { recursive: true });
const run = promisify(execFile);
const filter = 'tcp port 25';

/** swaks exits with another status than 0 where the server refuses, which is what some are for. */
async function swaks(...words: string[]): Promise<void> {
  const common = ['--server', '127.0.0.1', '--helo', 'swaks.example.org', '--from', 'anna@example.org', '--hide-all'];
  await run('swaks', [...common, ...words]).catch(() => undefined);
}

const postfix = await startPostfix(folder, 24);
const mailServer = spawn('/usr/bin/python3', [beside('server.py'), fixture('taken.ndjson')], { stdio: ['ignore', 'pipe', 'inherit'] });
await waitForPort(587);

/** Beside the capture: what Postfix logged of mails. */
async function theme(name: string, traffic: () => Promise<void>, what = filter): Promise<void> {
  const before = postfix.log().length;
  await record({ file: fixture(`${name}.pcap`), filter: what }, traffic);
  await delay(500);
  const lines = postfix.log().slice(before).split('\n');
  const told = lines.flatMap((line) => /: ([0-9A-F]+: (?:from=|to=|message-id=).*|NOQUEUE: reject: .*)$/.exec(line)?.[1] ?? []);
  if (told.length > 0) writeFileSync(fixture(`${name}.log.txt`), `${told.join('\n')}\n`);
}

try {
  await theme('swaks', async () => {
    writeFileSync(join(folder, 'menu.txt'), 'Soup\nBread\n');
    await swaks('--to', 'ben@example.net');
    await swaks(
      '--to',
      'ben@example.net,cleo@example.net',
      '--pipeline',
      '--attach-type',
      'text/plain',
      '--attach',
      `@${join(folder, 'menu.txt')}`,
    );
    await swaks('--to', 'ben@example.net,nobody@example.net', '--pipeline', '--header', 'Subject: not for all');
    await swaks('--to', 'nobody@example.net', '--h-Subject', 'never sent');
    await swaks('--to', 'ben@example.net', '--protocol', 'SMTP', '--quit-after', 'RCPT');
    await swaks('--to', 'ben@example.net', '--quit-after', 'EHLO');
    await swaks('--to', 'ben@example.net', '--drop-after', 'DATA');
  });

  await theme('python', async () => {
    await run('/usr/bin/python3', [beside('client.py'), fixture('python.truth.ndjson')]);
  });

  await theme('starttls', async () => {
    await swaks('--to', 'ben@example.net', '--tls');
    await run('curl', [
      '-sk',
      '--ssl-reqd',
      'smtp://127.0.0.1/curl.example.org',
      '--mail-from',
      'anna@example.org',
      '--mail-rcpt',
      'ben@example.net',
      '-T',
      '/etc/hostname',
    ]).catch(() => undefined);
    await swaks('--to', 'ben@example.net', '--tls', '--quit-after', 'STARTTLS');
  });

  await theme('chunking', async () => {
    await eximSends('Chunks of Exim', 'ben@example.net', 'One.\n.\nTwo.\n');
    await eximSends('To two', 'ben@example.net cleo@example.net', 'Long line '.repeat(500));
    await eximSends('Refused by one', 'ben@example.net nobody@example.net', 'Hello\n');
  });

  await theme(
    'sign-in',
    async () => {
      const submit = ['--port', '587', '--to', 'ben@example.net', '--auth-user', 'anna'];
      for (const mechanism of ['PLAIN', 'LOGIN']) {
        await swaks(...submit, '--auth', mechanism, '--auth-password', 'warp-and-weft');
        await swaks(...submit, '--auth', mechanism, '--auth-password', 'wrong-thread');
      }
      await swaks('--port', '587', '--to', 'ben@example.net');
      const curl = [
        '-s',
        'smtp://127.0.0.1:587/curl.example.org',
        '--user',
        'anna:warp-and-weft',
        '--mail-from',
        'anna@example.org',
        '--mail-rcpt',
      ];
      writeFileSync(join(folder, 'mail.txt'), 'From: anna@example.org\r\nTo: ben@example.net\r\nSubject: by curl\r\n\r\n.dots\r\n..\r\n');
      await run('curl', [...curl, 'ben@example.net', '-T', join(folder, 'mail.txt')]);
    },
    'tcp port 587',
  );

  await theme(
    'lmtp',
    async () => {
      await swaks('--protocol', 'LMTP', '--port', '24', '--to', 'ben@example.net,nobody@example.net,full@example.net,cleo@example.net');
      await swaks('--protocol', 'LMTP', '--port', '24', '--to', 'full@example.net');
      await swaks('--to', 'ben@lmtp.example,cleo@lmtp.example', '--h-Subject', 'on its way through Postfix');
      await delay(1500);
    },
    'tcp port 24',
  );

  await theme('odd', () => oddTalks(25));

  await theme(
    'smuggling',
    async () => {
      const debugging = ['-W', 'ignore', '-m', 'smtpd', '-n', '-c', 'DebuggingServer', '127.0.0.1:2525'];
      await whileServing('/usr/bin/python3', debugging, 2525, () => smuggle(2525));
      await whileServing('/usr/sbin/exim4', ['-C', eximTaking(), '-bdf', '-oX', '127.0.0.1.2526'], 2526, () => smuggle(2526));
    },
    'tcp portrange 2525-2526',
  );

  await theme(
    'tls-unasked',
    () => whileServing('/usr/sbin/exim4', ['-C', eximTaking(), '-bdf', '-oX', '127.0.0.1.2526'], 2526, () => beginTlsUnasked(2526)),
    'tcp port 2526',
  );
} finally {
  await postfix.stop();
  const exit = once(mailServer, 'exit');
  mailServer.kill('SIGTERM');
  await exit;
  rmSync(folder, { recursive: true });
}

async function whileServing(command: string, parameters: readonly string[], port: number, use: () => Promise<void>): Promise<void> {
  const server = spawn(command, parameters, { stdio: 'ignore' });
  await waitForPort(port);
  await use();
  const exit = once(server, 'exit');
  server.kill();
  await exit;
}

/** The configuration of an Exim that takes every mail and keeps it. */
function eximTaking(): string {
  const spool = mkdtempSync(join(folder, 'exim-'));
  chmodSync(spool, 0o777);
  const conf = join(spool, 'exim.conf');
  const settings = [
    'primary_hostname = mx.example.net',
    'keep_environment =',
    'tls_advertise_hosts =',
    'queue_only',
    'acl_smtp_rcpt = ok',
    'acl_smtp_data = ok',
  ];
  const sections = ['begin acl', 'ok:', '  accept', 'begin routers', 'begin transports', 'begin retry'];
  writeFileSync(conf, [`spool_directory = ${spool}`, `log_file_path = ${spool}/%slog`, ...settings, ...sections, ''].join('\n'));
  return conf;
}

/** Exim hands a mail to Postfix, in chunks. */
async function eximSends(subject: string, recipients: string, body: string): Promise<void> {
  const spool = mkdtempSync(join(folder, 'exim-'));
  chmodSync(spool, 0o777);
  const conf = join(spool, 'exim.conf');
  writeFileSync(
    conf,
    `spool_directory = ${spool}
log_file_path = ${spool}/%slog
primary_hostname = exim.example.org
keep_environment =
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = out
  no_more
begin transports
out:
  driver = smtp
  hosts_try_chunking = *
  hosts_avoid_tls = *
  allow_localhost
begin retry
* * F,1m,1m
`,
  );
  const child = spawn('/usr/sbin/exim4', ['-C', conf, '-odf', '-f', 'anna@example.org', ...recipients.split(' ')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(`From: anna@example.org\nTo: ${recipients.split(' ').join(', ')}\nSubject: ${subject}\n\n${body}`);
  await once(child, 'exit');
}
