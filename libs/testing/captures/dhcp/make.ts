/**
 * Records the fixtures of the DHCP analyzer: `npx node libs/testing/captures/dhcp/make.ts`, as root, with dnsmasq, isc-dhcp-client, busybox (udhcpc), iproute2
 * and tcpdump installed. Afterwards `UPDATE_GOLDENS=1 npx vitest run libs/protocols/dhcp` and a look at the diff.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { insideOwnNetwork } from '../own-network.ts';
import { record } from '../recorder.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`../../../protocols/dhcp/fixtures/${file}`, import.meta.url));
const filter = 'udp and (port 67 or port 68)';
const run = (program: string, ...words: string[]): Promise<unknown> =>
  promisify(execFile)(program, words, { timeout: 20_000 }).catch(() => undefined);
const ip = (words: string): void => void execFileSync('ip', words.split(' '));

insideOwnNetwork(['127.0.0.2/8', '127.0.0.3/8']);
const folder = mkdtempSync(join(tmpdir(), 'orbweaver-dhcp-'));

// A cable: the server at one end, the clients at the other, each pretending to a network card of its own.
ip('link add server0 type veth peer name client0');
ip('addr add 10.77.0.1/24 dev server0');
ip('link set server0 up');
ip('link set client0 address 02:00:00:00:77:01');
ip('link set client0 up');

const leases = join(folder, 'leases');
const options = [
  '--dhcp-range=10.77.0.50,10.77.0.99,1h',
  '--domain=weave.test',
  '--dhcp-authoritative',
  '--dhcp-host=02:00:00:00:77:02,10.77.0.77,named',
];
const dnsmasq = spawn(
  'dnsmasq',
  ['-k', '-p', '0', '-u', 'root', '-i', 'server0', '--conf-file=/dev/null', `--dhcp-leasefile=${leases}`, ...options],
  { stdio: 'ignore' },
);
await delay(1000);

await record({ file: fixture('clients.pcap'), filter, networkInterface: 'server0' }, async () => {
  const script = join(folder, 'script');
  writeFileSync(script, '#!/bin/sh\n[ "$1" = bound ] && exec ip addr replace "$ip/24" dev client0\nexit 0\n');
  chmodSync(script, 0o755);
  // Takes an address and gives it back (-R), with a name, a vendor class and a full name.
  const words = ['-i', 'client0', '-n', '-q', '-R', '-s', script, '-x', 'hostname:spider', '-V', 'loom 2.0', '-F', 'spider.weave.test'];
  await run('busybox', 'udhcpc', ...words);
  ip('link set client0 address 02:00:00:00:77:02');
  const configuration = join(folder, 'dhclient.conf');
  writeFileSync(
    configuration,
    'send host-name "weaver";\nsend dhcp-client-identifier 1:2:0:0:0:77:2;\nsend dhcp-requested-address 10.77.0.60;\n',
  );
  const files = ['-cf', configuration, '-lf', join(folder, 'client.leases'), '-pf', join(folder, 'client.pid'), '-sf', '/bin/true'];
  writeFileSync(join(folder, 'client.leases'), '');
  await run('dhclient', '-1', '-4', ...files, 'client0');
  await run('dhclient', '-r', '-4', ...files, 'client0');
});
dnsmasq.kill('SIGTERM');
await once(dnsmasq, 'exit');

await record({ file: fixture('by-hand.pcap'), filter }, byHand);
rmSync(folder, { recursive: true, force: true });

/** What the programs above do not do: a relay, a refusal, BOOTP, options in the fields beside, a message that is cut. */
async function byHand(): Promise<void> {
  const relay = createSocket('udp4');
  const server = createSocket('udp4');
  relay.bind(67, '127.0.0.2');
  server.bind(67, '127.0.0.3');
  await Promise.all([once(relay, 'listening'), once(server, 'listening')]);
  const ask = async (bytes: Buffer): Promise<void> => {
    relay.send(bytes, 67, '127.0.0.3');
    await delay(5);
  };
  const answer = async (bytes: Buffer): Promise<void> => {
    server.send(bytes, 67, '127.0.0.2');
    await delay(5);
  };
  const circuit = option(82, Buffer.concat([option(1, Buffer.from('port 7')), option(2, Buffer.of(9))]));
  const from = option(54, Buffer.of(127, 0, 0, 3));
  await ask(message(1, 0x11, [option(53, Buffer.of(1)), option(12, Buffer.from('loom\0')), circuit], { relay: true }));
  await answer(
    message(2, 0x11, [option(53, Buffer.of(2)), from, option(51, Buffer.of(0, 0, 0x0e, 0x10)), circuit], { relay: true, given: true }),
  );
  await ask(message(1, 0x11, [option(53, Buffer.of(3)), from, option(50, Buffer.of(10, 0, 0, 5)), circuit], { relay: true }));
  await answer(message(2, 0x11, [option(53, Buffer.of(6)), from, option(56, Buffer.from('address in use')), circuit], { relay: true }));
  await ask(message(1, 0x22, []));
  await answer(message(2, 0x22, [], { given: true }));
  const inFile = Buffer.concat([option(12, Buffer.from('in-the-file')), Buffer.of(255)]);
  await ask(
    message(
      1,
      0x33,
      [option(53, Buffer.of(8)), option(52, Buffer.of(1)), option(60, Buffer.from('half ')), option(60, Buffer.from('and half'))],
      { file: inFile, has: true },
    ),
  );
  await ask(message(1, 0x44, [option(53, Buffer.of(1)), Buffer.of(12, 40, 0x61)], { isOpen: true }));
  await delay(100);
  relay.close();
  server.close();
}

function option(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(code, value.length), value]);
}

interface Extras {
  readonly relay?: boolean;
  readonly given?: boolean;
  /** The client has an address. */
  readonly has?: boolean;
  readonly file?: Buffer;
  /** Without the end option. */
  readonly isOpen?: boolean;
}

function message(operation: number, transaction: number, parts: readonly Buffer[], extras: Extras = {}): Buffer {
  const fixed = Buffer.alloc(236);
  fixed.set([operation, 1, 6, extras.relay ? 1 : 0, 0, 0, 0, transaction]);
  if (extras.has) fixed.set([10, 0, 0, 5], 12);
  if (extras.given) fixed.set([10, 0, 0, 5], 16);
  if (extras.relay) fixed.set([127, 0, 0, 2], 24);
  fixed.set([2, 0, 0, 0, 0, transaction], 28);
  if (extras.file) fixed.set(extras.file, 108);
  return Buffer.concat([fixed, Buffer.of(0x63, 0x82, 0x53, 0x63), ...parts, Buffer.of(...(extras.isOpen ? [] : [255]))]);
}
