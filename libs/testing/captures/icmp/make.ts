/**
 * Records the fixtures of the ICMP analyzer: `npx node libs/testing/captures/icmp/make.ts`, as root, with iputils-ping, iproute2 and tcpdump installed. Afterwards
 * `UPDATE_GOLDENS=1 npx vitest run libs/protocols/icmp` and a look at the diff.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`../../../protocols/icmp/fixtures/${file}`, import.meta.url));
const ping = (...words: string[]): Promise<unknown> => promisify(execFile)('ping', words).catch(() => undefined);

insideOwnNetwork(['127.0.0.2/8']);

await record({ file: fixture('ping.pcap'), filter: 'icmp or icmp6' }, async () => {
  await ping('-c', '3', '-i', '0.2', '127.0.0.2');
  await ping('-c', '2', '-i', '0.2', '-s', '1000', '127.0.0.1');
  await ping('-c', '2', '-i', '0.2', '-6', '::1');
});

/** Datagrams to ports where nobody listens: the host says so. */
await record({ file: fixture('unreachable.pcap'), filter: 'icmp or icmp6' }, async () => {
  for (const [kind, address] of [
    ['udp4', '127.0.0.2'],
    ['udp6', '::1'],
  ] as const) {
    const socket = createSocket(kind);
    socket.send('anyone there?', 40_999, address);
    await delay(100);
    socket.close();
  }
});

/** An echo that the host is told not to answer. */
await record({ file: fixture('unanswered.pcap'), filter: 'icmp' }, async () => {
  execFileSync('sysctl', ['-q', '-w', 'net.ipv4.icmp_echo_ignore_all=1']);
  await ping('-c', '2', '-i', '0.2', '-W', '1', '127.0.0.2');
});
