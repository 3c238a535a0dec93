/**
 * Records the fixtures of the SSH analyzer: `npx node libs/testing/captures/ssh/make.ts`, as root, with openssh-server, openssh-client,
 * dropbear-bin and tcpdump installed. Adds an account for the time of the recording. Afterwards
 * `UPDATE_GOLDENS=1 npx vitest run libs/protocols/ssh` and a look at the diff.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';
import { oldClient, oldServer } from './old.ts';
import { account, addAccount, dbclient, makeKeys, scripted, ssh, startDropbear, startOpenssh, type Server } from './servers.ts';

insideOwnNetwork();
const fixtures = fileURLToPath(new URL('../../../protocols/ssh/fixtures', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-ssh-'));
const port = 2222;
const { password } = account;
makeKeys(folder);
const removeAccount = addAccount();

/** Lines of a server's log that say how a connection fared. */
const tells = (line: string): boolean => /Accepted (password|publickey)|Failed|auth succeeded|[Bb]ad (PAM )?password/.test(line);

async function theme(name: string, server: Promise<Server>, traffic: () => Promise<void>): Promise<void> {
  const running = await server;
  await record({ file: join(fixtures, `${name}.pcap`), filter: `tcp port ${port}` }, traffic);
  await delay(200);
  const lines = running.log().filter(tells);
  await running.stop();
  writeFileSync(join(fixtures, `${name}.log.txt`), lines.map((line) => `${line.trim()}\n`).join(''));
}

try {
  await theme('sign-in', startOpenssh(folder, port), async () => {
    await ssh(folder, port, { key: 'known' });
    await ssh(folder, port, { key: 'stranger' });
    await ssh(folder, port, { password });
    await ssh(folder, port, { password: 'wrong' });
    await ssh(folder, port, { key: 'stranger', password });
    await ssh(folder, port, { settings: ['PasswordAuthentication=no'] });
  });

  const loose = ['Ciphers=+3des-cbc,aes128-cbc', 'MACs=+hmac-md5', 'HostKeyAlgorithms=+ssh-rsa', 'PubkeyAcceptedAlgorithms=+ssh-rsa'];
  const pairs = [
    ['aes128-gcm@openssh.com', 'hmac-sha1'],
    ['aes256-ctr', 'hmac-sha2-256-etm@openssh.com'],
    ['aes128-ctr', 'hmac-sha1'],
    ['aes256-ctr', 'hmac-sha2-256'],
    ['3des-cbc', 'hmac-md5'],
  ];
  await theme('ciphers', startOpenssh(folder, port, ...loose), async () => {
    for (const [cipher, mac] of pairs) {
      const settings = [`Ciphers=${cipher}`, `MACs=${mac}`];
      await ssh(folder, port, { key: 'known', settings });
      await ssh(folder, port, { password: 'wrong', settings });
    }
  });

  const exchanges = [
    ['curve25519-sha256', 'ssh-ed25519'],
    ['sntrup761x25519-sha512@openssh.com', 'ecdsa-sha2-nistp256'],
    ['ecdh-sha2-nistp384', 'rsa-sha2-512'],
    ['diffie-hellman-group14-sha256', 'ssh-rsa'],
    ['diffie-hellman-group-exchange-sha256', 'rsa-sha2-256'],
  ];
  await theme('key-exchange', startOpenssh(folder, port, ...loose, 'Compression=yes'), async () => {
    for (const [exchange, hostKey] of exchanges) {
      await ssh(folder, port, { key: 'known', settings: [`KexAlgorithms=${exchange}`, `HostKeyAlgorithms=${hostKey}`, 'Compression=yes'] });
    }
    await ssh(folder, port, { settings: ['KexAlgorithms=diffie-hellman-group1-sha1'] });
  });

  await theme('banner', startOpenssh(folder, port, `Banner=${folder}/banner`, 'VersionAddendum=woven by hand'), async () => {
    await ssh(folder, port, { password });
    await ssh(folder, port, { password: 'wrong' });
    await dbclient(folder, port, { password });
  });

  await theme('dropbear', startDropbear(folder, port), async () => {
    await ssh(folder, port, { password });
    await ssh(folder, port, { password: 'wrong' });
    await dbclient(folder, port, { password });
    await dbclient(folder, port, { password: 'wrong' });
  });

  await record({ file: join(fixtures, 'odd.pcap'), filter: `tcp port ${port}` }, async () => {
    await scripted(port, [oldClient.identification, oldClient.sessionKey], [oldServer.identification, oldServer.publicKey]);
    await scripted(port, [Buffer.from('SSH-2.0-scanner\r\n')], [Buffer.from('Welcome.\r\nNo, really.\r\nSSH-1.99-two in one\r\n')]);
    await scripted(port, [Buffer.from('SSH-2.0-not \xe9 packets\n'), Buffer.alloc(100, 0xff)], [Buffer.from('SSH-2.0-server\r\n')]);
  });
} finally {
  removeAccount();
  rmSync(folder, { recursive: true, force: true });
}
